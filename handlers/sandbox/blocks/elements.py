"""The interactive elements in blocks: finding them, the values they hold (`state.values` as Slack sends
them), and whether a value fits its element.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from handlers.sandbox.terms import Impossible, Json

BUTTON = "button"  # the one that holds no value
TEXTS = ("plain_text_input", "number_input")
SINGLE = {  # element → the key under which its value travels
    "datepicker": "selected_date",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "file_input": "files",
}
ONE_OPTION = ("static_select", "radio_buttons")
OPTIONS = ("checkboxes",)
INTERACTIVE = (BUTTON, *TEXTS, *SINGLE, *ONE_OPTION, *OPTIONS)
REQUIRED = "Please complete this required field."


def interactive(block: Any) -> Iterator[Json]:
    """Every element with an action id in a block, in reading order, however deep."""
    if isinstance(block, dict):
        if "action_id" in block:
            yield block
        for value in block.values():
            yield from interactive(value)
    elif isinstance(block, list):
        for value in block:
            yield from interactive(value)


def unnamed(block: Any) -> Iterator[Json]:
    """Interactive elements without an action id."""
    if isinstance(block, dict):
        if block.get("type") in INTERACTIVE and "action_id" not in block:
            yield block
        block = list(block.values())
    if isinstance(block, list):
        for value in block:
            yield from unnamed(value)


def find(blocks: list[Json], action_id: str, block_id: str | None = None) -> tuple[Json, Json]:
    """The block and the element with these ids. Raises Impossible when there is none."""
    for block in blocks:
        if block_id in (None, block.get("block_id")):
            for element in interactive(block):
                if element["action_id"] == action_id:
                    return block, element
    action_ids = ", ".join(element["action_id"] for block in blocks for element in interactive(block))
    raise Impossible(
        f"There is nothing to press called {action_id!r}; there is: {action_ids or 'nothing'}.", 404
    )


def option(element: Json, value: Any) -> Json:
    for choice in options(element):
        if choice["value"] == value:
            return choice
    values = ", ".join(choice["value"] for choice in options(element))
    raise Impossible(f"{value!r} is not an option of {element['action_id']!r}; there is: {values}.")


def options(element: Json) -> list[Json]:
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(choice for group in groups for choice in group["options"])]


def value_of(element: Json, plain: Any) -> Json:
    """What Slack sends for an element that holds this plain value (None for nothing)."""
    kind = element["type"]
    if kind in TEXTS:
        return {"type": kind, "value": None if plain in (None, "") else str(plain)}
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": None if not plain else option(element, plain)}
    if kind in OPTIONS:
        return {"type": kind, "selected_options": [option(element, each) for each in plain or []]}
    if kind in SINGLE:
        return {"type": kind, SINGLE[kind]: plain or ([] if kind == "file_input" else None)}
    raise Impossible(f"{element['action_id']!r} is a {kind} and holds no value.")


def initial_value(element: Json) -> Json:
    kind = element["type"]
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    name = "initial_value" if kind in TEXTS else SINGLE[kind].replace("selected_", "initial_")
    return value_of(element, element.get(name))


def state_values(blocks: list[Json], before: Json | None = None) -> Json:
    """`state.values`: the value of each element, taken from `before` where it has the same ids and type."""
    values: Json = {}
    for block in blocks:
        for element in interactive(block):
            if element["type"] == BUTTON:
                continue
            earlier = (before or {}).get(block["block_id"], {}).get(element["action_id"])
            same = earlier is not None and earlier["type"] == element["type"]
            value = earlier if same else initial_value(element)
            values.setdefault(block["block_id"], {})[element["action_id"]] = value
    return values


def complaint(block: Json, value: Json) -> str | None:
    """Why Slack's client would not send this input, or None."""
    content = next(value[name] for name in value if name != "type")
    if not content:
        return None if block.get("optional") else REQUIRED
    element = block["element"]
    if element["type"] == "plain_text_input":
        return _length_complaint(element, content)
    if element["type"] == "datepicker" and not _is_date(content):
        return "Enter a date such as 2026-10-05."
    if element["type"] == "datetimepicker" and not _is_instant(content):
        return "Enter a date and time."
    if element["type"] == "number_input" and not _is_number(content, element["is_decimal_allowed"]):
        return "Enter a number."
    if element["type"] == "file_input" and len(content) > element.get("max_files", 10):
        return f"No more than {element.get('max_files', 10)} files."
    return None


def _length_complaint(element: Json, content: str) -> str | None:
    if len(content) < element.get("min_length", 0):
        return f"At least {element['min_length']} characters."
    if len(content) > element.get("max_length", 3000):
        return f"No more than {element.get('max_length', 3000)} characters."
    return None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_instant(seconds: object) -> bool:
    """Ten digits of Unix time."""
    return isinstance(seconds, int) and len(str(seconds)) == 10


def _is_number(text: str, decimal: bool) -> bool:
    whole, dot, fraction = text.lstrip("-").partition(".")
    return whole.isdecimal() and (not dot or (decimal and fraction.isdecimal()))
