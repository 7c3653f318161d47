"""Blocks whose words are data: Slack shows them letter by letter, so none becomes a mention, link or markup."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from bot.blocks import limits
from bot.blocks.limits import Block, shorten, text_length

Part = dict[str, Any]

BLANK = "(blank)"

S = TypeVar("S", bound=str)


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, limits.HEADER)}


def divider() -> Block:
    return {"type": "divider"}


def plain_text(text: str, limit: int) -> Part:
    """A text object without markup, and without emoji for `:names:` between colons."""
    return {"type": "plain_text", "text": shorten(or_blank(text), limit), "emoji": False}


def or_blank(text: S) -> S:
    """The text, or a placeholder for an empty one, which Slack would refuse."""
    return text if text.strip() else type(text)(BLANK)


def prose(text: str) -> Block:
    """People's own words, or any plain text."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [_words(text)]}]}


def quote(text: str) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [_words(text)]}]}


def listing(items: Sequence[str]) -> list[Block]:
    """Plain texts as a bulleted list, none cut, in as few blocks as the limit allows."""
    lines = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": or_blank(item)}]}
        for item in items
    ]
    return rich_text([{"type": "rich_text_list", "style": "bullet", "elements": lines}])


def articles(titled: Sequence[tuple[str, str]]) -> list[Block]:
    """Titles in bold with their texts below, none cut, in as few blocks as the limit allows."""
    return rich_text(
        [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": or_blank(title), "style": {"bold": True}},
                    {"type": "text", "text": f"\n{text}\n\n"},
                ],
            }
            for title, text in titled
        ]
    )


def _words(text: str) -> Part:
    return {"type": "text", "text": shorten(or_blank(text), limits.RICH_TEXT)}


def rich_text(parts: Sequence[Part]) -> list[Block]:
    """Sections, lists and quotes, none cut, in as few blocks as the limit allows."""
    pieces = [piece for part in parts for piece in _pieces(part)]
    return [{"type": "rich_text", "elements": group} for group in _groups(pieces)]


def _pieces(part: Part) -> list[Part]:
    """A part in pieces that each fit a block and keep its kind, style and numbering."""
    if text_length(part) <= limits.RICH_TEXT:
        return [part]
    if "elements" not in part:
        text, size = part["text"], limits.RICH_TEXT
        return [{**part, "text": text[start : start + size]} for start in range(0, len(text), size)]
    groups = list(_groups([piece for element in part["elements"] for piece in _pieces(element)]))
    if part.get("style") != "ordered":
        return [{**part, "elements": group} for group in groups]
    offsets = [part.get("offset", 0) + sum(map(len, groups[:index])) for index in range(len(groups))]
    return [
        {**part, "elements": group, "offset": offset} for group, offset in zip(groups, offsets, strict=True)
    ]


def _groups(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Neighbours in groups that each fit a block."""
    group: list[Part] = []
    for part in parts:
        if group and text_length(group) + text_length(part) > limits.RICH_TEXT:
            yield group
            group = []
        group.append(part)
    if group:
        yield group
