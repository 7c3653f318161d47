"""What a composer hands to the sender: one call to Slack, and the obligations that the message asks about."""

import json
from dataclasses import dataclass
from typing import Any

from bot.blocks.kit import Message


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
    """``asks`` are ids of obligations; ``keep`` is what the delivery must remember of how it was composed."""

    call: Post | Edit | Publish | Share
    asks: tuple[str, ...] = ()
    keep: str | None = None


@dataclass(frozen=True)
class Remembered:
    """What a delivery must know of its message although the answer to the call may never arrive."""

    asks: tuple[str, ...] = ()
    keep: str | None = None

    def written(self) -> str:
        return json.dumps({"asks": self.asks, "keep": self.keep})


def remembered(written: str | None) -> Remembered:
    if written is None:
        return Remembered()
    told = json.loads(written)
    return Remembered(tuple(told["asks"]), told["keep"])
