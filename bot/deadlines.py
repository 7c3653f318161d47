"""Whose working days are which: those of each person where they are, with their leave, and those of the company."""

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
    return _workdays(work, person, await leave.leaves_of(work.session, person.id, not_over(work)))


async def workdays_by_id(work: Work, asked: Iterable[Person]) -> dict[str, Workdays]:
    """The same of many at once, by the person's id."""
    standing: dict[str, list[Leave]] = defaultdict(list)
    for row in await leave.leaves(work.session, not_over(work)):
        standing[row.person_id].append(row)
    return {person.id: _workdays(work, person, standing[person.id]) for person in asked}


def company_workdays(work: Work) -> Workdays:
    """For what is nobody's own, such as the digest in a channel."""
    return Workdays(work.zone, work.content.programme.country)


async def deadline(work: Work, person: Person, within: timedelta) -> date:
    """The working day by which this person owes what opens now."""
    return (await workdays_of(work, person)).deadline(work.now, within)


def not_over(work: Work) -> date:
    """A date that is today nowhere any more: leave that ended on it or later may still last somewhere."""
    return work.now.date() - DAY


def _workdays(work: Work, person: Person, standing: Iterable[Leave]) -> Workdays:
    country = work.content.programme.country
    return workdays_in(person.zone, country, [Away(row.starts_on, row.ends_on) for row in standing])
