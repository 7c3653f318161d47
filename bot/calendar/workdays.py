"""On which days somebody works: Monday to Friday where they are, but for its public holidays and their own leave.

A person's public holidays are those of the country in which their time zone lies. The company's are not kept by
people elsewhere: they work on those days, and on their own nobody reminds them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.calendar.periods import DAY, is_working_day, local_date
from content.zones import country_of


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which somebody is away, both included, by the calendar where they are."""

    starts_on: date
    ends_on: date

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Workdays:
    """The working days of a person or of the company. `zone` is an IANA name; no `country`, no public holidays."""

    zone: str
    country: str | None = None
    leaves: tuple[Away, ...] = ()

    def includes(self, day: date) -> bool:
        return is_working_day(day, self.country) and self.leave_on(day) is None

    def leave_on(self, day: date) -> Away | None:
        return next((leave for leave in self.leaves if leave.covers(day)), None)

    def first_from(self, day: date) -> date:
        """The day itself when it is a working day."""
        while not self.includes(day):
            day += DAY
        return day

    def last_until(self, day: date) -> date:
        """The day itself when it is a working day."""
        while not self.includes(day):
            day -= DAY
        return day

    def today(self, now: datetime) -> date:
        return local_date(now, self.zone)

    def deadline(self, now: datetime, within: timedelta) -> date:
        """The date by which something is owed that must be done within that time."""
        return self.first_from(local_date(now + within, self.zone))


def workdays_in(zone: str, company_country: str | None, leaves: Iterable[Away] = ()) -> Workdays:
    """Those of somebody in this zone; one that lies in no country (UTC) has the company's public holidays."""
    return Workdays(zone, country_of(zone) or company_country, tuple(leaves))
