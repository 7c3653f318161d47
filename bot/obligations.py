"""What people owe: opening and closing it, and keeping the messages and Home pages that show it up to date."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.calendar.bundle_times import first_nag, next_nag, replanned_nag
from bot.deadlines import workdays_by_id, workdays_of
from bot.work import Work
from storage import obligations, people
from storage.obligations import Obligation
from storage.people import Person
from storage.record.recorded import Actor, new_row
from storage.terms import DeliveryKind, Event, ObligationKind, ObligationState


async def open_obligation(
    work: Work, person: Person, kind: ObligationKind, subject: str, due_on: date
) -> Obligation:
    """Open, or open again, what this person owes about this subject; their next bundle asks for it."""
    row = await obligations.obligation_for(work.session, kind, subject, person.id)
    if row and row.state is ObligationState.OPEN:
        return row
    row = row or Obligation(
        person_id=person.id, kind=kind, subject=subject, due_on=due_on, opened_at=work.now
    )
    row.state, row.closed_at, row.due_on = ObligationState.OPEN, None, due_on
    row.next_nag_at = first_nag(work.now, await workdays_of(work, person))
    work.record(Event.OBLIGATION_OPENED, Actor.SOCRATES, row)
    await refresh_message(work, row)
    return row


async def open_for_everyone(
    work: Work, persons: Sequence[Person], kind: ObligationKind, subject: str, within: timedelta
) -> None:
    """Open what each of a crowd owes about a new subject: in one statement, and no query finds it before the commit.

    It is due ``within`` of now, on the person's own date, whether they work on it or not.
    """
    workdays = await workdays_by_id(work, persons)
    terms = {
        days: (days.today(work.now + within), first_nag(work.now, days)) for days in set(workdays.values())
    }
    for person in persons:
        due_on, next_nag_at = terms[workdays[person.id]]
        row = new_row(
            Obligation,
            person_id=person.id,
            kind=kind,
            subject=subject,
            due_on=due_on,
            opened_at=work.now,
            next_nag_at=next_nag_at,
        )
        work.record(Event.OBLIGATION_OPENED, Actor.SOCRATES, row)
        await refresh_home(work, person.id)


async def move_obligation(work: Work, row: Obligation, due_on: date) -> None:
    """Give an open obligation another due date.

    Whoever was asked already is asked again on the last working day before that date, not at once.
    """
    if row.state is not ObligationState.OPEN or row.due_on == due_on:
        return
    row.due_on = due_on
    person = await people.person(work.session, row.person_id)
    if row.nags and person:
        row.next_nag_at = next_nag(due_on, work.now, await workdays_of(work, person))
    work.record(Event.OBLIGATION_MOVED, Actor.SOCRATES, row)
    await refresh_message(work, row)


async def replan_reminders(work: Work, person: Person) -> None:
    """The person's working days have changed: plan the reminders of all that they owe for the new ones."""
    await work.session.flush()
    days = await workdays_of(work, person)
    for row in await obligations.open_obligations(work.session, person.id):
        planned_at = row.next_nag_at if row.nags else None
        row.next_nag_at = (
            replanned_nag(row.due_on, planned_at, work.now, days) if planned_at else first_nag(work.now, days)
        )
        work.session.add(row)


async def remind_again(work: Work, row: Obligation) -> None:
    """Something about an open obligation has changed: put it into the person's next bundle."""
    if row.state is not ObligationState.OPEN:
        return
    person = await people.person(work.session, row.person_id)
    if person:
        row.next_nag_at = first_nag(work.now, await workdays_of(work, person))
    work.session.add(row)
    await refresh_message(work, row)


async def close_obligation(
    work: Work, row: Obligation, state: ObligationState = ObligationState.DONE
) -> None:
    if row.state is not ObligationState.OPEN:
        return
    row.state, row.closed_at, row.next_nag_at = state, work.now, None
    work.record(Event.OBLIGATION_CLOSED, Actor.SOCRATES, row)
    await refresh_message(work, row)


async def close_obligations_about(
    work: Work, kind: ObligationKind, subject: str, done_by: str | None = None
) -> None:
    """Close it for everyone who owes it: done for ``done_by``, withdrawn for the others."""
    for row in await obligations.obligations_about(work.session, kind, subject):
        state = ObligationState.DONE if row.person_id == done_by else ObligationState.WITHDRAWN
        await close_obligation(work, row, state)


async def refresh_messages_about(work: Work, kind: ObligationKind, subject: str) -> None:
    """Refresh the message and the Home of everyone who was ever asked about the subject."""
    for row in await obligations.obligations_about(work.session, kind, subject):
        await refresh_message(work, row)


async def refresh_message(work: Work, row: Obligation) -> None:
    """Refresh the message that asked for it, and the person's Home."""
    if row.asked_in:
        await work.queue_again(DeliveryKind.REFRESH, row.person_id, row.asked_in)
    await refresh_home(work, row.person_id)


async def refresh_lead_homes(work: Work) -> None:
    """Refresh every lead's Home, which shows the programme."""
    for lead in await people.leads(work.session):
        await refresh_home(work, lead.id)


async def refresh_home(work: Work, person_id: str) -> None:
    """Refresh Home for somebody who has opened it before: a campaign must not publish a thousand pages unseen."""
    person = await people.person(work.session, person_id)
    if person and person.sees_home:
        await work.queue_again(DeliveryKind.HOME, person_id, person_id)
