"""What a person sees: messages and views with their words in reading order, as a screen reader says them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from handlers.sandbox.blocks.elements import BUTTON, interactive
from handlers.sandbox.terms import Json

READ_IN_ORDER = (  # the fields of blocks in the order in which a screen reader says them
    "label",
    "caption",
    "text",
    "fields",
    "rows",
    "elements",
    "element",
    "accessory",
    "placeholder",
    "initial_value",
    "initial_option",
    "initial_date",
    "hint",
)
ALWAYS_OPEN = ("radio_buttons", "checkboxes")  # their options are on the page
RICH = ("rich_text_section", "rich_text_quote", "rich_text_preformatted")
BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
MARK = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True)
class ScreenMessage:
    """`text` is every word on the screen; `fallback` is the text of the notification."""

    ts: str
    channel: str
    user: str
    bot: bool
    text: str
    fallback: str
    blocks: list[Json]
    thread_ts: str | None
    reply_count: int
    edited: bool
    ephemeral: bool
    files: list[Json]
    metadata: Json | None
    changed: int

    @property
    def root_ts(self) -> str:
        return self.thread_ts or self.ts

    @property
    def buttons(self) -> list[str]:
        return button_labels(self.blocks)


@dataclass(frozen=True)
class View:
    id: str
    title: str
    text: str
    blocks: list[Json]
    callback_id: str
    private_metadata: str
    hash: str
    values: Json

    @property
    def buttons(self) -> list[str]:
        return button_labels(self.blocks)

    @property
    def labels(self) -> list[str]:
        """The labels of the inputs."""
        return [block["label"]["text"] for block in self.blocks if block["type"] == "input"]


def message(body: Json, channel: str, names: Mapping[str, str]) -> ScreenMessage:
    fallback = as_read(body["text"], names)
    return ScreenMessage(
        ts=body["ts"],
        channel=channel,
        user=body["user"],
        bot=body["bot"],
        text=transcript(body["blocks"], names) if body["blocks"] else fallback,
        fallback=fallback,
        blocks=body["blocks"],
        thread_ts=body["thread_ts"],
        reply_count=body["reply_count"],
        edited=body["edited"],
        ephemeral=body["ephemeral"],
        files=body["files"],
        metadata=body["metadata"],
        changed=body["changed"],
    )


def view(body: Json, names: Mapping[str, str]) -> View:
    title = body["title"]["text"] if body["title"] else ""
    ends = [body[name]["text"] for name in ("submit", "close") if body.get(name) and body["type"] == "modal"]
    words = [title, transcript(body["blocks"], names), " ".join(f"[{end}]" for end in ends)]
    return View(
        id=body["id"],
        title=title,
        text="\n".join(filter(None, words)),
        blocks=body["blocks"],
        callback_id=body["callback_id"],
        private_metadata=body["private_metadata"],
        hash=body["hash"],
        values=body["state"]["values"],
    )


def button_labels(blocks: list[Json]) -> list[str]:
    buttons = (element for block in blocks for element in interactive(block) if element["type"] == BUTTON)
    return [element_label(element) for element in buttons]


def element_label(element: Json) -> str:
    """The text of a button, the placeholder of a select, or else the action id."""
    for name in ("text", "placeholder"):
        if name in element:
            return element[name]["text"]
    return element["action_id"]


def transcript(blocks: list[Json], names: Mapping[str, str]) -> str:
    """One line a block, buttons in brackets."""
    lines = (" ".join(_words(block, names)) for block in blocks)
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def _words(value: Any, names: Mapping[str, str]) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _words(each, names)
        return
    if isinstance(value, str):
        yield value
        return
    if not isinstance(value, dict):
        return
    kind = value.get("type")
    if kind == "mrkdwn":
        yield as_read(value["text"], names)
    elif kind in ("plain_text", "raw_text"):
        yield value["text"]
    elif kind == "raw_number":
        yield str(value.get("text", value["value"]))
    elif kind == BUTTON:
        yield f"[{value['text']['text']}]"
    elif kind in RICH:
        yield "".join(part.get("text") or part["url"] for part in value["elements"])
    else:
        for name in READ_IN_ORDER:
            yield from _words(value.get(name), names)
        if kind in ALWAYS_OPEN:
            yield from _words(value["options"], names)


def as_read(mrkdwn: str, names: Mapping[str, str]) -> str:
    """Slack's markup as a person reads it: `*due* <@U0BEN>` → `due @Ben Castillo`."""
    return unescape(BOLD.sub(r"\1", MARK.sub(lambda mark: _mark(mark.group(1), names), mrkdwn)))


def _mark(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return "@" + (names.get(target[1:]) or label or target[1:])
    if target.startswith("#"):
        return "#" + (label or target[1:])
    return label or target
