"""The one door for everything from Slack: one listener a payload kind, a table of names, one place for errors.

The router acks, never the listener: what a listener does is committed when Slack hears 200.
"""

import re
import secrets
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.errors import SlackApiError

from bot.delivery import say_note
from bot.desk import Desk
from bot.errors import Refusal, RequestClosed
from bot.views.blocks import Message, modal, prose
from bot.views.ids import Callback
from handlers.slack import heard
from handlers.slack.table import ACTIONS, COMMANDS, EVENTS, SHORTCUTS, SUBMISSIONS

log = structlog.get_logger()
ANYTHING = re.compile(".*")
Payload = Mapping[str, Any]
# Whoever pressed has waited too long, or pressed twice.
TRIGGER_GONE = {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"}


def build_bolt(desk: Desk) -> AsyncApp:
    app = AsyncApp(
        client=desk.slack,
        signing_secret=desk.settings.slack_signing_secret.get_secret_value(),
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
        if self._ours(body) and body["actions"][0]["type"] == "button":
            click = heard.click(body)
            try:
                listener = ACTIONS.get(click.action)
                if listener is None:
                    raise RequestClosed
                await listener(click, self.desk)
            except Refusal as refusal:
                await self._tell(click, str(refusal))
            except SlackApiError as failure:
                if failure.response.get("error") not in TRIGGER_GONE:
                    raise
                await self._tell(click, "That took too long for Slack. Please press the button once more.")
        await ack()

    async def on_submission(self, body: Payload, ack: AsyncAck) -> None:
        if not self._ours(body):
            await ack()
            return
        submission = heard.submission(body)
        try:
            listener = SUBMISSIONS.get(submission.callback)
            if listener is None:
                raise RequestClosed
            await listener(submission, self.desk)
        except Refusal as refusal:
            field = refusal.field or submission.first_input
            await ack(response_action="errors", errors={field: str(refusal)})
            return
        await ack()

    async def on_command(self, body: Payload, ack: AsyncAck) -> None:
        try:
            listener = COMMANDS.get(body["command"])
            if listener is None or not self._ours(body):
                raise RequestClosed
            answer = await listener(heard.ordered(body), self.desk)
        except Refusal as refusal:
            answer = Message(str(refusal), [prose(str(refusal))])
        await ack(text=answer.text, blocks=answer.blocks, response_type="ephemeral")

    async def on_shortcut(self, body: Payload, ack: AsyncAck) -> None:
        listener = SHORTCUTS.get(body["callback_id"])
        if listener and self._ours(body):
            choice = heard.chosen(body)
            try:
                await listener(choice, self.desk)
            except Refusal as refusal:
                once = f"refused:{choice.person_id}:{choice.pressed_at}"
                await say_note(self.desk, choice.person_id, str(refusal), once=once)
        await ack()

    async def on_error(self, error: Exception, body: Payload) -> BoltResponse:
        """Faults of ours: Slack hears 500 and repeats an event; the log has the id that the person is shown."""
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=200, body="")
        shown = secrets.token_hex(4)
        log.error("request failed", id=shown, type=body.get("type"), exc_info=error)
        if body.get("type") == "block_actions":
            words = f"Something went wrong on my side, and nothing was recorded. Please tell your lead: fault {shown}."
            await self._tell(heard.click(body), words)
        return BoltResponse(status=500, body=f"fault {shown}")

    def _ours(self, body: Payload) -> bool:
        """One deployment is one company: other workspaces' payloads are answered 200 and nothing else."""
        return heard.team_of(body) == self.desk.identity.team_id

    async def _note(self, body: Payload, refusal: Refusal) -> None:
        event = body["event"]
        person_id, channel = event.get("user"), event.get("channel")
        if isinstance(person_id, str) and channel:
            root = event.get("thread_ts") or event.get("ts")
            once = f"refused:{body['event_id']}"
            await say_note(self.desk, channel, str(refusal), once=once, thread_ts=root)

    async def _tell(self, click: heard.Click, words: str) -> None:
        """A sentence for the presser alone: beside the message, or in a modal where there is none."""
        if click.channel:
            await self.desk.slack.chat_postEphemeral(
                channel=click.channel, user=click.person_id, text=words, thread_ts=None
            )
            return
        view = modal("Socrates", Callback.NOTICE, [prose(words)])
        if click.in_modal:
            await self.desk.slack.views_push(trigger_id=click.trigger_id, view=view)
        else:
            await self.desk.slack.views_open(trigger_id=click.trigger_id, view=view)
