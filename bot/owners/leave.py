"""Leave: a person says from when to when they are away, or a lead notes it for them, and it is ended early."""

from datetime import date, datetime, time

from bot.calendar.periods import DAY, local_date, local_instant
from bot.calendar.workdays import Away
from bot.deadlines import not_over
from bot.desk import Desk
from bot.errors import AlreadyDone, BadLeave, NoSuchPerson, NothingChanged, RequestClosed
from bot.obligations import plan_anew, show_home
from bot.owners.ownership import primary_owners
from bot.owners.rules.leave import Noted, PlannedLeave, joined, touching, wrong_days
from bot.owners.views.leave import known_already
from bot.people import acting, acting_lead, name_of
from bot.work import Work
from storage import leave, people
from storage.leave import Leave
from storage.people import Person
from storage.terms import Event


async def note_leave(
    desk: Desk, actor_id: str, person_id: str | None, starts_on: date | None, ends_on: date | None
) -> PlannedLeave:
    """Somebody is away from the first day to the last; leave that it touches becomes one with it.

    A person notes their own, and a lead anybody's: without ``person_id`` it is the actor's own.
    """
    async with desk.work() as work:
        person = await _somebody(work, actor_id, person_id)
        today = local_date(work.now, person.zone)
        asked = _days(starts_on, ends_on, today)
        standing = await leave.leaves_of(work.session, person.id, not_over(work))
        whole, taken_in = _joined(asked, standing, today)
        fresh = Leave(
            person_id=person.id,
            starts_on=whole.starts_on,
            ends_on=whole.ends_on,
            told_by=actor_id,
            told_at=work.now,
        )
        for row in taken_in:
            row.ended_at = work.now
        work.session.add_all([fresh, *taken_in])
        work.record(Event.LEAVE_NOTED, actor_id, fresh, *taken_in)
        await _follow(work, person)
        return await _planned(work, actor_id, person)


async def end_leave(desk: Desk, actor_id: str, leave_id: str) -> PlannedLeave:
    """Back early, or not away at all; from now on they are reminded as on any other day."""
    async with desk.work() as work:
        row = await leave.leave(work.session, leave_id, to_change=True)
        if row is None:
            raise RequestClosed
        person = await _somebody(work, actor_id, row.person_id)
        if row.ended_at or row.ends_on < local_date(work.now, person.zone):
            raise AlreadyDone("This leave is over already.")
        row.ended_at = work.now
        work.record(Event.LEAVE_ENDED, actor_id, row)
        await _follow(work, person)
        return await _planned(work, actor_id, person)


async def leave_of(desk: Desk, actor_id: str, person_id: str | None = None) -> PlannedLeave:
    """One's own; a lead sees anybody's."""
    async with desk.reading() as work:
        return await _planned(work, actor_id, await _somebody(work, actor_id, person_id))


async def own_leave(work: Work, person: Person) -> PlannedLeave:
    """For Home."""
    return await _planned(work, person.id, person)


async def owner_to_note(desk: Desk, lead_id: str, control_id: str) -> str | None:
    """For the form that opens from a control's card: its owner, who may be the one who is away."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        held = (await primary_owners(work)).get(control_id)
        return held.person_id if held else None


async def next_change(work: Work) -> datetime | None:
    """The next instant at which somebody's leave begins or is over."""
    standing = await leave.leaves(work.session, not_over(work))
    known = await people.people_by_id(work.session, {row.person_id for row in standing})
    turns = [
        local_instant(day, time(0), known[row.person_id].zone)
        for row in standing
        for day in (row.starts_on, row.ends_on + DAY)
    ]
    return min((instant for instant in turns if instant > work.now), default=None)


async def _somebody(work: Work, actor_id: str, person_id: str | None) -> Person:
    """Whose leave it is. Raises NotALead when it is somebody else's and the actor does not lead."""
    actor = await acting(work, actor_id)
    if person_id in (None, actor.id):
        return actor
    await acting_lead(work, actor_id)
    person = await people.person(work.session, person_id) if person_id else None
    if person is None or not person.may_act:
        raise NoSuchPerson(
            "Only full, active members are reminded, so nobody else is noted as away.", field="person"
        )
    return person


def _days(starts_on: date | None, ends_on: date | None, today: date) -> Away:
    if starts_on is None or ends_on is None:
        raise BadLeave(
            "Please give the first and the last day away.", field="ends_on" if starts_on else "starts_on"
        )
    asked = Away(starts_on, ends_on)
    if wrong := wrong_days(asked, today):
        raise BadLeave(wrong, field="ends_on")
    return asked


def _joined(asked: Away, standing: list[Leave], today: date) -> tuple[Away, list[Leave]]:
    """The days to note, and the leaves that they take in."""
    near = touching(asked, [Away(row.starts_on, row.ends_on) for row in standing])
    whole = joined([asked, *near])
    if whole in near:
        raise NothingChanged(known_already(whole), field="ends_on")
    if wrong := wrong_days(whole, today):
        raise BadLeave(wrong, field="ends_on")
    return whole, [row for row in standing if Away(row.starts_on, row.ends_on) in near]


async def _follow(work: Work, person: Person) -> None:
    await plan_anew(work, person)
    await show_home(work, person.id)


async def _planned(work: Work, actor_id: str, person: Person) -> PlannedLeave:
    today = local_date(work.now, person.zone)
    standing = [await _noted(work, row) for row in await leave.leaves_of(work.session, person.id, today)]
    return PlannedLeave(person.name, standing, today, own=actor_id == person.id)


async def _noted(work: Work, row: Leave) -> Noted:
    by = await name_of(work, row.told_by) if row.told_by != row.person_id else None
    return Noted(row.id, Away(row.starts_on, row.ends_on), by)
