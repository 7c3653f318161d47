"""What the sender is handed: a row for each kind of message, and from its composer one call to Slack."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum, auto
from typing import Any

from bot.blocks.kit import Message
from bot.work import Work
from storage.outbox import Delivery
from storage.terms import DeliveryKind


@dataclass(frozen=True)
class Post:
    """A new message to the delivery's recipient, in its thread if it has one."""

    message: Message


@dataclass(frozen=True)
class Edit:
    channel: str
    ts: str
    message: Message


@dataclass(frozen=True)
class Publish:
    """A person's Home."""

    view: dict[str, Any]


@dataclass(frozen=True)
class Share:
    """A stored file for a person's DM. ``digest`` names the stored bytes."""

    digest: str
    name: str
    comment: str


@dataclass(frozen=True)
class Outgoing:
    """``asks`` are the ids of the obligations that the message asks about, ``facts`` what it was composed from."""

    call: Post | Edit | Publish | Share
    asks: tuple[str, ...] = ()
    facts: str | None = None


@dataclass(frozen=True)
class Remembered:
    """What the delivery keeps of an `Outgoing` before the call, since its answer may never arrive."""

    asks: tuple[str, ...] = ()
    facts: str | None = None

    def written(self) -> str:
        return json.dumps({"asks": self.asks, "keep": self.facts})


def remembered(written: str | None) -> Remembered:
    if written is None:
        return Remembered()
    kept = json.loads(written)
    return Remembered(tuple(kept["asks"]), kept["keep"])


class Lane(IntEnum):
    """What is sent first: answers to people, then edits, then what nobody is waiting for."""

    ANSWER = 0
    EDIT = 1
    REMINDER = 2


class SlackMethod(StrEnum):
    """The Web API method whose rate limit a message counts against."""

    POST = "chat.postMessage"
    EDIT = "chat.update"
    PUBLISH = "views.publish"
    SHARE = "files.completeUploadExternal"


class Repeat(Enum):
    """What may be done when Slack's answer was unclear and the message cannot be looked up, as in a channel.

    ALWAYS: the same call again does no harm. MARKED: it is posted once more, with the word "(repeat)". NEVER: it fails.
    """

    ALWAYS = auto()
    MARKED = auto()
    NEVER = auto()


@dataclass(frozen=True)
class MessageKind:
    """``compose`` reads the state of the moment at which the message is sent; None when nothing is left to say.

    ``arrived`` runs in the transaction that keeps the proof, with the ids of the obligations that were asked.
    ``remembers``: the delivery keeps those ids, and the facts, in ``said``.
    """

    kind: DeliveryKind
    compose: Callable[[Work, Delivery], Awaitable[Outgoing | None]]
    lane: Lane = Lane.ANSWER
    method: SlackMethod = SlackMethod.POST
    repeat: Repeat = Repeat.MARKED
    remembers: bool = False
    arrived: Callable[[Work, Delivery, Sequence[str]], Awaitable[None]] | None = None
