"""A reader of Slack's rules to hold every view against; it shares no number with `bot.blocks.limits`."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SdkBlock

Part = dict[str, Any]
Faults = Callable[..., list[str]]

MARKUP = re.compile(r"<!date\^\d+\^[^|<>]+\|[^|<>]+>")
ENTITY = re.compile(r"&(amp|lt|gt);")

TEXT_LIMITS = {
    "header": {"text": 150},
    "section": {"text": 3000},
    "button": {"text": 75, "accessibility_label": 75, "value": 2000, "url": 3000, "action_id": 255},
    "confirm": {"title": 100, "text": 300, "confirm": 30, "deny": 30},
    "option": {"text": 75, "value": 75},
    "group": {"label": 75},
    "input": {"label": 2000, "hint": 2000, "block_id": 255},
    "modal": {"title": 24, "submit": 24, "close": 24, "private_metadata": 3000, "callback_id": 255},
}
COUNTS = {
    ("context", "elements"): 10,
    ("actions", "elements"): 25,
    ("section", "fields"): 10,
    ("static_select", "options"): 100,
    ("static_select", "option_groups"): 100,
    ("group", "options"): 100,
    ("radio_buttons", "options"): 10,
    ("checkboxes", "options"): 10,
    ("data_table", "rows"): 101,
}
SURFACES = {"message": 50, "modal": 100, "home": 100}


@pytest.fixture(scope="session")
def faults() -> Faults:
    """What Slack would refuse in these blocks, or what would let a value speak as markup."""
    return lambda blocks, surface="message": list(_all_faults(blocks, surface))


@pytest.fixture(scope="session")
def nasty() -> st.SearchStrategy[str]:
    """What people may write, on purpose or not."""
    spells = [
        "<!channel>",
        "<!here|x>",
        "<@U1>",
        "<#C1>",
        "<https://evil.example|click>",
        "&lt;",
        "&",
        "<",
        ">",
    ]
    spells += [
        "<!date^1^{date}|now>",
        "*",
        "_",
        "`",
        "{name}",
        "{0.__class__}",
        "\n",
        " ",
        ":tada:",
        "é",
        "漢",
    ]
    words = st.lists(st.sampled_from(spells) | st.text(max_size=8), max_size=12).map("".join)
    return words | st.builds(lambda text, times: text * times, words, st.integers(1, 400))


def _all_faults(blocks: Sequence[Part], surface: str) -> Iterator[str]:
    if not 0 < len(blocks) <= SURFACES[surface]:
        yield f"{len(blocks)} blocks in a {surface}"
    if surface == "message" and sum(100 + _length(block) for block in blocks) > 13_200:
        yield "the message is too heavy"
    named = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(named)) < len(named):
        yield "a block id stands twice"
    for block in blocks:
        if block["type"] == "input" and surface == "message":
            yield "an input in a message"
        yield from _part_faults(block)
        if block["type"] == "data_table":
            yield from _table_faults(block)
        elif block["type"] not in ("rich_text",) and _sdk(block) != block:
            yield f"slack_sdk understands another {block['type']}: {_sdk(block)}"


def _part_faults(part: Part, kind: str = "") -> Iterator[str]:
    kind = kind or part["type"]
    for key, limit in TEXT_LIMITS.get(kind, {}).items():
        if key in part and not 0 < len(_string(part[key])) <= limit:
            yield f"{kind}.{key} has {len(_string(part[key]))} characters"
    for (owner, key), limit in COUNTS.items():
        if owner == kind and key in part and not 0 < len(part[key]) <= limit:
            yield f"{kind} has {len(part[key])} {key}"
    if (
        kind in ("mrkdwn", "plain_text", "text", "link", "raw_text")
        and not part["text"].strip()
        and kind != "text"
    ):
        yield f"an empty {kind}"
    if kind == "text" and not part["text"]:
        yield "an empty rich text"
    if kind == "mrkdwn":
        yield from _markup_faults(part["text"])
    if kind == "actions" and len({element["action_id"] for element in part["elements"]}) < len(
        part["elements"]
    ):
        yield "an action id stands twice in a row"
    for key, child_kind in (("confirm", "confirm"), ("options", "option"), ("option_groups", "group")):
        if kind != "confirm" and key in part:
            children = part[key] if isinstance(part[key], list) else [part[key]]
            for child in children:
                yield from _part_faults(child, child_kind)
    for key in ("text", "accessory", "element", "label", "hint", "title"):
        if isinstance(part.get(key), dict):
            yield from _part_faults(part[key])
    for child in [*part.get("elements", []), *part.get("fields", [])]:
        yield from _part_faults(child)
        if kind == "section" and len(child["text"]) > 2000:
            yield "a field is too long"


def _markup_faults(text: str) -> Iterator[str]:
    rest = ENTITY.sub("", MARKUP.sub("", text))
    if any(sign in rest for sign in "<>&"):
        yield f"unescaped: {rest[:80]!r}"


def _table_faults(table: Part) -> Iterator[str]:
    widths = {len(row) for row in table["rows"]}
    if len(widths) != 1 or not 1 <= widths.pop() <= 20 or len(table["rows"]) < 2:
        yield "the table has no shape"
    if sum(len(cell["text"]) for row in table["rows"] for cell in row) > 10_000:
        yield "the table is too long"
    if not table["caption"] or any(not cell["text"] for row in table["rows"] for cell in row):
        yield "a caption or a cell is empty"


def _sdk(block: Part) -> Part:
    parsed = SdkBlock.parse(block)
    assert parsed is not None, f"slack_sdk knows no {block['type']}"
    return parsed.to_dict()


def _string(value: Part | str) -> str:
    return value if isinstance(value, str) else value["text"]


def _length(part: object) -> int:
    if isinstance(part, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else _length(v) for k, v in part.items())
    return sum(map(_length, part)) if isinstance(part, list) else 0
