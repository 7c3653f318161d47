"""Entries whose review is due: the lead who reviewed them last reads them again, and confirms them in one press."""

from collections.abc import Iterable
from datetime import date, datetime, time

from bot.answers.adopted_entries import entry_hash, record_review
from bot.answers.rules.entry_reviews import ReviewedEntry, WeekOfReviews, reviews_due
from bot.answers.views import entry_reviews
from bot.blocks.kit import Message
from bot.calendar.periods import local_date, local_instant
from bot.deadlines import Staff, workdays_of
from bot.desk import Desk
from bot.errors import AlreadyDone, RequestClosed
from bot.obligations import close_obligation, open_obligation, refresh_lead_homes, refresh_message
from bot.people import acting_lead
from bot.work import Work
from storage import obligations, people, programme
from storage.obligations import Obligation
from storage.people import Person
from storage.terms import ObligationKind, ObligationState


async def reviews_are_due(work: Work, staff: Staff) -> bool:
    """Whether a request for reviews has yet to be opened or withdrawn."""
    return any(await _compare(work, staff.leads))


async def ask_for_reviews(desk: Desk) -> None:
    """On the Monday of a week with reviews, ask the lead who owns them.

    Withdraws a request whose reviews are not due any more, or whose owner has changed.
    """
    async with desk.work() as work:
        to_open, to_withdraw = await _compare(work, await people.leads(work.session))
        for owner, week in to_open:
            due_on = (await workdays_of(work, owner)).first_from(week.due_on)
            await open_obligation(work, owner, ObligationKind.VERIFY_ENTRY, week.monday, due_on)
        for obligation in to_withdraw:
            await close_obligation(work, obligation, ObligationState.WITHDRAWN)


async def verify_entries(desk: Desk, lead_id: str, obligation_id: str, mark: str) -> None:
    """The lead has read all entries of this request again, and they still speak for the company.

    ``mark`` is that of the entries that the lead saw. If they have changed, shows the request anew and raises
    RequestClosed.
    """
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        obligation, week = await _open_request(work, lead, obligation_id)
        if week.mark == mark:
            for entry in week.entries:
                await record_review(work, lead, entry)
            await close_obligation(work, obligation)
            await refresh_lead_homes(work)
            return
        await refresh_message(work, obligation)
    raise RequestClosed(
        "These are not the entries any more that were shown. I show them anew: please look again."
    )


async def entries_to_verify(desk: Desk, lead_id: str, obligation_id: str) -> WeekOfReviews:
    """The entries of a request, for the page that shows them."""
    async with desk.reading() as work:
        lead = await acting_lead(work, lead_id)
        _, week = await _open_request(work, lead, obligation_id)
        return week


async def entry_review_message(work: Work, obligation: Obligation) -> Message | None:
    """A week's reviews in the bundle of the lead who owes them."""
    if obligation.state is not ObligationState.OPEN:
        return entry_reviews.entry_review_receipt(obligation)
    week = await _week_of(work, obligation)
    owner = await people.person(work.session, obligation.person_id)
    if week is None or owner is None:
        return None
    return entry_reviews.entry_review_request(obligation, week, local_date(work.now, owner.zone))


async def next_entry_review(work: Work, staff: Staff) -> datetime | None:
    """The next instant, aware UTC, at which a week with reviews begins for its owner."""
    leads = _by_id(staff.leads)
    begins = [_begins_at(week, leads[week.owner]) for week in await _all_weeks(work, leads)]
    return min((instant for instant in begins if instant > work.now), default=None)


async def _compare(
    work: Work, present_leads: Iterable[Person]
) -> tuple[list[tuple[Person, WeekOfReviews]], list[Obligation]]:
    """The weeks for which their owner has no request yet, and the open requests to withdraw."""
    leads = _by_id(present_leads)
    weeks = {
        (week.owner, week.monday): week
        for week in await _all_weeks(work, leads)
        if _begins_at(week, leads[week.owner]) <= work.now
    }
    open_rows = await obligations.open_obligations_of_kind(work.session, ObligationKind.VERIFY_ENTRY)
    requests = {(row.person_id, row.subject): row for row in open_rows}
    to_open = [(leads[week.owner], week) for key, week in weeks.items() if key not in requests]
    return to_open, [row for key, row in requests.items() if key not in weeks]


async def _open_request(work: Work, lead: Person, obligation_id: str) -> tuple[Obligation, WeekOfReviews]:
    """Raises AlreadyDone or RequestClosed unless this lead has the request open."""
    row = (await obligations.obligations_by_id(work.session, [obligation_id])).get(obligation_id)
    if row is None or row.kind is not ObligationKind.VERIFY_ENTRY or row.person_id != lead.id:
        raise RequestClosed
    if row.state is ObligationState.DONE:
        raise AlreadyDone("You have looked at these already.")
    week = await _week_of(work, row)
    if week is None or row.state is not ObligationState.OPEN:
        raise RequestClosed
    return row, week


async def _week_of(work: Work, obligation: Obligation) -> WeekOfReviews | None:
    key = (obligation.person_id, obligation.subject)
    weeks = await _all_weeks(work, _by_id(await people.leads(work.session)))
    return next((week for week in weeks if (week.owner, week.monday) == key), None)


async def _all_weeks(work: Work, leads: dict[str, Person]) -> list[WeekOfReviews]:
    reviews = {(row.entry_id, row.text_hash): row for row in await programme.entry_reviews(work.session)}
    if not reviews:
        return []
    library = await work.library()
    others = {row.reviewed_by for row in reviews.values()} - leads.keys()
    reviewers = leads | await people.people_by_id(work.session, others)
    entries = []
    for entry in library.knowledge:
        if row := reviews.get((entry.id, entry_hash(entry))):
            zone = work.zone_of(reviewers.get(row.reviewed_by))
            entries.append(ReviewedEntry(entry, row.reviewed_by, local_date(row.reviewed_at, zone)))
    return reviews_due(entries, sorted(leads))


def _by_id(leads: Iterable[Person]) -> dict[str, Person]:
    return {lead.id: lead for lead in leads}


def _begins_at(week: WeekOfReviews, owner: Person) -> datetime:
    """Midnight on the week's Monday, where its owner is."""
    return local_instant(date.fromisoformat(week.monday), time(0, 0), owner.zone)
