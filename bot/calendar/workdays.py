"""When a person works: the working week where they are, except public holidays and their own leave.

A person's week and public holidays are those of the country in which their time zone lies, and of the company's region
if that is where they are. People in another country work on the company's public holidays, and get no reminders on
their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.calendar.periods import DAY, is_working_day, local_date, local_instant
from content.zones import country_of

# On the clock where the person is. Practice, not a standard: reminders come at a humane hour (TSP 100, CC2.2).
BUNDLE_AT = time(9, 30)


@dataclass(frozen=True, slots=True)
class Away:
    """The first and the last day of a leave, both included, by the calendar where the person is."""

    starts_on: date
    ends_on: date

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Workdays:
    """The working days of a person or of the company. ``zone`` is an IANA name; no ``country``, no public holidays."""

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

    def bundle_from(self, day: date) -> datetime:
        """The UTC instant of the bundle on the first working day from this one."""
        day = self.first_from(day)
        bundle_at = local_instant(day, BUNDLE_AT, self.zone)
        # A date that the zone leaves out has no bundle: Samoa had no 30 December 2011.
        return bundle_at if local_date(bundle_at, self.zone) == day else self.bundle_from(day + DAY)

    def today(self, now: datetime) -> date:
        return local_date(now, self.zone)

    def deadline(self, now: datetime, within: timedelta) -> date:
        """The first working day from the day on which ``within`` is over."""
        return self.first_from(local_date(now + within, self.zone))


def workdays_in(zone: str, company_country: str | None, leaves: Iterable[Away] = ()) -> Workdays:
    """The working days in this zone; a zone that lies in no country, such as UTC, has the company's public holidays."""
    country = country_of(zone) or company_country
    if company_country and country == company_country.partition("-")[0]:
        country = company_country
    return Workdays(zone, country, tuple(leaves))
