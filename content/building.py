"""Builds models from parsed files; an error says what the person who edits the file has to mend."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from content.models import Model
from content.reading import ContentError, ParsedFile, Place

M = TypeVar("M", bound=Model)

_REASONS = {
    "missing": "is missing",
    "string_too_short": "must not be empty",
    "string_type": "must be text",
    "tuple_type": "must be a list",
    "int_parsing": "must be a whole number",
    "bool_parsing": "must be true or false",
    "float_parsing": "must be a number",
    "date_from_datetime_parsing": "is not a day of the calendar",
    "string_pattern_mismatch": "must have the form {pattern}",
    "too_short": "needs at least {min_length}, and here are {actual_length}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "literal_error": "must be one of {expected}",
    "value_error": "{error}",
}


def build_model(
    model: type[M], page: ParsedFile, place: Place = (), derived: Mapping[str, str] | None = None
) -> M:
    """The model of the values at a place; ``derived`` are fields that come from the Markdown body.

    Raises ContentError, as do the checks below.
    """
    values: Any = page.values
    for step in place:
        values = values[step]
    derived = derived or {}
    if not isinstance(values, dict):
        raise page.error(place, "keys with values are expected here, such as id: some-id")
    for key in derived.keys() & values.keys():
        raise page.error((*place, key), f'"{key}" is written below the front matter, not in it')
    try:
        return model.model_validate({**values, **derived})
    except ValidationError as error:
        raise _mistake(model, page, place, error, derived) from error


def items_of(page: ParsedFile) -> list[Any]:
    """The values of a file that must hold a list."""
    if not isinstance(page.values, list):
        raise page.error((), "a list is expected here, each item after a dash")
    return page.values


def check_name(page: ParsedFile, item_id: str) -> None:
    """The id must be the name of the file, by which the item is found."""
    if page.file.stem != item_id:
        raise page.error(("id",), f'the id "{item_id}" must be the name of the file, "{page.file.stem}"')


def check_unique(page: ParsedFile, ids: Sequence[str], place: Callable[[int], Place]) -> None:
    """Refuses an id that comes twice; ``place`` is where the id of the item with an index is written."""
    for index, item_id in enumerate(ids):
        if item_id in ids[:index]:
            raise page.error(place(index), f'the id "{item_id}" is used twice')


def _mistake(
    model: type[Model], page: ParsedFile, place: Place, error: ValidationError, derived: Mapping[str, str]
) -> ContentError:
    """The first error; but first of all an unknown key, since its misspelling also makes another key missing."""
    details = min(error.errors(include_url=False), key=lambda each: each["type"] != "extra_forbidden")
    where = details["loc"]
    name = ".".join(str(step + 1) if isinstance(step, int) else step for step in where)
    if details["type"] == "extra_forbidden":
        reason = f'the key "{name}" is not known here'
        if len(where) == 1:
            keys = ", ".join(key for key in model.model_fields if key not in derived)
            reason += f"; known are {keys}"
        return page.error((*place, *where), reason)
    if where and where[0] in derived:
        return ContentError(
            page.file, page.body_line, f"the text below the front matter {reason_of(details)}"
        )
    return page.error((*place, *where), f"{name} {reason_of(details)}" if name else reason_of(details))


def reason_of(details: ErrorDetails) -> str:
    """What is wrong with a value, worded to follow the value's name."""
    template = _REASONS.get(details["type"])
    return template.format(**details.get("ctx", {})) if template else details["msg"]
