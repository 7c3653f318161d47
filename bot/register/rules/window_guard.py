"""What a Type 2 window will lack: months, if it is short, and controls that have no performance in it.

A Type 2 report tests what was performed inside the window, so a yearly control that ran just before it leaves
nothing to test. These findings follow practice, not a standard.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.calendar.periods import DAY
from bot.evidence.rules.windows import ControlTally
from storage.terms import Cadence

# No standard sets a minimum; readers of a report expect three months or more.
_SHORTEST_IN_MONTHS = 3


@dataclass(frozen=True, slots=True)
class ScheduledPerformance:
    """The last day of its period, and the day of its performance if the evidence is accepted."""

    ends_on: date
    performed_on: date | None


@dataclass(frozen=True, slots=True)
class ScheduledControl:
    """A control with every performance that was ever scheduled for it."""

    control_id: str
    title: str
    cadence: Cadence
    performances: tuple[ScheduledPerformance, ...]


@dataclass(frozen=True, slots=True)
class ShortWindow:
    examination: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class NotPerformedInWindow:
    """A control without a performance in the window, and without an open occurrence that asks for one.

    ``ends_on`` is the last day to perform it; when the window is ``over``, that day has passed.
    """

    examination: str
    starts_on: date
    ends_on: date
    control_id: str
    title: str
    cadence: Cadence
    last_on: date | None
    over: bool


WindowFinding = NotPerformedInWindow | ShortWindow


def findings_on_window(
    examination: str, starts_on: date, ends_on: date, controls: Iterable[ScheduledControl], as_of: date
) -> list[WindowFinding]:
    """The findings on one window, in order of control; that it is short is said until it is over."""
    over = as_of > ends_on
    lacking: list[WindowFinding] = []
    if is_short_window(starts_on, ends_on) and not over:
        lacking.append(ShortWindow(examination, starts_on, ends_on))
    for control in sorted(controls, key=lambda each: each.control_id):
        if control.cadence is Cadence.ONE_OFF or is_performed(control.performances, starts_on, ends_on):
            continue
        last_on = max(
            (performance.performed_on for performance in control.performances if performance.performed_on),
            default=None,
        )
        lacking.append(
            NotPerformedInWindow(
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
    return lacking


def is_short_window(starts_on: date, ends_on: date) -> bool:
    """Whether the window, both days included, has less than three months; 1 July to 30 September has three."""
    months = starts_on.year * 12 + starts_on.month - 1 + _SHORTEST_IN_MONTHS
    year, month = months // 12, months % 12 + 1
    return ends_on + DAY < date(year, month, min(starts_on.day, calendar.monthrange(year, month)[1]))


def is_performed(performances: Iterable[ScheduledPerformance], starts_on: date, ends_on: date) -> bool:
    return any(_counts(performance, starts_on, ends_on) for performance in performances)


def shows_performance(tally: ControlTally, starts_on: date) -> bool:
    """The same for the periods that end in the window: one was not performed, or one was in the window or later."""
    last_on = tally.last_performed_on
    return tally.scheduled > tally.accepted or (last_on is not None and last_on >= starts_on)


def _counts(performance: ScheduledPerformance, starts_on: date, ends_on: date) -> bool:
    """Whether it was performed in the window, or its period ends there and it was not performed before the window.

    An open occurrence of such a period will be asked for; readiness says of the others that they are missed or waived.
    """
    in_window = starts_on <= performance.ends_on <= ends_on
    if performance.performed_on is None:
        return in_window
    return performance.performed_on >= starts_on and (in_window or performance.performed_on <= ends_on)
