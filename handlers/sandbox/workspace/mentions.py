"""From typed text to the text that Slack hands to an app: escaped, with marks for mentions and links. `rich_text` is
the block that Slack adds to each message for the same text.
"""

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from handlers.sandbox.workspace.nouns import Channel, Member

MARKED = re.compile(r"<(?:[@#][A-Z0-9]+(?:\|[^<>|]*)?|https?://[^<>\s]+)>")
SENT = re.compile(rf"{MARKED.pattern}|<!(?:channel|here|everyone)>")
BROADCAST = re.compile(r"(?<![\w@])@(channel|here|everyone)\b")
LINK = re.compile(r"(?<![\w<|])https?://[^\s<>|]*[^\s<>|.,;:!?)\]'\"]")


def slack_text(text: str, people: Iterable[Member], channels: Iterable[Channel] = ()) -> str:
    """`R&D: ask @Ben, see https://x.y` → `R&amp;D: ask <@U0BEN>, see <https://x.y>`; `@here` → `<!here>`."""
    pieces: list[str] = []
    end = 0
    for mark in MARKED.finditer(text):
        pieces += [_with_marks(text[end : mark.start()], people, channels), mark.group()]
        end = mark.end()
    pieces.append(_with_marks(text[end:], people, channels))
    return "".join(pieces)


def _with_marks(text: str, people: Iterable[Member], channels: Iterable[Channel]) -> str:
    text = LINK.sub(lambda link: f"<{link.group()}>", _escaped(text))
    text = BROADCAST.sub(r"<!\1>", text)
    for person in people:
        for name in (person.name, person.first_name):
            text = re.sub(rf"(?<![\w@])@{re.escape(name)}\b", f"<@{person.id}>", text, flags=re.IGNORECASE)
    for channel in channels:
        if channel.im_with is None:
            text = re.sub(
                rf"(?<![\w#&])#{re.escape(channel.name)}\b", f"<#{channel.id}|{channel.name}>", text
            )
    return text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rich_text(text: str, block_id: str) -> dict[str, Any]:
    elements: list[dict[str, Any]] = []
    end = 0
    for mark in SENT.finditer(text):
        elements += _words(text[end : mark.start()])
        elements.append(_element(mark.group()[1:-1]))
        end = mark.end()
    elements += _words(text[end:])
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def _words(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": unescape(text)}] if text else []


def _element(mark: str) -> dict[str, Any]:
    target = mark[1:].split("|")[0]
    if mark.startswith("@"):
        return {"type": "user", "user_id": target}
    if mark.startswith("!"):
        return {"type": "broadcast", "range": target}
    if mark.startswith("#"):
        return {"type": "channel", "channel_id": target}
    return {"type": "link", "url": unescape(mark)}
