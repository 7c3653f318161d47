"""The inputs of a form, the modal around them, and Home; views take these from `kit`."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from slack_sdk.models import blocks as slack

from bot.blocks import limits
from bot.blocks.ids import Callback, Field
from bot.blocks.limits import Block, fit, shorten
from bot.blocks.rich import plain_text


def text_input(
    field: Field,
    label: str,
    *,
    optional: bool = False,
    multiline: bool = False,
    hint: str | None = None,
    initial: str | None = None,
    max_length: int | None = None,
) -> Block:
    longest = min(max_length or limits.INPUT_TEXT, limits.INPUT_TEXT)
    element = slack.PlainTextInputElement(
        action_id=field.value,
        multiline=multiline,
        initial_value=shorten(initial, longest) if initial else None,
        max_length=longest,
    )
    return _input(field, label, element, optional=optional, hint=hint)


def search_input(field: Field, label: str, *, hint: str | None = None, initial: str | None = None) -> Block:
    """Enter sends the words at once, as a press of the action with the field's name."""
    element = slack.PlainTextInputElement(
        action_id=field.value,
        initial_value=shorten(initial, limits.SEARCH) if initial else None,
        max_length=limits.SEARCH,
        dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"]},
    )
    return {**_input(field, label, element, optional=True, hint=hint), "dispatch_action": True}


def number_input(
    field: Field, label: str, most: int, *, hint: str | None = None, initial: int | None = None
) -> Block:
    """A whole number from 0 to `most`. The input of a person's own statement starts empty."""
    element = slack.NumberInputElement(
        action_id=field.value,
        is_decimal_allowed=False,
        initial_value=None if initial is None else str(initial),
        min_value="0",
        max_value=str(most),
    )
    return _input(field, label, element, hint=hint)


def date_input(
    field: Field,
    label: str,
    *,
    optional: bool = False,
    hint: str | None = None,
    initial: date | None = None,
) -> Block:
    """The input of a person's own statement starts empty."""
    element = slack.DatePickerElement(
        action_id=field.value, initial_date=initial.isoformat() if initial else None
    )
    return _input(field, label, element, optional=optional, hint=hint)


def moment_input(field: Field, label: str, *, hint: str | None = None) -> Block:
    """A date and time in the person's own zone. It is that person's statement, so it starts empty."""
    element = slack.DateTimePickerElement(action_id=field.value)
    return _input(field, label, element, hint=hint)


def file_input(field: Field, label: str, *, max_files: int = 1, hint: str | None = None) -> Block:
    if not 1 <= max_files <= limits.FILES:
        raise ValueError(f"a form takes 1 to {limits.FILES} files, not {max_files}")
    element = slack.block_elements.FileInputElement(action_id=field.value, max_files=max_files)
    return _input(field, label, element, hint=hint)


def person_select(
    field: Field, label: str, *, optional: bool = False, initial: str | None = None, hint: str | None = None
) -> Block:
    """`initial` is a Slack user id."""
    element = slack.UserSelectElement(action_id=field.value, initial_user=initial)
    return _input(field, label, element, optional=optional, hint=hint)


def choice(
    field: Field,
    label: str,
    options: Sequence[tuple[str, str]],
    *,
    optional: bool = False,
    initial: str | None = None,
    hint: str | None = None,
) -> Block:
    """One of many (value, label) pairs, from a menu; more than 100 come in numbered groups."""
    menu, size = [_option(*option) for option in options], limits.OPTIONS
    groups = [
        slack.OptionGroup(
            label=f"{start + 1} to {min(start + size, len(menu))}", options=menu[start : start + size]
        )
        for start in range(0, len(menu), size)
    ]
    element = slack.StaticSelectElement(
        action_id=field.value,
        options=menu if len(menu) <= size else None,
        option_groups=groups if len(menu) > size else None,
        initial_option=_initial_option(menu, initial),
    )
    return _input(field, label, element, optional=optional, hint=hint)


def radios(
    field: Field,
    label: str,
    options: Sequence[tuple[str, str]],
    *,
    optional: bool = False,
    initial: str | None = None,
    hint: str | None = None,
) -> Block:
    """One of a few (value, label) pairs, all of them in sight."""
    limits.at_most(limits.RADIOS, options, "radio buttons")
    buttons = [_option(*option) for option in options]
    element = slack.RadioButtonsElement(
        action_id=field.value, options=buttons, initial_option=_initial_option(buttons, initial)
    )
    return _input(field, label, element, optional=optional, hint=hint)


def checks(
    field: Field,
    label: str,
    options: Sequence[tuple[str, str]],
    *,
    optional: bool = False,
    initial: Sequence[str] = (),
    hint: str | None = None,
) -> Block:
    """Any of a few (value, label) pairs, all of them in sight."""
    limits.at_most(limits.CHECKS, options, "checkboxes")
    boxes = [_option(*option) for option in options]
    ticked = [box for box in boxes if box.value in initial]
    element = slack.CheckboxesElement(action_id=field.value, options=boxes, initial_options=ticked or None)
    return _input(field, label, element, optional=optional, hint=hint)


def modal(
    title: str, callback: Callback, blocks: Sequence[Block], *, submit: str | None = None, subject: str = ""
) -> dict[str, Any]:
    """A form, or without `submit` a page to read; `subject` is the opaque id that comes back with a submission."""
    limits.within(limits.VIEW_SUBJECT, subject, "a form's subject")
    inputs = [block["block_id"] for block in blocks if block["type"] == "input"]
    if inputs and submit is None:
        raise ValueError("a form with inputs needs a submit button")
    if len(set(inputs)) < len(inputs):
        raise ValueError("a field may stand only once in a form")
    if inputs and len(blocks) > limits.VIEW_BLOCKS:
        raise ValueError("a form is too long, and inputs cannot be cut off")
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": callback.value,
        "private_metadata": subject,
        "title": plain_text(title, limits.VIEW_TITLE),
        "close": plain_text("Cancel" if submit else "Close", limits.VIEW_BUTTON),
        "blocks": fit(blocks, limits.VIEW_BLOCKS),
    }
    return {**view, "submit": plain_text(submit, limits.VIEW_BUTTON)} if submit else view


def home(blocks: Sequence[Block]) -> dict[str, Any]:
    return {"type": "home", "blocks": fit(blocks, limits.VIEW_BLOCKS)}


def _input(
    field: Field,
    label: str,
    element: slack.InputInteractiveElement,
    *,
    optional: bool = False,
    hint: str | None = None,
) -> Block:
    return slack.InputBlock(
        block_id=field.value,
        label=plain_text(label, limits.INPUT_LABEL),
        element=element,
        hint=plain_text(hint, limits.INPUT_HINT) if hint else None,
        optional=optional,
    ).to_dict()


def _option(value: str, label: str) -> slack.Option:
    limits.within(limits.OPTION_VALUE, value, "an option's value")
    return slack.Option(value=value, text=plain_text(label, limits.OPTION_LABEL))


def _initial_option(options: Sequence[slack.Option], value: str | None) -> slack.Option | None:
    if value is None:
        return None
    return {option.value: option for option in options}[value]


def mark_of(*shown: object) -> str:
    """16 hex digits that change with what a form shows: a form is saved only under the mark of what it showed."""
    return sha256(repr(shown).encode()).hexdigest()[:16]
