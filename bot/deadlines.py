"""The working days of each person, with their leave, and those of the company; and the deadlines that follow."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.calendar.periods import DAY
from bot.calendar.workdays import Away, Workdays, workdays_in
from bot.work import Work
from storage import leave, people
from storage.leave import Leave
from storage.people import Person

MANY = 1_000
"""Of so many people we read everyone's leaves rather than theirs by name."""


@dataclass(frozen=True)
class Staff:
    """Who leads, by name, and who is or will be away, the soonest first."""

    leads: Sequence[Person]
    leaves: Sequence[Leave]
    country: str | None

    def workdays_by_id(self, persons: Iterable[Person]) -> dict[str, Workdays]:
        by_person = _by_person(self.leaves)
        return {
            person.id: workdays_in(person.zone, self.country, by_person.get(person.id, ()))
            for person in persons
        }


async def staff_of(work: Work) -> Staff:
    return Staff(
        await people.leads(work.session),
        await leave.leaves(work.session, utc_yesterday(work)),
        work.content.programme.country,
    )


async def workdays_of(work: Work, person: Person) -> Workdays:
    return (await workdays_by_id(work, [person]))[person.id]


async def workdays_by_id(work: Work, persons: Collection[Person]) -> dict[str, Workdays]:
    """By person id, in one query."""
    ids = {person.id for person in persons} if len(persons) < MANY else None
    leaves = await leave.leaves(work.session, utc_yesterday(work), ids)
    return Staff((), leaves, work.content.programme.country).workdays_by_id(persons)


def company_workdays(work: Work) -> Workdays:
    """For what belongs to no person, such as the digest in a channel."""
    return Workdays(work.zone, work.content.programme.country)


async def deadline(work: Work, person: Person, within: timedelta) -> date:
    """The working day by which this person must do what opens now."""
    return (await workdays_of(work, person)).deadline(work.now, within)


def utc_yesterday(work: Work) -> date:
    """A leave that ended before this date is over in every zone; any other may still last somewhere."""
    return work.now.date() - DAY


def _by_person(leaves: Iterable[Leave]) -> Mapping[str, list[Away]]:
    by_person: defaultdict[str, list[Away]] = defaultdict(list)
    for row in leaves:
        by_person[row.person_id].append(Away(row.starts_on, row.ends_on))
    return by_person
