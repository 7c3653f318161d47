"""Opening and closing what people owe, and keeping the messages and Home pages that show it true."""

from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.calendar.bundle_times import first_nag, next_nag, replanned_nag
from bot.calendar.deadlines import workdays_of
from bot.calendar.workdays import Workdays
from bot.desk import Desk, real_now
from storage import obligations, outbox, people
from storage.obligations import Obligation
from storage.people import Person
from storage.record import entries
from storage.terms import DeliveryKind, Event, ObligationKind, ObligationState


async def open_obligation(
    session: AsyncSession,
    desk: Desk,
    person: Person,
    kind: ObligationKind,
    subject: str,
    due_on: date,
    days: Workdays | None = None,
) -> Obligation:
    """Open, or open again, what this person owes about this subject; asked in their next bundle.

    ``days`` are their working days, from whoever opens for many and has read all of them at once.
    """
    known = await obligations.obligation_for(session, kind, subject, person.id)
    if known and known.state is ObligationState.OPEN:
        return known
    row = known or Obligation(
        person_id=person.id, kind=kind, subject=subject, due_on=due_on, opened_at=desk.now()
    )
    row.state, row.closed_at, row.due_on = ObligationState.OPEN, None, due_on
    row.next_nag_at = first_nag(desk.now(), days or await workdays_of(session, desk, person))
    session.add(row)
    entries.append(session, Event.OBLIGATION_OPENED, "socrates", desk.now(), row)
    await show_again(session, desk, row)
    return row


async def move_obligation(session: AsyncSession, desk: Desk, row: Obligation, due_on: date) -> None:
    """What is asked for already is due on another day; nobody is asked again for that, but for the last call."""
    if row.state is not ObligationState.OPEN or row.due_on == due_on:
        return
    row.due_on = due_on
    person = await people.person(session, row.person_id)
    if row.nags and person:
        row.next_nag_at = next_nag(due_on, desk.now(), await workdays_of(session, desk, person))
    session.add(row)
    entries.append(session, Event.OBLIGATION_MOVED, "socrates", desk.now(), row)
    await show_again(session, desk, row)


async def plan_anew(session: AsyncSession, desk: Desk, person: Person) -> None:
    """Their working days have changed: what they owe is asked on those, and before leave rather than after."""
    await session.flush()
    days = await workdays_of(session, desk, person)
    for row in await obligations.open_obligations(session, person.id):
        asked = row.next_nag_at if row.nags else None
        row.next_nag_at = (
            replanned_nag(row.due_on, asked, desk.now(), days) if asked else first_nag(desk.now(), days)
        )
        session.add(row)


async def ask_again(session: AsyncSession, desk: Desk, row: Obligation) -> None:
    """What is owed still is in the person's next bundle, since something about it has changed."""
    if row.state is not ObligationState.OPEN:
        return
    person = await people.person(session, row.person_id)
    if person:
        row.next_nag_at = first_nag(desk.now(), await workdays_of(session, desk, person))
    session.add(row)
    await show_again(session, desk, row)


async def close_obligation(
    session: AsyncSession, desk: Desk, row: Obligation, state: ObligationState = ObligationState.DONE
) -> None:
    if row.state is not ObligationState.OPEN:
        return
    row.state, row.closed_at, row.next_nag_at = state, desk.now(), None
    session.add(row)
    entries.append(session, Event.OBLIGATION_CLOSED, "socrates", desk.now(), row)
    await show_again(session, desk, row)


async def close_all(
    session: AsyncSession, desk: Desk, kind: ObligationKind, subject: str, done_by: str | None = None
) -> None:
    """Close it for everyone who owed it: done for ``done_by``, withdrawn for the others."""
    for row in await obligations.obligations_about(session, kind, subject):
        done = ObligationState.DONE if row.person_id == done_by else ObligationState.WITHDRAWN
        await close_obligation(session, desk, row, done)


async def show_to_all(session: AsyncSession, desk: Desk, kind: ObligationKind, subject: str) -> None:
    """Everyone who was ever asked about it must see its present state."""
    for row in await obligations.obligations_about(session, kind, subject):
        await show_again(session, desk, row)


async def show_again(session: AsyncSession, desk: Desk, row: Obligation) -> None:
    """The message that asked, and the person's Home, must tell the present state."""
    if row.asked_in:
        await outbox.queue_again(
            session,
            DeliveryKind.REFRESH,
            row.person_id,
            row.asked_in,
            queued_at=desk.now(),
            real_now=real_now(),
        )
    await show_home(session, desk, row.person_id)


async def show_boards(session: AsyncSession, desk: Desk) -> None:
    """What leads see of the programme has changed."""
    for lead in await people.leads(session):
        await show_home(session, desk, lead.id)


async def show_home(session: AsyncSession, desk: Desk, person_id: str) -> None:
    """Publish Home again, to those who ever look at it: a campaign must not publish a thousand pages unseen."""
    person = await people.person(session, person_id)
    if person and person.sees_home:
        await outbox.queue_again(
            session, DeliveryKind.HOME, person_id, person_id, queued_at=desk.now(), real_now=real_now()
        )
