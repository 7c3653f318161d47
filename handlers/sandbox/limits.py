"""Slack's limits on messages and views: what breaks one is named with its place, as Slack does it
(`must be less than 3001 characters [json-pointer:/blocks/0/text/text]`).
"""

import json
from collections.abc import Iterator
from typing import Any

from handlers.sandbox.elements import interactive
from handlers.sandbox.limit_rules import Problem, anything, by_type, flag, items, shape, string
from handlers.sandbox.limit_tables import BLOCKS, HOME, MESSAGE, MODAL, ONLY_IN, plain
from handlers.sandbox.nouns import Json
from handlers.sandbox.refusals import Refused

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
MARKDOWN_IN_MESSAGE = 12_000
CHARTS_IN_MESSAGE = 2

_block = by_type(BLOCKS)
_shared = {
    "callback_id": string(255),
    "external_id": string(255),
    "private_metadata": string(3000),
    "close": plain(24),
    "clear_on_close": flag,
    "notify_on_close": flag,
}
_view = by_type(
    {
        MODAL: shape(
            {"title": plain(24), "blocks": items(VIEW_BLOCKS, _block, 0)},
            _shared | {"submit": plain(24), "submit_disabled": flag},
        ),
        HOME: shape(
            {"blocks": items(VIEW_BLOCKS, _block, 0)}, _shared | {"title": anything, "submit": anything}
        ),
    }
)
_message_blocks = items(MESSAGE_BLOCKS, _block, 0)


def check_message_blocks(blocks: list[Json]) -> None:
    problems = list(_message_blocks(blocks, "/blocks")) or list(_together(blocks, MESSAGE, "/blocks"))
    _refuse_if("invalid_blocks", problems)


def check_view(view: Any, kind: str) -> None:
    """`kind` is "modal" or "home"; raises Refused as views.open does."""
    if not isinstance(view, dict) or view.get("type") != kind:
        raise Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] view must be a {kind}"]})
    if len(json.dumps(view)) > VIEW_BYTES:
        raise Refused("view_too_large")
    problems = list(_view(view, "/view"))
    if not problems:
        problems = [*_together(view["blocks"], kind, "/view/blocks"), *_form(view, kind)]
    _refuse_if("invalid_arguments", problems)


def _refuse_if(code: str, problems: list[Problem]) -> None:
    if problems:
        told = [f"{what} [json-pointer:{place}]" for what, place in problems]
        raise Refused(code, errors=told, response_metadata={"messages": [f"[ERROR] {line}" for line in told]})


def _together(blocks: list[Json], surface: str, at: str) -> Iterator[Problem]:
    """What no block can break alone: places, unique ids, sums over a message."""
    ids: set[str] = set()
    kinds = [block.get("type", "") for block in blocks]
    for index, block in enumerate(blocks):
        if surface not in ONLY_IN.get(kinds[index], (surface,)):
            yield f"unsupported type: {kinds[index]}", f"{at}/{index}/type"
        if block.get("block_id") in ids:
            yield f"`block_id` {block['block_id']!r} already exists", f"{at}/{index}/block_id"
        ids |= {block["block_id"]} if "block_id" in block else set()
        yield from _unique_actions(block, f"{at}/{index}")
        if surface != MODAL and (block.get("element") or {}).get("type") == "file_input":
            yield "unsupported type: file_input", f"{at}/{index}/element/type"
    if kinds.count("table") > 1:
        yield "only one table allowed", at
    if surface == MESSAGE and kinds.count("data_visualization") > CHARTS_IN_MESSAGE:
        yield f"no more than {CHARTS_IN_MESSAGE} data_visualization blocks allowed", at
    markdown = sum(len(str(block.get("text", ""))) for block in blocks if block.get("type") == "markdown")
    if markdown > MARKDOWN_IN_MESSAGE:
        yield f"markdown must be less than {MARKDOWN_IN_MESSAGE + 1} characters in sum", at


def _unique_actions(block: Json, at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for element in interactive(block):
        action_id = element.get("action_id")
        if action_id in seen:
            yield f"`action_id` {action_id!r} already exists", at
        if action_id:
            seen.add(action_id)


def _form(view: Json, kind: str) -> Iterator[Problem]:
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    if kind == MODAL and inputs and "submit" not in view:
        yield "missing required field: submit", "/view"
    if sum(bool(block["element"].get("focus_on_load")) for block in inputs) > 1:
        yield "only one element may have focus_on_load", "/view/blocks"
