"""Assigning by a command, or many controls at once: what it would do, and what it did."""

from collections.abc import Sequence
from typing import Any

from bot.blocks import limits
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import (
    Block,
    Message,
    actions,
    button,
    checks,
    choice,
    confirm,
    lines,
    modal,
    person_select,
    prose,
    section,
)
from bot.blocks.wording import control_name, counted
from bot.register.rules.controls import ListedControl
from storage.programme import Control

_WHAT_FOLLOWS = "They are asked with their next reminder, and own it once they accept."
UNOWNED_OPTION = "unowned"
_MOST_SHOWN = 20
_TITLE_LENGTH = 90
_NAME_LENGTH = 40
_CONFIRM_NAME_LENGTH = 60


def assigned_message(control: Control, owner: str, backup: str | None) -> Message:
    also = f", with {backup} as the backup" if backup else ""
    words = f"{control_name(control)} is offered to {owner}{also}. {_WHAT_FOLLOWS}"
    return Message(words, [prose(words)])


def owner_question(control: Control) -> Message:
    """Asks for the owner, whom the command does not name."""
    words = f"Who is to own {control_name(control)}? Mention the person behind it, or press Assign."
    return Message(words, [prose(words), actions(button("Assign", Action.OPEN_ASSIGN, control.id))])


def assign_many_message(
    reference: str, controls: Sequence[ListedControl], owner_id: str | None, owner: str | None
) -> Message:
    """All controls that serve a criterion or objective, to be assigned with one press and a confirmation."""
    count = counted(len(controls), "control")
    if owner_id is None or owner is None:
        words = f"{count} {_serve(controls)} {reference}. Choose who is to own all of them."
        press = button("Choose the owner", Action.OPEN_ASSIGN_MANY, reference)
    else:
        name = limits.shorten(owner, _CONFIRM_NAME_LENGTH)
        words = f"{count} {_serve(controls)} {reference} and would go to {owner}. Nothing is changed yet."
        press = button(
            f"Assign {count}",
            Action.ASSIGN_MANY,
            f"{reference} {owner_id}",
            style="primary",
            confirm=confirm(
                f"Assign {count}?",
                f"{name} is asked to own them. Present owners are relieved. Backups stay.",
                "Assign",
            ),
        )
    return Message(lines(words, *_lines(controls)), [prose(words), *_list(controls), actions(press)])


def assigned_many_words(controls: Sequence[ListedControl], owner: str) -> str:
    return f"{counted(len(controls), 'control')} {_is(controls)} offered to {owner}. {_WHAT_FOLLOWS}"


def assign_many_modal(
    references: Sequence[str],
    *,
    reference: str | None = None,
    controls: Sequence[ListedControl] = (),
    owner: str = "",
    token: str = "",
) -> dict[str, Any]:
    """With ``controls``, the form shows which controls were chosen, and the next press of Assign assigns them."""
    would = f"{counted(len(controls), 'control')} would go to {owner}. Press Assign to do it."
    return modal(
        "Assign several",
        Callback.ASSIGN_MANY,
        [
            *([prose(would), *_list(controls)] if controls else []),
            person_select(Field.OWNED_BY, "All that this person owns now", optional=True),
            choice(
                Field.SERVES,
                "All that serve this criterion or objective",
                [(each, each) for each in references],
                optional=True,
                initial=reference if reference in references else None,
            ),
            checks(
                Field.ONLY_UNOWNED,
                "And only",
                [(UNOWNED_OPTION, "Those that nobody owns")],
                optional=True,
                hint="What is chosen above must all be true of a control.",
            ),
            person_select(
                Field.OWNER, "New owner", hint="They are asked with their next reminder. Backups stay."
            ),
        ],
        submit="Assign" if controls else "Continue",
        subject=token,
    )


def assigned_many_modal(controls: Sequence[ListedControl], owner: str) -> dict[str, Any]:
    return modal(
        "Assign several", Callback.NOTICE, [prose(assigned_many_words(controls, owner)), *_list(controls)]
    )


def _list(controls: Sequence[ListedControl]) -> list[Block]:
    return [section(lines(*_lines(controls)))]


def _lines(controls: Sequence[ListedControl]) -> list[str]:
    left = len(controls) - _MOST_SHOWN
    listed = [
        f"{limits.shorten(control_name(each.control), _TITLE_LENGTH)} — now: {_now(each)}"
        for each in controls[:_MOST_SHOWN]
    ]
    return [*listed, f"and {left:,} more" if left > 0 else ""]


def _now(listed: ListedControl) -> str:
    return limits.shorten(listed.owner.name, _NAME_LENGTH) if listed.owner else "nobody"


def _is(controls: Sequence[ListedControl]) -> str:
    return "is" if len(controls) == 1 else "are"


def _serve(controls: Sequence[ListedControl]) -> str:
    return "serves" if len(controls) == 1 else "serve"
