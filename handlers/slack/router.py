"""The one door for everything from Slack: one listener a payload kind, a table of names, one place for errors.

The router acks, never the listener: what a listener does is committed when Slack hears 200.
"""

import re
import secrets
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.kit import Message, prose
from bot.delivery.composers import say_note
from bot.desk import Desk
from bot.errors import Refusal, RequestClosed
from handlers.slack import notices, payloads
from handlers.slack.routes import ACTIONS, COMMANDS, EVENTS, SHORTCUTS, SUBMISSIONS

log = structlog.get_logger()
ANYTHING = re.compile(".*")
# A text input tells of Enter; what menus and pickers hold is read when their form is submitted.
PRESSED = ("button", "plain_text_input")
Payload = Mapping[str, Any]


def build_bolt(desk: Desk) -> AsyncApp:
    """The signature is checked at the door, ``web/events``, before Bolt parses anything.

    With a token Bolt would ask Slack who we are at the first request, and drop it with 200 if Slack did not
    answer; the desk knows since the start.
    """

    async def authorize() -> AuthorizeResult:
        us = desk.identity
        return AuthorizeResult(enterprise_id=us.enterprise_id, team_id=us.team_id, bot_user_id=us.bot_user_id)

    app = AsyncApp(
        name="socrates",  # or Bolt looks for the caller's file name in every module that is loaded
        client=AsyncWebClient(session=desk.slack.session, retry_handlers=[]),
        authorize=authorize,
        request_verification_enabled=False,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )
    router = Router(desk)
    app.event(ANYTHING)(router.on_event)
    app.action(ANYTHING)(router.on_action)
    app.view(ANYTHING)(router.on_submission)
    app.command(ANYTHING)(router.on_command)
    app.shortcut(ANYTHING)(router.on_shortcut)
    app.error(router.on_error)
    return app


class Router:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def on_event(self, body: Payload, ack: AsyncAck) -> None:
        listener = EVENTS.get(body["event"]["type"])
        if listener and self._ours(body):
            try:
                await listener(body, self.desk)
            except Refusal as refusal:
                await self._note(body, refusal)
        await ack()

    async def on_action(self, body: Payload, ack: AsyncAck) -> None:
        if self._ours(body) and body["actions"][0]["type"] in PRESSED:
            click = payloads.click(body)
            try:
                listener = ACTIONS.get(click.action)
                if listener is None:
                    raise RequestClosed
                await listener(click, self.desk)
            except Refusal as refusal:
                await notices.tell(self.desk, click, str(refusal))
            except SlackApiError as failure:
                if failure.response.get("error") not in notices.TRIGGER_GONE:
                    raise
                late = "That took too long for Slack. Please press the button once more."
                await notices.tell(self.desk, click, late)
        await ack()

    async def on_submission(self, body: Payload, ack: AsyncAck) -> None:
        if not self._ours(body):
            await ack()
            return
        submission = payloads.submission(body)
        try:
            listener = SUBMISSIONS.get(submission.callback)
            if listener is None:
                raise RequestClosed
            page = await listener(submission, self.desk)
        except Refusal as refusal:
            await ack(**_refused(submission, str(refusal), refusal.field))
            return
        await ack(**_in_its_place(page) if page else {})

    async def on_command(self, body: Payload, ack: AsyncAck) -> None:
        try:
            listener = COMMANDS.get(body["command"])
            if listener is None or not self._ours(body):
                raise RequestClosed
            answer = await listener(payloads.ordered(body), self.desk)
        except Refusal as refusal:
            answer = Message(str(refusal), [prose(str(refusal))])
        await ack(text=answer.text, blocks=answer.blocks, response_type="ephemeral")

    async def on_shortcut(self, body: Payload, ack: AsyncAck) -> None:
        listener = SHORTCUTS.get(body["callback_id"])
        if listener and self._ours(body):
            choice = payloads.chosen(body, self.desk.identity.bot_user_id)
            try:
                await listener(choice, self.desk)
            except Refusal as refusal:
                once = f"refused:{choice.person_id}:{choice.pressed_at}"
                await say_note(self.desk, choice.person_id, str(refusal), once=once)
        await ack()

    async def on_error(self, error: Exception, body: Payload) -> BoltResponse:
        """Faults of ours: Slack hears 500 and repeats an event; the log has the id that the person is shown.

        A form and a command can show it in their answer alone, and Slack reads that of a 200 only.
        """
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=200, body="")
        shown = secrets.token_hex(4)
        log.error("request failed", id=shown, type=body.get("type", body.get("command")), exc_info=error)
        words = (
            "Something went wrong on my side. Please try it once more; "
            f"if it fails again, tell your compliance lead: fault {shown}."
        )
        if body.get("type") == "view_submission":
            return BoltResponse(status=200, body=_refused(payloads.submission(body), words))
        if "command" in body:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": words})
        try:
            await self._show(body, words)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as failure:
            log.warning("fault not shown", id=shown, reason=type(failure).__name__)
        return BoltResponse(status=500, body=f"fault {shown}")

    def _ours(self, body: Payload) -> bool:
        """One deployment is one company: other workspaces' payloads are answered 200 and nothing else."""
        return payloads.team_of(body) == self.desk.identity.team_id

    async def _note(self, body: Payload, refusal: Refusal) -> None:
        event = body["event"]
        person_id, channel = event.get("user"), event.get("channel")
        if isinstance(person_id, str) and channel:
            root = event.get("thread_ts") or event.get("ts")
            once = f"refused:{body['event_id']}"
            await say_note(self.desk, channel, str(refusal), once=once, thread_ts=root)

    async def _show(self, body: Payload, words: str) -> None:
        if body.get("type") == "block_actions":
            await notices.tell(self.desk, payloads.click(body), words)
        elif body.get("type") == "message_action":
            await self.desk.slack.views_open(trigger_id=body["trigger_id"], view=notices.notice(words))


def _in_its_place(page: Mapping[str, Any]) -> dict[str, Any]:
    return {"response_action": "update", "view": page}


def _refused(form: payloads.Submission, words: str, field: str | None = None) -> dict[str, Any]:
    """At the input that it is about; Slack shows an error at an input only, so a page without one says it whole."""
    if not form.inputs:
        return _in_its_place(notices.notice(words))
    return {
        "response_action": "errors",
        "errors": {field if field in form.inputs else form.inputs[0]: words},
    }
