"""The working days of each person, with their leave, and those of the company; and the deadlines that follow."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from bot.calendar.periods import DAY
from bot.calendar.workdays import Away, Workdays, workdays_in
from bot.work import Work
from storage import leave
from storage.leave import Leave
from storage.people import Person


async def workdays_of(work: Work, person: Person) -> Workdays:
    return _workdays(work, person.zone, await leave.leaves_of(work.session, person.id, utc_yesterday(work)))


async def workdays_by_id(work: Work, persons: Iterable[Person]) -> dict[str, Workdays]:
    """By person id, in one query."""
    return await workdays_where(work, {person.id: person.zone for person in persons})


async def workdays_where(work: Work, zones: Mapping[str, str]) -> dict[str, Workdays]:
    """By person id, in one query; ``zones`` are the IANA names of where these people are."""
    leaves: dict[str, list[Leave]] = defaultdict(list)
    for row in await work.once(leave.leaves, utc_yesterday(work)):
        leaves[row.person_id].append(row)
    by_zone = {zone: _workdays(work, zone, ()) for zone in set(zones.values())}
    return {
        person_id: _workdays(work, zone, leaves[person_id]) if person_id in leaves else by_zone[zone]
        for person_id, zone in zones.items()
    }


def company_workdays(work: Work) -> Workdays:
    """For what belongs to no person, such as the digest in a channel."""
    return Workdays(work.zone, work.content.programme.country)


async def deadline(work: Work, person: Person, within: timedelta) -> date:
    """The working day by which this person must do what opens now."""
    return (await workdays_of(work, person)).deadline(work.now, within)


def utc_yesterday(work: Work) -> date:
    """A leave that ended before this date is over in every zone; any other may still last somewhere."""
    return work.now.date() - DAY


def _workdays(work: Work, zone: str, leaves: Iterable[Leave]) -> Workdays:
    country = work.content.programme.country
    return workdays_in(zone, country, [Away(row.starts_on, row.ends_on) for row in leaves])
