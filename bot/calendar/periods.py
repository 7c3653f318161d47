"""Periods, public holidays and local time: when a control is performed, and what a date means to a person.

Periods are anchored to the calendar and never to the last performance, so a late performance moves no other.
A country is its ISO 3166 code of two letters, or with a region of it (DE-BY, ISO 3166-2); None has no public holidays.
"""

import calendar
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from storage.terms import Cadence

DAY = timedelta(days=1)
DAYS_IN_PERIOD = {Cadence.DAILY: 1, Cadence.WEEKLY: 7, Cadence.BIWEEKLY: 14}
MONTHS_IN_PERIOD = {
    Cadence.MONTHLY: 1,
    Cadence.BIMONTHLY: 2,
    Cadence.CONTINUOUS: 3,
    Cadence.QUARTERLY: 3,
    Cadence.ON_EVENT: 3,
    Cadence.SEMI_ANNUAL: 6,
    Cadence.ANNUAL: 12,
    Cadence.BIENNIAL: 24,
}
# Where nearly everybody lives who lives in the country; the whole of it shares too few holidays to plan by.
USUAL_REGIONS = {region[:2]: region[3:] for region in ("GB-ENG",)}
# A Monday. Two weeks are counted from it and not within a year, or a year of 53 weeks would shift every pair.
EPOCH = date(2001, 1, 1)
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


def schedule(
    cadence: Cadence, windows: Iterable[tuple[date, date]], due_days: int, country: str | None = None
) -> list[Scheduled]:
    """What the windows of several examinations ask for, each period once; a one-off in the window that ends first."""
    in_order = sorted(windows, key=lambda window: (window[1], window[0]))
    if cadence is Cadence.ONE_OFF:
        in_order = in_order[:1]
    scheduled = {each for window in in_order for each in performances(cadence, *window, due_days, country)}
    return sorted(scheduled, key=lambda each: each.ends_on)


def performances(
    cadence: Cadence, starts_on: date, ends_on: date, due_days: int, country: str | None = None
) -> list[Scheduled]:
    """Every period that ends inside the window, in order; due ``due_days`` calendar days after its end.

    A due date on a weekend or a public holiday moves to the next working day. A period may begin before the window
    does: July–December holds an annual control's whole year. A daily control has every day of the calendar. A
    one-off's period is the window itself. A control on event has the quarters of its listings here; each event has an
    occurrence of its own besides. A window too short for the cadence gives none, and readiness then shows its
    criteria as uncovered.
    """
    return [
        Scheduled(starts, ends, next_working_day(ends + due_days * DAY, country), label)
        for starts, ends, label in _periods(cadence, starts_on, ends_on)
    ]


def _periods(cadence: Cadence, starts_on: date, ends_on: date) -> Iterator[tuple[date, date, str]]:
    """First day, last day and label of each."""
    if cadence is Cadence.ONE_OFF:
        yield starts_on, ends_on, f"once by {_day_label(ends_on)}"
    else:
        starts, ends = period_around(cadence, starts_on)
        while ends <= ends_on:
            yield starts, ends, period_label(cadence, starts)
            starts, ends = period_around(cadence, ends + DAY)


def period_around(cadence: Cadence, day: date) -> tuple[date, date]:
    """First and last day of the calendar period around this day; weeks are Monday to Sunday (ISO 8601).

    Two months begin with an odd month and two years with an even one. Raises KeyError for a cadence without periods.
    """
    if days := DAYS_IN_PERIOD.get(cadence):
        starts = day - (day - EPOCH).days % days * DAY
        return starts, starts + (days - 1) * DAY
    months = MONTHS_IN_PERIOD[cadence]
    first = (day.year * 12 + day.month - 1) // months * months
    last = first + months - 1
    year, month = last // 12, last % 12 + 1
    return date(first // 12, first % 12 + 1, 1), date(year, month, calendar.monthrange(year, month)[1])


def period_label(cadence: Cadence, starts_on: date) -> str:
    """What people call the period: "week 31 of 2026" (ISO week and year), "July 2026", "Q3 2026", "2026"."""
    year, month = starts_on.year, starts_on.month
    match cadence:
        case Cadence.DAILY:
            return _day_label(starts_on)
        case Cadence.WEEKLY:
            week = starts_on.isocalendar()
            return f"week {week.week} of {week.year}"
        case Cadence.BIWEEKLY:
            return _two_weeks_label(starts_on)
        case Cadence.MONTHLY:
            return f"{MONTH_NAMES[month - 1]} {year}"
        case Cadence.BIMONTHLY:
            return f"{MONTH_NAMES[month - 1][:3]}–{MONTH_NAMES[month][:3]} {year}"
        case Cadence.CONTINUOUS | Cadence.QUARTERLY | Cadence.ON_EVENT:
            return f"Q{(month + 2) // 3} {year}"
        case Cadence.SEMI_ANNUAL:
            return f"H{(month + 5) // 6} {year}"
        case Cadence.ANNUAL:
            return f"{year}"
        case Cadence.BIENNIAL:
            return f"{year}–{year + 1}"
        case Cadence.ONE_OFF:
            raise KeyError(cadence)


def _day_label(day: date) -> str:
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def _two_weeks_label(starts_on: date) -> str:
    """Names both years where the ISO year turns between the two weeks."""
    first, second = starts_on.isocalendar(), (starts_on + 7 * DAY).isocalendar()
    if first.year == second.year:
        return f"weeks {first.week}–{second.week} of {first.year}"
    return f"week {first.week} of {first.year} and week {second.week} of {second.year}"


def is_working_day(day: date, country: str | None = None) -> bool:
    """By the country's own week, public holidays and days that make up for one; Monday to Friday without a country."""
    if country is None:
        return day.weekday() < calendar.SATURDAY
    return day not in _days_off(country, day.year)


@cache
def _days_off(country: str, year: int) -> frozenset[date]:
    """Only fixed holidays count in a year for which the country has not announced the movable ones."""
    from holidays import country_holidays  # takes a tenth of a second, and answering a question needs none

    code, _, region = country.partition("-")
    with warnings.catch_warnings(action="ignore", category=UserWarning):
        customs = country_holidays(code, subdiv=region or USUAL_REGIONS.get(code), years=year)
        days = (date(year, 1, 1) + count * DAY for count in range(365 + calendar.isleap(year)))
        return frozenset(day for day in days if not customs.is_working_day(day))


def next_working_day(day: date, country: str | None = None) -> date:
    """The day itself when it is a working day."""
    while not is_working_day(day, country):
        day += DAY
    return day


def local_instant(day: date, at: time, zone: str) -> datetime:
    """The UTC instant at which clocks in this IANA zone show the time.

    A time that exists twice means its first instant. A time that a change of clocks leaves out is read with the
    offset before the change, so it comes as much later as the clocks jumped (PEP 495, fold 0).
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def wall_clock(instant: datetime, zone: str) -> datetime:
    """The instant as clocks in the zone show it. Raises ValueError for a naive one, which would mean the machine's."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    return instant.astimezone(ZoneInfo(zone))


def local_date(instant: datetime, zone: str) -> date:
    """The date in that zone; raises ValueError for a naive instant."""
    return wall_clock(instant, zone).date()
