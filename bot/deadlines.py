"""The working days of each person, with their leave, and those of the company; and the deadlines that follow."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from bot.calendar.periods import DAY
from bot.calendar.workdays import Away, Workdays, workdays_in
from bot.work import Work
from storage import leave
from storage.leave import Leave
from storage.people import Person


async def workdays_of(work: Work, person: Person) -> Workdays:
    return _workdays(work, person, await leave.leaves_of(work.session, person.id, utc_yesterday(work)))


async def workdays_by_id(work: Work, persons: Iterable[Person]) -> dict[str, Workdays]:
    """By person id, in one query."""
    leaves: dict[str, list[Leave]] = defaultdict(list)
    for row in await leave.leaves(work.session, utc_yesterday(work)):
        leaves[row.person_id].append(row)
    return {person.id: _workdays(work, person, leaves[person.id]) for person in persons}


def company_workdays(work: Work) -> Workdays:
    """For what belongs to no person, such as the digest in a channel."""
    return Workdays(work.zone, work.content.programme.country)


async def deadline(work: Work, person: Person, within: timedelta) -> date:
    """The working day by which this person must do what opens now."""
    return (await workdays_of(work, person)).deadline(work.now, within)


def utc_yesterday(work: Work) -> date:
    """A leave that ended before this date is over in every zone; any other may still last somewhere."""
    return work.now.date() - DAY


def _workdays(work: Work, person: Person, leaves: Iterable[Leave]) -> Workdays:
    country = work.content.programme.country
    return workdays_in(person.zone, country, [Away(row.starts_on, row.ends_on) for row in leaves])
