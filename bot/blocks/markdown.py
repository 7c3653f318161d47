"""Curated Markdown (knowledge, policies) as blocks and as plain text.

It becomes rich text as data, so no word of it can be a mention; raw HTML appears as it is written.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.blocks.limits import Block
from bot.blocks.rich import BLANK, Part, divider, header, rich_text
from bot.blocks.transcript import block_words

Style = Mapping[str, bool]

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_STYLES: Mapping[str, Style] = {
    "strong": {"bold": True},
    "em": {"italic": True},
    "code_inline": {"code": True},
}
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}
_LINKS = ("https://", "http://", "mailto:")
_DEEPEST_INDENT = 8


def markdown(text: str) -> list[Block]:
    """One block for each paragraph, list, quote or table; more where one is longer than a block may be."""
    return [block for node in _tree(text).children for block in _blocks(node)]


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """The same as plain text, for notifications and the terminal."""
    return "\n\n".join(words for words in map(block_words, markdown(text)) if words)


@lru_cache(maxsize=64)  # the entries that people ask for these days
def _tree(text: str) -> SyntaxTreeNode:
    return SyntaxTreeNode(_PARSER.parse(text))


def _blocks(node: SyntaxTreeNode) -> list[Block]:
    match node.type, node.tag:
        case "hr", _:
            return [divider()]
        case "heading", "h1" | "h2":
            return [header(_label(node))]
    return rich_text(_parts(node))


def _parts(node: SyntaxTreeNode, indent: int = 0) -> list[Part]:
    match node.type:
        case "paragraph":
            return [_section(_inline(node))]
        case "heading":
            return [_section(_inline(node, {"bold": True}))]
        case "bullet_list" | "ordered_list":
            return list(_lists(node, indent))
        case "blockquote":
            return [{"type": "rich_text_quote", "elements": _flat(node.children)}]
        case "table":
            return [_rows(node)]
        case "fence" | "code_block":
            return [
                {"type": "rich_text_preformatted", "elements": [_text(node.content.rstrip("\n") or BLANK)]}
            ]
        case "hr":
            return []
    raise ValueError(f"Markdown holds a {node.type}, which cannot be shown")


def _lists(node: SyntaxTreeNode, indent: int) -> Iterator[Part]:
    """Slack nests lists by indentation alone: a list ends where an inner one begins, and continues after it."""
    ordered = node.type == "ordered_list"
    number = int(node.attrs.get("start", 1)) - 1
    items: list[Part] = []

    def level() -> Part:
        part: Part = {
            "type": "rich_text_list",
            "style": "ordered" if ordered else "bullet",
            "elements": items,
        }
        offset = number - len(items)
        return {
            **part,
            **({"indent": indent} if indent else {}),
            **({"offset": offset} if ordered and offset else {}),
        }

    for item in node.children:
        inner = [child for child in item.children if child.type in ("bullet_list", "ordered_list")]
        items.append(_section(_flat([child for child in item.children if child not in inner])))
        number += 1
        if inner:
            yield level()
            items = []
            for child in inner:
                yield from _lists(child, min(indent + 1, _DEEPEST_INDENT))
    if items:
        yield level()


def _flat(nodes: list[SyntaxTreeNode]) -> list[Part]:
    """Whole blocks as lines of text, where Slack allows no blocks."""
    flat: list[Part] = []
    for part in (part for node in nodes for part in _parts(node)):
        inner = part["elements"]
        if part["type"] == "rich_text_list":
            inner = [element for item in inner for element in (_text("\n- "), *item["elements"])]
        flat += [_text("\n"), *inner] if flat and part["type"] != "rich_text_list" else inner
    return flat or [_text(BLANK)]


def _rows(table: SyntaxTreeNode) -> Part:
    """A table as a list: the first cell in bold, then each further cell after the name of its column."""
    head, *bodies = table.children
    columns = [_label(cell) for cell in head.children[0].children]
    items = []
    for row in (row for body in bodies for row in body.children):
        first, *others = row.children
        elements = _inline(first, {"bold": True})
        for name, cell in zip(columns[1:], others, strict=True):
            elements += [_text("; " if cell is not others[0] else ": "), _text(f"{name} "), *_inline(cell)]
        items.append(_section(elements))
    return {"type": "rich_text_list", "style": "bullet", "elements": items}


def _section(elements: list[Part]) -> Part:
    return {"type": "rich_text_section", "elements": elements or [_text(BLANK)]}


def _inline(node: SyntaxTreeNode, style: Style | None = None) -> list[Part]:
    """The words inside a paragraph, heading or cell, with their styles."""
    elements: list[Part] = []
    for child in node.children:
        inner = {**(style or {}), **_STYLES.get(child.type, {})}
        if child.type == "link":
            elements += _link(child, inner)
        elif child.type in _BREAKS:
            elements.append(_text(_BREAKS[child.type], inner))
        elif child.type in ("text", "code_inline", "image"):
            elements.append(_text(child.content, inner))
        else:
            elements += _inline(child, inner)
    return [part for part in elements if part["text"]]


def _label(node: SyntaxTreeNode) -> str:
    return "".join(part["text"] for part in _inline(node))


def _link(node: SyntaxTreeNode, style: Style) -> list[Part]:
    """A link that Slack can open; any other is shown as its label and its address."""
    url = str(node.attrs["href"])
    label = _label(node) or url
    if url.startswith(_LINKS):
        return [{**_text(label, style), "type": "link", "url": url}]
    return [_text(f"{label} ({url})", style)]


def _text(text: str, style: Style | None = None) -> Part:
    part: dict[str, Any] = {"type": "text", "text": text}
    return {**part, "style": dict(style)} if style else part
