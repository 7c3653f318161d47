"""Entries whose review is due: asked of the lead who reviewed them last, who looks again and says so in one press."""

from datetime import date, datetime, time

from bot.answers.adopted_entries import entry_hash, record_review
from bot.answers.rules.entry_reviews import Due, Reviewed, reviews_due
from bot.answers.views import entry_reviews
from bot.blocks.kit import Message
from bot.calendar.periods import local_date, local_instant
from bot.deadlines import workdays_of
from bot.desk import Desk
from bot.errors import AlreadyDone, RequestClosed
from bot.obligations import close_obligation, open_obligation, show_again, show_boards
from bot.people import acting_lead
from bot.work import Work
from storage import obligations, people, programme
from storage.obligations import Obligation
from storage.people import Person
from storage.terms import ObligationKind, ObligationState


async def ask_for_reviews(desk: Desk) -> None:
    """Tick: on the Monday of the week in which reviews are due, their owner is asked; what is no longer due, or
    is not theirs any more, is asked of nobody.
    """
    async with desk.reading() as work:
        if not any(await _compare(work)):
            return
    async with desk.work() as work:
        missing, left_over = await _compare(work)
        for owner, due in missing:
            due_on = (await workdays_of(work, owner)).first_from(due.due_on)
            await open_obligation(work, owner, ObligationKind.VERIFY_ENTRY, due.week, due_on)
        for row in left_over:
            await close_obligation(work, row, ObligationState.WITHDRAWN)


async def verify_entries(desk: Desk, lead_id: str, obligation_id: str, shown: str) -> None:
    """The lead has looked at all entries of this request again, and they still speak for the company.

    ``shown`` is the mark of the list that they saw: for any other one this raises RequestClosed, and shows it anew.
    """
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        row, due = await _asked(work, lead, obligation_id)
        if due.mark == shown:
            for entry in due.entries:
                await record_review(work, lead, entry)
            await close_obligation(work, row)
            await show_boards(work)
            return
        await show_again(work, row)
    raise RequestClosed(
        "These are not the entries any more that were shown. I show them anew: please look again."
    )


async def entries_to_verify(desk: Desk, lead_id: str, obligation_id: str) -> Due:
    """For the page on which they are read."""
    async with desk.reading() as work:
        lead = await acting_lead(work, lead_id)
        _, due = await _asked(work, lead, obligation_id)
        return due


async def item(work: Work, owed: Obligation) -> Message | None:
    """How a week's reviews stand in the bundle of the lead who owes them."""
    if owed.state is not ObligationState.OPEN:
        return entry_reviews.settled(owed)
    due = await _due(work, owed)
    owner = await people.person(work.session, owed.person_id)
    if due is None or owner is None:
        return None
    return entry_reviews.ask(owed, due, local_date(work.now, owner.zone))


async def next_request(work: Work) -> datetime | None:
    """The next instant at which somebody is asked."""
    leads = {lead.id: lead for lead in await people.leads(work.session)}
    begin = [_begins(due, leads[due.owner]) for due in await _all_due(work, leads)]
    return min((instant for instant in begin if instant > work.now), default=None)


async def _compare(work: Work) -> tuple[list[tuple[Person, Due]], list[Obligation]]:
    """Who is still to be asked for which week, and what is asked of people who do not owe it any more."""
    leads = {lead.id: lead for lead in await people.leads(work.session)}
    due = {
        (each.owner, each.week): each
        for each in await _all_due(work, leads)
        if _begins(each, leads[each.owner]) <= work.now
    }
    owed = await obligations.open_obligations(work.session)
    asked = {(row.person_id, row.subject): row for row in owed if row.kind is ObligationKind.VERIFY_ENTRY}
    missing = [(leads[key[0]], each) for key, each in due.items() if key not in asked]
    return missing, [row for key, row in asked.items() if key not in due]


async def _asked(work: Work, lead: Person, obligation_id: str) -> tuple[Obligation, Due]:
    row = (await obligations.obligations_by_id(work.session, [obligation_id])).get(obligation_id)
    if row is None or row.kind is not ObligationKind.VERIFY_ENTRY or row.person_id != lead.id:
        raise RequestClosed
    if row.state is ObligationState.DONE:
        raise AlreadyDone("You have looked at these already.")
    due = await _due(work, row)
    if due is None or row.state is not ObligationState.OPEN:
        raise RequestClosed
    return row, due


async def _due(work: Work, owed: Obligation) -> Due | None:
    leads = {lead.id: lead for lead in await people.leads(work.session)}
    every = await _all_due(work, leads)
    return next((due for due in every if (due.owner, due.week) == (owed.person_id, owed.subject)), None)


async def _all_due(work: Work, leads: dict[str, Person]) -> list[Due]:
    library = await work.library()
    reviews = {(row.entry_id, row.text_hash): row for row in await programme.entry_reviews(work.session)}
    known = await people.people_by_id(work.session, {row.reviewed_by for row in reviews.values()})
    reviewed = []
    for entry in library.knowledge:
        if row := reviews.get((entry.id, entry_hash(entry))):
            zone = work.zone_of(known.get(row.reviewed_by))
            reviewed.append(Reviewed(entry, row.reviewed_by, local_date(row.reviewed_at, zone)))
    return reviews_due(reviewed, sorted(leads))


def _begins(due: Due, owner: Person) -> datetime:
    return local_instant(date.fromisoformat(due.week), time(0, 0), owner.zone)
