"""The one door for everything from Slack: one method a kind of payload, tables of listeners, one place for errors.

The router acknowledges, never the listener: when Slack hears 200, the listener has committed.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Any

import aiohttp
import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.kit import Message, prose
from bot.delivery.notes import say_note
from bot.desk import Desk
from bot.errors import Refusal, RequestClosed
from handlers.slack import payloads
from handlers.slack.notices import TRIGGER_GONE, notice_modal, show_notice
from handlers.slack.payloads import Payload
from handlers.slack.routes import ACTIONS, COMMANDS, EVENTS, SHORTCUTS, SUBMISSIONS

log = structlog.get_logger()
# Gives the body of the answer.
Hears = Callable[[Payload], Awaitable[str | dict[str, Any]]]
# A text input sends Enter; the values of menus and pickers are read when their form is submitted.
PRESSED = ("button", "plain_text_input")


def build_bolt(desk: Desk) -> AsyncApp:
    """Over HTTP ``web/events`` checks the signature before Bolt parses anything.

    Bolt gets no token: with one it would ask Slack who we are at the first request, and answer that request 200
    unheard if Slack did not reply. The desk has known who we are since the start.
    """

    async def authorize() -> AuthorizeResult:
        us = desk.identity
        return AuthorizeResult(enterprise_id=us.enterprise_id, team_id=us.team_id, bot_user_id=us.bot_user_id)

    router = Router(desk)
    app = AsyncApp(
        name="socrates",  # or Bolt looks for the caller's file name in every module that is loaded
        client=AsyncWebClient(session=desk.slack.session, retry_handlers=[]),
        authorize=authorize,
        before_authorize=router,
        request_verification_enabled=False,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )
    app.error(router.on_error)
    return app


class Router(AsyncMiddleware):
    """Hears everything before Bolt looks for a listener, which would cost more with each kind of payload.

    What it does not know goes on to Bolt, as Slack's check of our address does.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._kinds: Mapping[str | None, Hears] = {
            "event_callback": self.on_event,
            "block_actions": self.on_action,
            "view_submission": self.on_submission,
            "message_action": self.on_shortcut,
            "shortcut": self.on_shortcut,
        }

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  Bolt calls it by this name
    ) -> BoltResponse | None:
        body = req.body
        hears = self.on_command if "command" in body else self._kinds.get(body.get("type"))
        if hears is None or not payloads.is_whole(body):
            return await next()
        if "event" in body and req.context.user_id == self.desk.identity.bot_user_id:
            return resp
        return BoltResponse(status=200, body=await hears(body))

    async def on_event(self, body: Payload) -> str:
        listener = EVENTS.get(body["event"]["type"])
        if listener and self._is_ours(body):
            try:
                await listener(body, self.desk)
            except Refusal as refusal:
                await self._note(body, refusal)
        return ""

    async def on_action(self, body: Payload) -> str:
        if self._is_ours(body) and body["actions"][0]["type"] in PRESSED:
            click = payloads.click(body)
            try:
                listener = ACTIONS.get(click.action)
                if listener is None:
                    raise RequestClosed
                await listener(click, self.desk)
            except Refusal as refusal:
                await show_notice(self.desk, click, str(refusal))
            except SlackApiError as failure:
                if failure.response.get("error") not in TRIGGER_GONE:
                    raise
                late = "That took too long for Slack. Please press the button once more."
                await show_notice(self.desk, click, late)
        return ""

    async def on_submission(self, body: Payload) -> str | dict[str, Any]:
        if not self._is_ours(body):
            return ""
        submission = payloads.submission(body)
        try:
            listener = SUBMISSIONS.get(submission.callback)
            if listener is None:
                raise RequestClosed
            page = await listener(submission, self.desk)
        except Refusal as refusal:
            return _refused(submission, str(refusal), refusal.field)
        return _update(page) if page else ""

    async def on_command(self, body: Payload) -> dict[str, Any]:
        try:
            listener = COMMANDS.get(body["command"])
            if listener is None or not self._is_ours(body):
                raise RequestClosed
            answer = await listener(payloads.slash_command(body), self.desk)
        except Refusal as refusal:
            answer = _sentence(str(refusal))
        return {"text": answer.text, "response_type": "ephemeral", "blocks": answer.blocks}

    async def on_shortcut(self, body: Payload) -> str:
        listener = SHORTCUTS.get(body["callback_id"])
        if listener and self._is_ours(body):
            shortcut = payloads.message_shortcut(body, self.desk.identity.bot_user_id)
            try:
                await listener(shortcut, self.desk)
            except Refusal as refusal:
                once = f"refused:{shortcut.person_id}:{shortcut.pressed_at}"
                await say_note(self.desk, shortcut.person_id, str(refusal), once=once)
        return ""

    async def on_error(self, error: Exception, body: Payload) -> BoltResponse:
        """Our own fault: Slack hears 500 and sends an event again; the person and the log get the same fault id.

        A form and a command show words only in their answer, and Slack reads the answer of a 200 only.
        """
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=200, body="")
        fault_id = secrets.token_hex(4)
        log.error("request failed", id=fault_id, type=body.get("type", body.get("command")), exc_info=error)
        words = (
            "Something went wrong on my side. Please try it once more; "
            f"if it fails again, tell your compliance lead: fault {fault_id}."
        )
        if body.get("type") == "view_submission":
            return BoltResponse(status=200, body=_refused(payloads.submission(body), words))
        if "command" in body:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": words})
        try:
            await self._show(body, words)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as failure:
            log.warning("fault not shown", id=fault_id, reason=type(failure).__name__)
        return BoltResponse(status=500, body=f"fault {fault_id}")

    def _is_ours(self, body: Payload) -> bool:
        """One deployment serves one company; another workspace's payload gets 200 and nothing else."""
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
            await show_notice(self.desk, payloads.click(body), words)
        elif body.get("type") == "message_action":
            await self.desk.slack.views_open(trigger_id=body["trigger_id"], view=notice_modal(words))


@lru_cache(maxsize=32)
def _sentence(words: str) -> Message:
    return Message(words, [prose(words)])


def _update(page: Mapping[str, Any]) -> dict[str, Any]:
    return {"response_action": "update", "view": page}


def _refused(form: payloads.Submission, words: str, field: str | None = None) -> dict[str, Any]:
    """An error at its field, or at the first one; a page without inputs cannot show errors and becomes a notice."""
    if not form.fields:
        return _update(notice_modal(words))
    return {
        "response_action": "errors",
        "errors": {field if field in form.fields else form.fields[0]: words},
    }
