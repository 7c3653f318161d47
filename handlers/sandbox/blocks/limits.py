"""Slack's limits on blocks, their elements, messages and views, from its Block Kit reference (late 2026). A problem
names its place as Slack does (`must be less than 3001 characters [json-pointer:/blocks/0/text/text]`). Only the
kinds that the product sends are listed; any other is refused as unknown.
"""

import json
from collections.abc import Iterator
from typing import Any

from handlers.sandbox.blocks.checks import (
    Problem,
    Rule,
    anything,
    both,
    by_type,
    flag,
    items,
    one_of,
    only_if_object,
    shape,
    string,
    whole,
)
from handlers.sandbox.blocks.elements import interactive
from handlers.sandbox.terms import ErrorAnswer, Json

MODAL, HOME, MESSAGE = "modal", "home", "message"
VIEW_BYTES = 250_000
MOST_BLOCKS = {MESSAGE: 50, MODAL: 100, HOME: 100}
# Slack publishes no number; messages are refused above some 13,200 characters, where each block costs about
# 100 beside its text (slackapi/bolt-js#2509, #2867).
MESSAGE_WEIGHT = 13_200
BLOCK_WEIGHT = 100
TOO_HEAVY: Problem = ("the blocks hold too much text", "/blocks")

ID = string(255, 1)
URL = string(3000, 1)
TABLE_TEXT = 10_000  # characters of all cells together


def plain(most: int) -> Rule:
    return by_type({"plain_text": shape({"text": string(most, 1)}, {"emoji": flag})})


def text(most: int) -> Rule:
    mrkdwn = shape({"text": string(most, 1)}, {"verbatim": flag})
    return by_type({"plain_text": shape({"text": string(most, 1)}, {"emoji": flag}), "mrkdwn": mrkdwn})


def _either(first: str, second: str) -> Rule:
    """One of two fields must be there."""

    def rule(value: Any, at: str) -> Iterator[Problem]:
        if first not in value and second not in value:
            yield f"must define either `{first}` or `{second}`", at

    return only_if_object(rule)


def _initial_among_options(value: Any, at: str) -> Iterator[Problem]:
    groups = value.get("option_groups") or []
    options = [*(value.get("options") or []), *(o for group in groups for o in group.get("options", []))]
    initial = [*(value.get("initial_options") or []), *filter(None, [value.get("initial_option")])]
    for option in initial:
        if option not in options:
            name = "initial_options" if "initial_options" in value else "initial_option"
            yield "initial option must be one of the options", f"{at}/{name}"


CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = shape({"text": plain(75), "value": string(150, 1)}, {"description": plain(75)})
FREE_OPTION = shape({"text": text(75), "value": string(150, 1)}, {"description": text(75)})
GROUP = shape({"label": plain(75), "options": items(100, OPTION)})
ACTION_FIELDS = {"action_id": ID, "confirm": CONFIRM}
CHOICE_FIELDS = ACTION_FIELDS | {"placeholder": plain(150), "focus_on_load": flag}
TEXT_FIELDS = {
    "action_id": ID,
    "placeholder": plain(150),
    "focus_on_load": flag,
    "dispatch_action_config": anything,
}


def _with_options(rule: Rule) -> Rule:
    return both(rule, only_if_object(_initial_among_options))


def _ten_options(initial: dict[str, Rule]) -> Rule:
    """Radio buttons and checkboxes: at most ten, and no placeholder."""
    optional = ACTION_FIELDS | {"focus_on_load": flag} | initial
    return _with_options(shape({"options": items(10, FREE_OPTION)}, optional))


BUTTON = shape(
    {"text": plain(75)},
    ACTION_FIELDS
    | {
        "url": URL,
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
)
BUTTONS = by_type({"button": BUTTON})
INPUTS: dict[str, Rule] = {
    "static_select": both(
        _with_options(
            shape(
                {},
                CHOICE_FIELDS
                | {
                    "options": items(100, OPTION),
                    "option_groups": items(100, GROUP),
                    "initial_option": OPTION,
                },
            )
        ),
        _either("options", "option_groups"),
    ),
    "users_select": shape({}, CHOICE_FIELDS | {"initial_user": string(255)}),
    "datepicker": shape({}, CHOICE_FIELDS | {"initial_date": string(10, 10)}),
    "datetimepicker": shape(
        {}, ACTION_FIELDS | {"focus_on_load": flag, "initial_date_time": whole(10**9, 10**10 - 1)}
    ),
    "radio_buttons": _ten_options({"initial_option": FREE_OPTION}),
    "checkboxes": _ten_options({"initial_options": items(10, FREE_OPTION)}),
    "plain_text_input": shape(
        {},
        TEXT_FIELDS
        | {
            "initial_value": string(3000),
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
    ),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        TEXT_FIELDS | {"initial_value": string(100), "min_value": string(100), "max_value": string(100)},
    ),
    "file_input": shape(
        {}, {"action_id": ID, "filetypes": items(100, string(20)), "max_files": whole(1, 10)}
    ),
}


def _table(value: Any, at: str) -> Iterator[Problem]:
    """Limits over all cells: rows of one length, and a sum of characters."""
    rows = value.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return
    if len({len(row) for row in rows}) > 1:
        yield "all rows must have the same number of cells", f"{at}/rows"
    if text_length(rows) > TABLE_TEXT:
        yield f"all cells must be less than {TABLE_TEXT + 1} characters in sum", f"{at}/rows"


def text_length(part: object) -> int:
    """The number of characters in all texts of a block."""
    if isinstance(part, dict):
        text = part.get("text")
        return (len(text) if isinstance(text, str) else 0) + sum(map(text_length, part.values()))
    return sum(map(text_length, part)) if isinstance(part, list) else 0


STYLED: dict[str, Rule] = {"style": shape({}, dict.fromkeys(("bold", "italic", "strike", "code"), flag))}
SPAN = by_type(
    {
        "text": shape({"text": string(40_000, 1)}, STYLED),
        "link": shape({"url": URL}, STYLED | {"text": string(3000)}),
    }
)
SPANS: dict[str, Rule] = {"elements": items(1000, SPAN, 0)}
LINE = by_type({"rich_text_section": shape(SPANS)})
RICH_PARTS = by_type(
    {
        "rich_text_section": shape(SPANS),
        "rich_text_quote": shape(SPANS),
        "rich_text_preformatted": shape(SPANS),
        "rich_text_list": shape(
            {"style": one_of("bullet", "ordered"), "elements": items(1000, LINE)},
            {"indent": whole(0, 8), "offset": whole(0, 10**6)},
        ),
    }
)
CELL = by_type(
    {
        "raw_text": shape({"text": string(3000, 1)}),
        "raw_number": shape({"value": anything}, {"text": string(3000, 1)}),
    }
)


def _block(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return shape(required, {"block_id": ID} | (optional or {}))


BLOCK = by_type(
    {
        "section": both(
            _block({}, {"text": text(3000), "fields": items(10, text(2000)), "accessory": BUTTONS}),
            _either("text", "fields"),
        ),
        "header": _block({"text": plain(150)}),
        "divider": _block({}),
        "context": _block({"elements": items(10, text(3000))}),
        "actions": _block({"elements": items(25, BUTTONS)}),
        "input": _block(
            {"label": plain(2000), "element": by_type(INPUTS)},
            {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
        ),
        "rich_text": _block({"elements": items(1000, RICH_PARTS, 0)}),
        "data_table": both(
            _block(
                {"rows": items(101, items(20, CELL), 2), "caption": string(1000, 1)},
                {"row_header_column_index": whole(0, 19)},
            ),
            only_if_object(_table),
        ),
    }
)
_VIEW_FIELDS = {
    "callback_id": string(255),
    "private_metadata": string(3000),
    "close": plain(24),
}
_VIEW = by_type(
    {
        MODAL: shape({"title": plain(24), "blocks": anything}, _VIEW_FIELDS | {"submit": plain(24)}),
        HOME: shape({"blocks": anything}, _VIEW_FIELDS),
    }
)


def check_message_blocks(blocks: list[Json]) -> None:
    problems = list(block_problems(blocks, MESSAGE))
    _refuse_if("msg_blocks_too_long" if problems and problems[0] == TOO_HEAVY else "invalid_blocks", problems)


def check_view(view: Any, kind: str) -> None:
    """`kind` is "modal" or "home"; raises ErrorAnswer as views.open does."""
    if not isinstance(view, dict) or view.get("type") != kind:
        raise ErrorAnswer(
            "invalid_arguments", response_metadata={"messages": [f"[ERROR] view must be a {kind}"]}
        )
    if len(json.dumps(view)) > VIEW_BYTES:
        raise ErrorAnswer("view_too_large")
    problems = [*_VIEW(view, "/view"), *block_problems(view.get("blocks"), kind, "/view/blocks")]
    _refuse_if("invalid_arguments", problems or list(_form(view, kind)))


def block_problems(blocks: Any, surface: str, at: str = "/blocks") -> Iterator[Problem]:
    """What Slack would refuse in these blocks of a message, modal or Home tab."""
    problems = list(items(MOST_BLOCKS[surface], BLOCK, 0)(blocks, at))
    yield from problems or _problems_across_blocks(blocks, surface, at)
    if surface == MESSAGE and not problems and _weight(blocks) > MESSAGE_WEIGHT:
        yield TOO_HEAVY


def _weight(blocks: list[Json]) -> int:
    return sum(BLOCK_WEIGHT + text_length(block) for block in blocks)


def _refuse_if(code: str, problems: list[Problem]) -> None:
    if problems:
        lines = [f"{what} [json-pointer:{place}]" for what, place in problems]
        raise ErrorAnswer(
            code, errors=lines, response_metadata={"messages": [f"[ERROR] {line}" for line in lines]}
        )


def _problems_across_blocks(blocks: list[Json], surface: str, at: str) -> Iterator[Problem]:
    """Limits over all blocks: unique ids, and elements that this surface does not take."""
    ids: set[str] = set()
    for index, block in enumerate(blocks):
        if block.get("block_id") in ids:
            yield f"`block_id` {block['block_id']!r} already exists", f"{at}/{index}/block_id"
        ids |= {block["block_id"]} if "block_id" in block else set()
        yield from _unique_actions(block, f"{at}/{index}")
        if surface != MODAL and (block.get("element") or {}).get("type") == "file_input":
            yield "unsupported type: file_input", f"{at}/{index}/element/type"


def _unique_actions(block: Json, at: str) -> Iterator[Problem]:
    ids: set[str] = set()
    for element in interactive(block):
        action_id = element.get("action_id")
        if action_id in ids:
            yield f"`action_id` {action_id!r} already exists", at
        if action_id:
            ids.add(action_id)


def _form(view: Json, kind: str) -> Iterator[Problem]:
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    if kind == MODAL and inputs and "submit" not in view:
        yield "missing required field: submit", "/view"
    if sum(bool(block["element"].get("focus_on_load")) for block in inputs) > 1:
        yield "only one element may have focus_on_load", "/view/blocks"
