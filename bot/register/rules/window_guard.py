"""What a Type 2 window will lack: a window that is short, and controls that nobody will be asked to perform in it.

A Type 2 report tests what was performed inside the window, so a yearly control that ran just before it leaves
nothing to test. What is pointed out is practice, not a standard.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.calendar.periods import DAY
from storage.terms import Cadence

# No standard sets a minimum; readers of a report expect three months or more.
SHORTEST_IN_MONTHS = 3


@dataclass(frozen=True, slots=True)
class ScheduledPerformance:
    """One scheduled performance: the end of its period, and the day it was performed if that is accepted."""

    ends_on: date
    performed_on: date | None


@dataclass(frozen=True, slots=True)
class Watched:
    """A control with all that was ever scheduled for it."""

    control_id: str
    title: str
    cadence: Cadence
    turns: tuple[ScheduledPerformance, ...]


@dataclass(frozen=True, slots=True)
class ShortWindow:
    examination: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class NotInWindow:
    """A control that has not been performed in the window and that no open occurrence asks for.

    `ends_on` is the last day to act; when the window is `over`, there is none any more.
    """

    examination: str
    starts_on: date
    ends_on: date
    control_id: str
    title: str
    cadence: Cadence
    last_on: date | None
    over: bool


Finding = NotInWindow | ShortWindow


def findings(
    examination: str, starts_on: date, ends_on: date, controls: Iterable[Watched], as_of: date
) -> list[Finding]:
    """What to point out about one window, by control; a short one can be made longer until it is over."""
    over = as_of > ends_on
    found: list[Finding] = []
    if is_short(starts_on, ends_on) and not over:
        found.append(ShortWindow(examination, starts_on, ends_on))
    for control in sorted(controls, key=lambda each: each.control_id):
        if control.cadence is Cadence.ONE_OFF or _is_served(control, starts_on, ends_on):
            continue
        last_on = max((turn.performed_on for turn in control.turns if turn.performed_on), default=None)
        found.append(
            NotInWindow(
                examination,
                starts_on,
                ends_on,
                control.control_id,
                control.title,
                control.cadence,
                last_on,
                over,
            )
        )
    return found


def is_short(starts_on: date, ends_on: date) -> bool:
    """Whether the window, both days included, has less than three months; 1 July to 30 September has three."""
    months = starts_on.year * 12 + starts_on.month - 1 + SHORTEST_IN_MONTHS
    year, month = months // 12, months % 12 + 1
    return ends_on + DAY < date(year, month, min(starts_on.day, calendar.monthrange(year, month)[1]))


def _is_served(control: Watched, starts_on: date, ends_on: date) -> bool:
    return any(_counts(turn, starts_on, ends_on) for turn in control.turns)


def _counts(turn: ScheduledPerformance, starts_on: date, ends_on: date) -> bool:
    """Performed in the window, or of a period that ends in it and not performed before it began.

    Of such a period what is open is asked for, and what is missed or waived stands in readiness as that.
    """
    in_window = starts_on <= turn.ends_on <= ends_on
    if turn.performed_on is None:
        return in_window
    return turn.performed_on >= starts_on and (in_window or turn.performed_on <= ends_on)
