"""Leave: the form, the list of a person's leaves, who stands in, and what leads read where nobody does."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.blocks import limits
from bot.blocks.ids import Action, Callback, Command, Field
from bot.blocks.kit import (
    Block,
    Message,
    button,
    confirm,
    context,
    date_input,
    day,
    header,
    lines,
    modal,
    person_select,
    prose,
    section,
)
from bot.blocks.wording import control_name
from bot.calendar.workdays import Away
from bot.owners.rules.leave import Absence, NotedLeave, PlannedLeave
from bot.owners.views.ownership import assign_request
from storage.evidence import Occurrence
from storage.programme import Control

LEAVE_USAGE = (
    f"Write the first and the last day: {Command.SOC} away 2026-12-21 2027-01-02. Compliance leads put a name "
    f"before them to note somebody else's: {Command.SOC} away @Ada 2026-12-21 2027-01-02."
)
_MEANWHILE = "You get no reminders on these days, and your backups are asked for what falls due."
_NAME = 60
_DUE_SHOWN = 3
_LEAVES_SHOWN = 8


def leave_button() -> dict[str, Any]:
    return button("I will be away", Action.OPEN_LEAVE, says="Say from when to when you will be away")


def leave_form(control_id: str = "", person_id: str | None = None) -> dict[str, Any]:
    """For one's own leave; from a control's card a lead says whose leave it is, and the form returns to the card."""
    whose = [person_select(Field.PERSON, "Who is away", initial=person_id)] if control_id else []
    return modal(
        "Away",
        Callback.LEAVE,
        [
            *whose,
            date_input(Field.STARTS_ON, "First day away"),
            date_input(Field.ENDS_ON, "Last day away"),
            context(
                "Nobody is asked why. These days bring no reminders, and what falls due on them is asked of the "
                "backup. Both dates are kept in the record."
            ),
        ],
        submit="Save",
        subject=control_id,
    )


def leave_noted_already(away: Away) -> str:
    return f"These days are noted already: away {_days(away)}."


def leaves_message(planned: PlannedLeave) -> Message:
    """The answer to the command: the person's leaves, each with a button that ends it."""
    heading = _heading(planned)
    return Message(
        lines(
            heading,
            *(_line(each, planned) for each in planned.leaves[:_LEAVES_SHOWN]),
            _later(planned),
            LEAVE_USAGE,
        ),
        [prose(heading), *_rows(planned), context(LEAVE_USAGE)],
    )


def leaves_on_home(planned: PlannedLeave) -> list[Block]:
    """Empty unless leave is planned or has begun."""
    if not planned.leaves:
        return []
    return [header("Your leave"), *_rows(planned), context(_MEANWHILE)]


def leave_ended_words(planned: PlannedLeave) -> str:
    who = "You are" if planned.own else f"{_name(planned.name)} is"
    if not planned.leaves:
        return f"{who} not noted as away any more, and reminded as on any other day."
    remaining = ", and ".join(_days(each.away) for each in planned.leaves[:_LEAVES_SHOWN])
    return f"That is taken back. {who} still noted as away {remaining}."


def away_until_words(absence: Absence | None) -> str:
    """ ", away until Fri 16 Oct 2026, Farid Haddad stands in": follows an owner's name."""
    if absence is None:
        return ""
    who = f"{_name(absence.stand_in)} stands in" if absence.stand_in else "nobody stands in"
    return f", away until {day(absence.until)}, {who}"


def stands_in_words(owner: str, until: date) -> str:
    return f"You are asked because you are the backup: you stand in for {_name(owner)}, who is away until {day(until)}."


BETWEEN_OWNERS = "You are asked because you are the backup, and nobody has accepted to own it yet."


def asked_instead_words(stand_in: str, until: date) -> str:
    return (
        f"While you are away, until {day(until)}, {_name(stand_in)} stands in and is asked for it. "
        "You need not do anything, and may still upload it."
    )


def cover_request(
    control: Control, owner: str, leave: Away, backup: str | None, due: Sequence[Occurrence]
) -> Message:
    """For leads. ``backup`` is the name of a backup who is away too."""
    no_backup = f"{_name(backup)}, the backup, is away too" if backup else "there is no backup"
    left = len(due) - _DUE_SHOWN
    falls_due = [f"{row.label} on {day(row.due_on)}" for row in due[:_DUE_SHOWN]]
    more = [f"{left:,} more"] if left > 0 else []
    why = f"{_name(owner)} is away {_days(leave)}, and {no_backup}. Due meanwhile: {', '.join([*falls_due, *more])}."
    then = (
        f"Assign it to {_name(owner)} again and name a backup who is there: once they accept, they are asked in "
        "their place. What is handed in before needs nobody."
    )
    return assign_request(control, f"Nobody will be there to answer for {control_name(control)}.", why, then)


def cover_receipt(control: Control) -> Message:
    words = f"Closed: {control_name(control)} does not need anybody to stand in any more."
    return Message(words, [prose(words)])


def _heading(planned: PlannedLeave) -> str:
    who = "You are" if planned.own else f"{_name(planned.name)} is"
    if not planned.leaves:
        return f"{who} not noted as away."
    return f"{who} noted as away:"


def _rows(planned: PlannedLeave) -> list[Block]:
    rows = [
        section(_line(each, planned), _end_button(each, planned)) for each in planned.leaves[:_LEAVES_SHOWN]
    ]
    return [*rows, context(_later(planned))] if _later(planned) else rows


def _later(planned: PlannedLeave) -> str:
    left = len(planned.leaves) - _LEAVES_SHOWN
    return f"and {left:,} more after these" if left > 0 else ""


def _line(noted: NotedLeave, planned: PlannedLeave) -> str:
    noted_by = f", noted by {_name(noted.by)}" if noted.by else ""
    now = " (now)" if noted.away.covers(planned.today) else ""
    return f"Away {_days(noted.away)}{now}{noted_by}"


def _end_button(noted: NotedLeave, planned: PlannedLeave) -> dict[str, Any]:
    begun = noted.away.covers(planned.today)
    label = ("I am back" if planned.own else "They are back") if begun else "Cancel this leave"
    return button(
        label,
        Action.END_LEAVE,
        noted.id,
        says=f"{label}: {_days(noted.away)}",
        confirm=confirm(
            f"{label}?",
            "Reminders come again from now on, and what was asked of the backup goes back to the owner."
            if begun
            else f"The leave {_days(noted.away)} is taken back. Reminders come on these days as on any other.",
            label,
            no="Keep it",
        ),
    )


def _days(away: Away) -> str:
    if away.starts_on == away.ends_on:
        return f"on {day(away.starts_on)}"
    return f"from {day(away.starts_on)} to {day(away.ends_on)}"


def _name(name: str) -> str:
    return limits.shorten(name, _NAME)
