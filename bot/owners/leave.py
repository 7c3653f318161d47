"""Leave: a person, or a lead for them, notes the days on which that person is away, and ends it early."""

from collections.abc import Mapping
from datetime import date, datetime, time

from bot.blocks.ids import Field
from bot.calendar.periods import DAY, local_date, local_instant
from bot.calendar.workdays import Away
from bot.deadlines import Staff, utc_yesterday
from bot.desk import Desk
from bot.errors import AlreadyDone, BadLeave, NothingChanged, RequestClosed, UnclearPerson
from bot.obligations import refresh_home, replan_reminders
from bot.owners.current_owners import primary_ownerships
from bot.owners.rules.leave import (
    Absence,
    NotedLeave,
    PlannedLeave,
    fault_in_days,
    joined_days,
    leaves_touching,
)
from bot.owners.views.leave import leave_noted_already
from bot.people import acting_lead, acting_person, name_of
from bot.work import Work
from storage import leave, people
from storage.leave import Leave
from storage.people import Person
from storage.terms import Event


async def note_leave(
    desk: Desk, actor_id: str, person_id: str | None, starts_on: date | None, ends_on: date | None
) -> PlannedLeave:
    """Note that a person is away from the first day to the last; leave that touches these days becomes one with it.

    Without ``person_id`` it is the actor's own leave; only a lead notes somebody else's.
    """
    async with desk.work() as work:
        person = await _person_on_leave(work, actor_id, person_id)
        today = local_date(work.now, person.zone)
        away = _days(starts_on, ends_on, today)
        leaves = await leave.leaves_of(work.session, person.id, utc_yesterday(work))
        whole, replaced = _joined(away, leaves, today)
        noted = Leave(
            person_id=person.id,
            starts_on=whole.starts_on,
            ends_on=whole.ends_on,
            told_by=actor_id,
            told_at=work.now,
        )
        for row in replaced:
            row.ended_at = work.now
        work.record(Event.LEAVE_NOTED, actor_id, noted, *replaced)
        await _replan(work, person)
        return await _planned(work, actor_id, person)


async def end_leave(desk: Desk, actor_id: str, leave_id: str) -> PlannedLeave:
    """The person is back early, or not away at all; from now on reminders come as on any other day."""
    async with desk.work() as work:
        row = await leave.leave(work.session, leave_id, to_change=True)
        if row is None:
            raise RequestClosed
        person = await _person_on_leave(work, actor_id, row.person_id)
        if row.ended_at or row.ends_on < local_date(work.now, person.zone):
            raise AlreadyDone("This leave is over already.")
        row.ended_at = work.now
        work.record(Event.LEAVE_ENDED, actor_id, row)
        await _replan(work, person)
        return await _planned(work, actor_id, person)


async def leave_of(desk: Desk, actor_id: str, person_id: str | None = None) -> PlannedLeave:
    """Without ``person_id`` the actor's own; only a lead sees somebody else's."""
    async with desk.reading() as work:
        return await _planned(work, actor_id, await _person_on_leave(work, actor_id, person_id))


async def own_leave(work: Work, person: Person) -> PlannedLeave:
    """For Home."""
    return await _planned(work, person.id, person)


async def owner_for_leave_form(desk: Desk, lead_id: str, control_id: str) -> str | None:
    """The id of the control's owner, whom the form that opens from its card proposes as the person on leave."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        primary = (await primary_ownerships(work)).get(control_id)
        return primary.person_id if primary else None


async def absences(
    work: Work, charges: Mapping[str, tuple[str, str | None]], instant: datetime
) -> dict[str, Absence]:
    """By control, where the owner was away at an instant; ``charges`` are the ids of owner and accepted backup."""
    ids = {person_id for pair in charges.values() for person_id in pair if person_id}
    leaves = await leave.leaves_at(work.session, ids, instant)
    if not leaves:
        return {}
    people_by_id = await people.people_by_id(work.session, ids)
    away = {
        row.person_id: row
        for row in leaves
        if row.starts_on <= local_date(instant, people_by_id[row.person_id].zone) <= row.ends_on
    }
    return {
        control_id: Absence(
            away[owner].ends_on, people_by_id[backup].name if backup and backup not in away else None
        )
        for control_id, (owner, backup) in charges.items()
        if owner in away
    }


async def next_leave_change(work: Work, staff: Staff) -> datetime | None:
    """The next instant, in UTC, at which somebody's leave begins or is over."""
    people_by_id = await people.people_by_id(work.session, {row.person_id for row in staff.leaves})
    changes = [
        local_instant(day, time(0), people_by_id[row.person_id].zone)
        for row in staff.leaves
        for day in (row.starts_on, row.ends_on + DAY)
    ]
    return min((instant for instant in changes if instant > work.now), default=None)


async def _person_on_leave(work: Work, actor_id: str, person_id: str | None) -> Person:
    """Raises NotALead when that is somebody else than the actor, who does not lead."""
    actor = await acting_person(work, actor_id)
    if person_id in (None, actor.id):
        return actor
    await acting_lead(work, actor_id)
    person = await people.person(work.session, person_id) if person_id else None
    if person is None or not person.may_act:
        raise UnclearPerson(
            "Only full, active members are reminded, so nobody else is noted as away.", field=Field.PERSON
        )
    return person


def _days(starts_on: date | None, ends_on: date | None, today: date) -> Away:
    if starts_on is None or ends_on is None:
        raise BadLeave(
            "Please give the first and the last day away.",
            field=Field.ENDS_ON if starts_on else Field.STARTS_ON,
        )
    away = Away(starts_on, ends_on)
    if fault := fault_in_days(away, today):
        raise BadLeave(fault, field=Field.ENDS_ON)
    return away


def _joined(away: Away, leaves: list[Leave], today: date) -> tuple[Away, list[Leave]]:
    """The days to note, and the leaves that they replace. Raises NothingChanged and BadLeave."""
    near = leaves_touching(away, [Away(row.starts_on, row.ends_on) for row in leaves])
    whole = joined_days([away, *near])
    if whole in near:
        raise NothingChanged(leave_noted_already(whole), field=Field.ENDS_ON)
    if fault := fault_in_days(whole, today):
        raise BadLeave(fault, field=Field.ENDS_ON)
    return whole, [row for row in leaves if Away(row.starts_on, row.ends_on) in near]


async def _replan(work: Work, person: Person) -> None:
    await replan_reminders(work, person)
    await refresh_home(work, person.id)


async def _planned(work: Work, actor_id: str, person: Person) -> PlannedLeave:
    today = local_date(work.now, person.zone)
    leaves = [await _noted(work, row) for row in await leave.leaves_of(work.session, person.id, today)]
    return PlannedLeave(person.name, leaves, today, own=actor_id == person.id)


async def _noted(work: Work, row: Leave) -> NotedLeave:
    noted_by = await name_of(work, row.told_by) if row.told_by != row.person_id else None
    return NotedLeave(row.id, Away(row.starts_on, row.ends_on), noted_by)
