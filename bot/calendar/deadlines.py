"""Whose working days are which: those of each person where they are, with their leave, and those of the company."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.calendar.periods import DAY
from bot.calendar.workdays import Away, Workdays, workdays_in
from bot.desk import Desk
from storage import leave
from storage.leave import Leave
from storage.people import Person


async def workdays_of(session: AsyncSession, desk: Desk, person: Person) -> Workdays:
    return _workdays(desk, person, await leave.leaves_of(session, person.id, not_over(desk)))


async def workdays_by_id(session: AsyncSession, desk: Desk, asked: Iterable[Person]) -> dict[str, Workdays]:
    """The same of many at once, by the person's id."""
    standing: dict[str, list[Leave]] = defaultdict(list)
    for row in await leave.leaves(session, not_over(desk)):
        standing[row.person_id].append(row)
    return {person.id: _workdays(desk, person, standing[person.id]) for person in asked}


def company_workdays(desk: Desk) -> Workdays:
    """For what is nobody's own, such as the digest in a channel."""
    return Workdays(desk.library.programme.zone, desk.library.programme.country)


async def deadline(session: AsyncSession, desk: Desk, person: Person, within: timedelta) -> date:
    """The working day by which this person owes what opens now."""
    return (await workdays_of(session, desk, person)).deadline(desk.now(), within)


def not_over(desk: Desk) -> date:
    """A date that is today nowhere any more: leave that ended on it or later may still last somewhere."""
    return desk.now().date() - DAY


def _workdays(desk: Desk, person: Person, standing: Iterable[Leave]) -> Workdays:
    country = desk.library.programme.country
    return workdays_in(person.zone, country, [Away(row.starts_on, row.ends_on) for row in standing])
