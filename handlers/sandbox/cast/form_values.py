"""From labels to ids: the button or input with a label, and the plain value behind a name or a date."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from handlers.sandbox.blocks.elements import interactive, options
from handlers.sandbox.cast.screen import ScreenMessage, View, element_label
from handlers.sandbox.terms import Json


def element_to_press(what: str, where: ScreenMessage | View) -> tuple[Json, Json]:
    """The first block and element with this label or action id."""
    elements = [(block, element) for block in where.blocks for element in interactive(block)]
    for block, element in elements:
        if what in (element["action_id"], element_label(element)):
            return block, element
    labels = ", ".join(repr(element_label(element)) for _, element in elements)
    raise AssertionError(f"There is nothing called {what!r} to press; there is: {labels or 'nothing'}.")


def values(view: View, by_name: Mapping[str, Any], names: Mapping[str, str]) -> Json:
    """`{"Reason": "…"}` → `{block_id: {action_id: plain value}}`."""
    by_block: Json = {}
    for name, plain in by_name.items():
        block, element = _field(view, name)
        by_block.setdefault(block["block_id"], {})[element["action_id"]] = value(element, plain, names)
    return by_block


def _field(view: View, name: str) -> tuple[Json, Json]:
    for block in view.blocks:
        label = block["label"]["text"] if block["type"] == "input" else None
        for element in interactive(block):
            if name in (label, block["block_id"], element["action_id"]):
                return block, element
    labels = ", ".join(repr(label) for label in view.labels)
    raise AssertionError(f"{view.title!r} has no input {name!r}; it has: {labels or 'none'}.")


def value(element: Json, plain: Any, names: Mapping[str, str]) -> Any:
    """A date becomes ISO text, a moment Unix seconds, a person's name their id, an option's label its value."""
    if isinstance(plain, list | tuple):
        return (
            list(plain)
            if element["type"] == "file_input"
            else [value(element, each, names) for each in plain]
        )
    if isinstance(plain, datetime):
        return int(plain.timestamp())
    if isinstance(plain, date):
        return plain.isoformat()
    kind = element["type"]
    if kind == "file_input":
        return [plain]
    if kind == "users_select":
        return _person(plain, names)
    for option in options(element):
        if plain in (option["value"], option["text"]["text"]):
            return option["value"]
    return plain


def _person(plain: str, names: Mapping[str, str]) -> str:
    for person_id, name in names.items():
        if plain in (person_id, name, name.split()[0]):
            return person_id
    raise AssertionError(f"Nobody in the workspace is called {plain!r}.")
