"""What the cast means by a label: which button, which input, and the plain value behind a name or a date."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from handlers.sandbox.elements import interactive, options
from handlers.sandbox.nouns import Json
from handlers.sandbox.seen import Message, View, element_label


def pressed(what: str, where: Message | View) -> tuple[Json, Json]:
    """The block and element by label or action id; among several with one label, the first."""
    there = [(block, element) for block in where.blocks for element in interactive(block)]
    for block, element in there:
        if what in (element["action_id"], element_label(element)):
            return block, element
    labels = ", ".join(repr(element_label(element)) for _, element in there)
    raise AssertionError(f"There is nothing called {what!r} to press; there is: {labels or 'nothing'}.")


def values(view: View, given: Mapping[str, Any], names: Mapping[str, str]) -> Json:
    """`{"Reason": "…"}` → `{block_id: {action_id: plain value}}`."""
    found: Json = {}
    for name, wanted in given.items():
        block, element = _field(view, name)
        found.setdefault(block["block_id"], {})[element["action_id"]] = value(element, wanted, names)
    return found


def _field(view: View, name: str) -> tuple[Json, Json]:
    for block in view.blocks:
        label = block["label"]["text"] if block["type"] == "input" else None
        for element in interactive(block):
            if name in (label, block["block_id"], element["action_id"]):
                return block, element
    there = ", ".join(repr(label) for label in view.labels)
    raise AssertionError(f"{view.title!r} has no input {name!r}; it has: {there or 'none'}.")


def value(element: Json, wanted: Any, names: Mapping[str, str]) -> Any:
    """Dates become ISO text, moments Unix seconds, names of people their ids, labels of options their values."""
    if isinstance(wanted, list | tuple):
        return list(wanted) if element["type"] == "file_input" else [value(element, w, names) for w in wanted]
    if isinstance(wanted, datetime):
        return int(wanted.timestamp())
    if isinstance(wanted, date):
        return wanted.isoformat()
    kind = element["type"]
    if kind == "file_input":
        return [wanted]
    if kind in ("users_select", "multi_users_select"):
        return _person(wanted, names)
    for option in options(element):
        if wanted in (option["value"], option["text"]["text"]):
            return option["value"]
    return wanted


def _person(wanted: str, names: Mapping[str, str]) -> str:
    for person_id, name in names.items():
        if wanted in (person_id, name, name.split()[0]):
            return person_id
    raise AssertionError(f"Nobody in the workspace is called {wanted!r}.")
