"""The words of any block in reading order, as a screen reader says them."""

import html
import re
from collections.abc import Callable
from typing import Any

from bot.blocks.limits import Block

Part = dict[str, Any]

_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_LINK = re.compile(r"<(https?://[^|>]*|mailto:[^|>]*)\|([^>]*)>")
_EMPHASIS = re.compile(r"(?<![\w*_])([*_])(\S|\S.*?\S)\1(?![\w*_])")


def block_words(block: Block) -> str:
    """One line or more, empty for a divider; buttons stand in [brackets]."""
    return _BLOCKS[block["type"]](block)


def _section(block: Block) -> str:
    parts = [_text(block["text"])] if "text" in block else []
    parts += [_text(field) for field in block.get("fields", [])]
    if "accessory" in block:
        parts.append(_element(block["accessory"]))
    return "\n".join(parts)


def _input(block: Block) -> str:
    label = _text(block["label"]) + (" (optional)" if block.get("optional") else "")
    hint = f" {_text(block['hint'])}" if "hint" in block else ""
    return f"{label}: {_element(block['element'])}{hint}"


def _element(element: Part) -> str:
    """A button's spoken label, the options of a choice, or the initial value of any other input."""
    if element["type"] == "button":
        return f"[{element.get('accessibility_label') or _text(element['text'])}]"
    options = list(element.get("options", []))
    for group in element.get("option_groups", []):
        options += group["options"]
    if options:
        chosen = element.get("initial_option", {}).get("value")
        return " / ".join(
            _text(option["text"]) + (" (chosen)" if option["value"] == chosen else "") for option in options
        )
    return next((str(element[key]) for key in element if key.startswith("initial_")), "…")


def _text(text: Part) -> str:
    """A text object's words, without its markup."""
    if text["type"] != "mrkdwn":
        return text["text"]
    words = _DATE.sub(r"\1", text["text"])
    words = _LINK.sub(r"\2 (\1)", words)
    return html.unescape(_EMPHASIS.sub(r"\2", words))


def _table(block: Block) -> str:
    rows = [" | ".join(cell["text"] for cell in row) for row in block["rows"]]
    return "\n".join([block["caption"], *rows])


def _rich(block: Block) -> str:
    return "\n".join(_RICH[part["type"]](part) for part in block["elements"])


def _rich_list(part: Part) -> str:
    first = part.get("offset", 0) + 1
    ordered = part["style"] == "ordered"
    indent = "   " * part.get("indent", 0)
    marks = [f"{first + index}." if ordered else "-" for index in range(len(part["elements"]))]
    items = [_inline(item).replace("\n", f"\n{indent}  ") for item in part["elements"]]
    return "\n".join(f"{indent}{mark} {item}" for mark, item in zip(marks, items, strict=True))


def _rich_quote(part: Part) -> str:
    return "\n".join(f"> {line}" for line in _inline(part).splitlines())


def _inline(part: Part) -> str:
    return "".join(_INLINE[element["type"]](element) for element in part["elements"])


def _rich_link(element: Part) -> str:
    label = element.get("text", element["url"])
    return (
        label
        if label in (element["url"], element["url"].removeprefix("mailto:"))
        else f"{label} ({element['url']})"
    )


_INLINE: dict[str, Callable[[Part], str]] = {"text": lambda element: element["text"], "link": _rich_link}
_RICH: dict[str, Callable[[Part], str]] = {
    "rich_text_section": _inline,
    "rich_text_preformatted": _inline,
    "rich_text_list": _rich_list,
    "rich_text_quote": _rich_quote,
}
_BLOCKS: dict[str, Callable[[Block], str]] = {
    "header": lambda block: _text(block["text"]),
    "divider": lambda block: "",
    "section": _section,
    "context": lambda block: "\n".join(map(_text, block["elements"])),
    "actions": lambda block: " ".join(map(_element, block["elements"])),
    "input": _input,
    "data_table": _table,
    "rich_text": _rich,
}
