"""What was heard, as named values: no payload of Slack's travels past this module."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bot.blocks.ids import Field
from bot.evidence.handing_in import GivenFile

Payload = Mapping[str, Any]
# As many digits as any count has: Python refuses to read thousands of them.
WHOLE = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True)
class Said:
    """A message to us. ``root`` is the thread that a reply belongs to; ``files`` are the names of attached files."""

    event_id: str
    person_id: str
    text: str
    channel: str
    root: str
    in_dm: bool
    files: tuple[str, ...]


@dataclass(frozen=True)
class Inputs:
    """What the inputs of a view hold."""

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
        """None for what is no whole number."""
        typed = self.text(field).strip()
        return int(typed) if WHOLE.fullmatch(typed) else None

    def file(self, field: Field) -> GivenFile | None:
        files = self._state(field).get("files") or []
        if not files:
            return None
        given = files[0]
        return GivenFile(
            given["id"], given.get("name") or "file", given.get("size", 0), given.get("mimetype", "")
        )

    def _state(self, field: Field) -> Payload:
        return self.values.get(field, {}).get(field, {})


@dataclass(frozen=True)
class Click:
    """A pressed button, or Enter in a search. In Home and modals there is no channel.

    ``thread`` is the thread that the message stands in, ``root`` the one that an answer to it belongs to.
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
    typed: Inputs


@dataclass(frozen=True)
class Submission(Inputs):
    """A submitted modal. ``subject`` is the opaque id that the modal was opened for, ``view_id`` its own."""

    person_id: str
    view_id: str
    callback: str
    subject: str
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Ordered:
    """A slash command."""

    person_id: str
    text: str
    channel: str

    @property
    def word(self) -> str:
        """The first word, by which a command tells what it wants."""
        return self.text.partition(" ")[0].lower()

    @property
    def rest(self) -> str:
        return self.text.partition(" ")[2].strip()


@dataclass(frozen=True)
class Chosen:
    """A message shortcut: ``text`` is the message that it was chosen on."""

    callback: str
    person_id: str
    text: str
    pressed_at: str


def team_of(body: Payload) -> str | None:
    return (
        body.get("team_id") or (body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id")
    )


def said(body: Payload, bot_user_id: str) -> Said:
    event = body["event"]
    return Said(
        event_id=body["event_id"],
        person_id=event["user"],
        text=_words(event.get("text") or "", bot_user_id),
        channel=event["channel"],
        root=event.get("thread_ts") or event["ts"],
        in_dm=event["channel"].startswith("D"),
        files=tuple(file.get("name", "") for file in event.get("files", [])),
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
        typed=Inputs(view.get("state", {}).get("values", {})),
    )


def submission(body: Payload) -> Submission:
    view = body["view"]
    return Submission(
        person_id=body["user"]["id"],
        view_id=view["id"],
        callback=view["callback_id"],
        subject=view.get("private_metadata", ""),
        values=view["state"]["values"],
        inputs=tuple(block["block_id"] for block in view["blocks"] if block["type"] == "input"),
    )


def ordered(body: Payload) -> Ordered:
    return Ordered(body["user_id"], _words(body.get("text") or ""), body["channel_id"])


def chosen(body: Payload, bot_user_id: str) -> Chosen:
    text = (body.get("message") or {}).get("text") or ""
    return Chosen(
        body["callback_id"], body["user"]["id"], _words(text, bot_user_id), body.get("action_ts", "")
    )


def _words(text: str, bot_user_id: str = "") -> str:
    """What was typed: without the mention of us, with Slack's escapes undone, and fit for every database."""
    if bot_user_id:
        text = re.sub(rf"<@{bot_user_id}(\|[^>]*)?>", " ", text)
    return _storable(html.unescape(text)).strip()


def _storable(text: str) -> str:
    """Without what no database keeps: NUL, and halves of a character."""
    return text.replace("\0", "").encode(errors="replace").decode()


# Slack writes a mention so in a command: <@U0BEN|ben>
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
