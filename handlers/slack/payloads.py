"""Slack's payloads as named values; no payload travels past this module, the router and the event listeners."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bot.answers.incoming import IncomingQuestion
from bot.blocks.ids import Field
from bot.errors import Refusal
from bot.evidence.handing_in import UploadedFile
from storage.terms import Via

Payload = Mapping[str, Any]
LONGEST_QUESTION = 3_000
# Python refuses to read an integer of thousands of digits, and no count has more than 18.
WHOLE = re.compile(r"-?[0-9]{1,18}")
# A mention in a slash command: <@U0BEN|ben>
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
# A day in a slash command, which may be on no calendar: 2026-08-05
WRITTEN_DAY = r"\d{4}-\d{1,2}-\d{1,2}"


@dataclass(frozen=True)
class Inputs:
    """The values of a view's inputs, each read by the name of its field."""

    values: Payload

    def text(self, field: Field) -> str:
        return _storable(self._state(field).get("value") or "")

    def choice(self, field: Field) -> str:
        return (self._state(field).get("selected_option") or {}).get("value", "")

    def choices(self, field: Field) -> tuple[str, ...]:
        return tuple(option["value"] for option in self._state(field).get("selected_options") or [])

    def person(self, field: Field) -> str | None:
        return self._state(field).get("selected_user")

    def day(self, field: Field) -> date | None:
        picked = self._state(field).get("selected_date")
        return date.fromisoformat(picked) if picked else None

    def moment(self, field: Field) -> datetime | None:
        picked = self._state(field).get("selected_date_time")
        return datetime.fromtimestamp(picked, UTC) if picked else None

    def whole(self, field: Field) -> int | None:
        """None when the text is no whole number."""
        text = self.text(field).strip()
        return int(text) if WHOLE.fullmatch(text) else None

    def file(self, field: Field) -> UploadedFile | None:
        files = self._state(field).get("files") or []
        if not files:
            return None
        file = files[0]
        return UploadedFile(
            file["id"], file.get("name") or "file", file.get("size", 0), file.get("mimetype", "")
        )

    def _state(self, field: Field) -> Payload:
        return self.values.get(field, {}).get(field, {})


@dataclass(frozen=True)
class Click:
    """A pressed button, or Enter in a search field. In Home and in a modal there is no channel.

    ``thread`` is the thread that holds the button's message; ``root`` is the thread for an answer to that message.
    """

    person_id: str
    action: str
    value: str
    trigger_id: str
    pressed_at: str
    channel: str | None
    message_ts: str | None
    thread: str | None
    root: str | None
    ephemeral: bool
    in_modal: bool
    view_id: str
    view_hash: str
    inputs: Inputs


@dataclass(frozen=True)
class Submission(Inputs):
    """A submitted modal. ``subject`` is the private metadata that the modal was opened with: ids, and often a mark.

    ``fields`` are the block ids of the inputs on the page, in their order.
    """

    person_id: str
    view_id: str
    callback: str
    subject: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class SlashCommand:
    """A slash command; ``text`` is everything behind ``/soc``."""

    person_id: str
    text: str
    channel: str

    @property
    def word(self) -> str:
        """The first word, in lower case; empty when there is none."""
        return "".join(self.text.split(maxsplit=1)[:1]).lower()

    @property
    def rest(self) -> str:
        """Everything behind the first word."""
        return "".join(self.text.split(maxsplit=1)[1:])


@dataclass(frozen=True)
class MessageShortcut:
    """A shortcut in a message's menu; ``text`` is the text of that message."""

    person_id: str
    text: str
    pressed_at: str


def team_of(body: Payload) -> str | None:
    return (
        body.get("team_id") or (body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id")
    )


def is_whole(body: Payload) -> bool:
    """Whether it has what names the listener of its kind."""
    match body.get("type"):
        case "event_callback":
            return "type" in body.get("event", ())
        case "block_actions":
            return "actions" in body
        case "view_submission":
            return "callback_id" in body.get("view", ())
        case "message_action" | "shortcut":
            return "callback_id" in body
    return True


def message_question(body: Payload, via: Via, bot_user_id: str) -> IncomingQuestion:
    """The text of a message as a question; its answer belongs in the message's thread."""
    event = body["event"]
    return IncomingQuestion(
        person_id=event["user"],
        text=_plain_text(event.get("text") or "", bot_user_id)[:LONGEST_QUESTION],
        via=via,
        channel=event["channel"],
        thread_ts=event.get("thread_ts") or event["ts"],
        event_id=body["event_id"],
        begins_thread=event.get("thread_ts") is None,
    )


def click(body: Payload) -> Click:
    action = body["actions"][0]
    container = body.get("container", {})
    message = body.get("message", {})
    view = body.get("view") or {}
    thread = message.get("thread_ts") or container.get("thread_ts")
    return Click(
        person_id=body["user"]["id"],
        action=action["action_id"],
        value=_storable(action.get("value") or ""),
        trigger_id=body.get("trigger_id", ""),
        pressed_at=action.get("action_ts", ""),
        channel=(body.get("channel") or {}).get("id"),
        message_ts=container.get("message_ts"),
        thread=thread,
        root=thread or container.get("message_ts"),
        ephemeral=bool(container.get("is_ephemeral")),
        in_modal=view.get("type") == "modal",
        view_id=view.get("id", ""),
        view_hash=view.get("hash", ""),
        inputs=Inputs(view.get("state", {}).get("values", {})),
    )


def submission(body: Payload) -> Submission:
    view = body["view"]
    return Submission(
        person_id=body["user"]["id"],
        view_id=view["id"],
        callback=view["callback_id"],
        subject=view.get("private_metadata", ""),
        values=view["state"]["values"],
        fields=tuple(block["block_id"] for block in view["blocks"] if block["type"] == "input"),
    )


def slash_command(body: Payload) -> SlashCommand:
    return SlashCommand(body["user_id"], _plain_text(body.get("text") or ""), body["channel_id"])


def message_shortcut(body: Payload, bot_user_id: str) -> MessageShortcut:
    text = (body.get("message") or {}).get("text") or ""
    return MessageShortcut(body["user"]["id"], _plain_text(text, bot_user_id), body.get("action_ts", ""))


def written_day(text: str, refusal: Refusal) -> date:
    """The day in the form of `WRITTEN_DAY`. Raises the refusal when the calendar has no such day."""
    try:
        return date(*map(int, text.split("-")))
    except ValueError:
        raise refusal from None


def _plain_text(text: str, bot_user_id: str = "") -> str:
    """Without the mention of Socrates and without Slack's escapes, in characters that every database stores."""
    if bot_user_id:
        text = re.sub(rf"<@{bot_user_id}(\|[^>]*)?>", " ", text)
    return _storable(html.unescape(text)).strip()


def _storable(text: str) -> str:
    """Without NUL and halves of a surrogate pair, which databases refuse."""
    return text.replace("\0", "").encode(errors="replace").decode()
