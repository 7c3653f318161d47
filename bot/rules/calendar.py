"""Periods, working days and local time: when a control is performed, and what a date means to a person.

Periods are anchored to the calendar and never to the last performance, so a late one moves no later one.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.terms import Cadence

DAY = timedelta(days=1)
MONTHS_IN_PERIOD = {Cadence.MONTHLY: 1, Cadence.QUARTERLY: 3, Cadence.SEMI_ANNUAL: 6, Cadence.ANNUAL: 12}
# Not strftime: labels are recorded, and must not follow the locale of the machine.
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One performance that the calendar asks for: its period, both ends included, and the due date."""

    starts_on: date
    ends_on: date
    due_on: date
    label: str


def performances(cadence: Cadence, starts_on: date, ends_on: date, due_days: int) -> list[Scheduled]:
    """Every period that ends inside the window, in order; due `due_days` calendar days after its end.

    A period may begin before the window does: July–December holds an annual control's whole year.
    A window too short for the cadence gives none, and its criteria then show as uncovered in readiness.
    """
    scheduled = []
    for starts, ends in _periods_from(cadence, starts_on):
        if ends > ends_on:
            break
        scheduled.append(Scheduled(starts, ends, ends + due_days * DAY, period_label(cadence, starts)))
    return scheduled


def _periods_from(cadence: Cadence, day: date) -> Iterator[tuple[date, date]]:
    while True:
        starts, ends = period_around(cadence, day)
        yield starts, ends
        day = ends + DAY


def period_around(cadence: Cadence, day: date) -> tuple[date, date]:
    """First and last day of the calendar period around this day; weeks are Monday to Sunday (ISO 8601)."""
    if cadence is Cadence.WEEKLY:
        monday = day - day.weekday() * DAY
        return monday, monday + 6 * DAY
    months = MONTHS_IN_PERIOD[cadence]
    first = (day.month - 1) // months * months + 1
    last = first + months - 1
    return date(day.year, first, 1), date(day.year, last, calendar.monthrange(day.year, last)[1])


def period_label(cadence: Cadence, starts_on: date) -> str:
    """What people call the period: "week 31 of 2026" (ISO week and year), "July 2026", "Q3 2026", "2026"."""
    year, month = starts_on.year, starts_on.month
    match cadence:
        case Cadence.WEEKLY:
            week = starts_on.isocalendar()
            return f"week {week.week} of {week.year}"
        case Cadence.MONTHLY:
            return f"{MONTH_NAMES[month - 1]} {year}"
        case Cadence.QUARTERLY:
            return f"Q{(month + 2) // 3} {year}"
        case Cadence.SEMI_ANNUAL:
            return f"H{(month + 5) // 6} {year}"
        case Cadence.ANNUAL:
            return f"{year}"


def is_working_day(day: date) -> bool:
    """Monday to Friday. Public holidays and leave are not known here."""
    return day.weekday() < calendar.SATURDAY


def next_working_day(day: date) -> date:
    """The day itself when it is a working day."""
    while not is_working_day(day):
        day += DAY
    return day


def previous_working_day(day: date) -> date:
    """The day itself when it is a working day."""
    while not is_working_day(day):
        day -= DAY
    return day


def local_instant(day: date, at: time, zone: str) -> datetime:
    """The UTC instant at which clocks in this IANA zone show the time.

    A time that exists twice is its first instant. One that a change of clocks leaves out is counted with the
    offset before the change, so it comes as much later as the clocks jumped (PEP 495, fold 0).
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def wall_clock(instant: datetime, zone: str) -> datetime:
    """The instant as clocks show it there. Raises ValueError for a naive one: it would be the machine's."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    return instant.astimezone(ZoneInfo(zone))


def local_date(instant: datetime, zone: str) -> date:
    """The date in that zone; raises ValueError for a naive instant."""
    return wall_clock(instant, zone).date()
