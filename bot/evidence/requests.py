"""A request for evidence: its occurrence and control, who may answer it, and what an answer must state."""

from datetime import date

from bot.blocks.ids import Field
from bot.calendar.periods import local_date
from bot.errors import AlreadyDone, BadDate, BadListing, NotTheOwner, PeriodNotOver, RequestClosed
from bot.evidence.rules.dispositions import performance_date_fault
from bot.evidence.rules.listings import (
    Listing,
    as_of_fault,
    before_period_end,
    item_count_fault,
    query_fault,
    requires_listing,
    running_period_fault,
)
from bot.owners.respondents import respondent_of
from bot.people import name_of
from bot.work import Work
from storage import evidence, programme
from storage.evidence import AWAITED, Evidence, Occurrence
from storage.people import Person
from storage.programme import Control
from storage.terms import EvidenceState, OccurrenceState


async def occurrence_and_control(work: Work, occurrence_id: str) -> tuple[Occurrence, Control]:
    """Raises RequestClosed if either is gone."""
    occurrence = await evidence.occurrence(work.session, occurrence_id)
    if occurrence is None:
        raise RequestClosed
    return occurrence, await control_of(work, occurrence)


async def control_of(work: Work, occurrence: Occurrence) -> Control:
    control = await programme.control(work.session, occurrence.control_id)
    if control is None:
        raise RequestClosed
    return control


async def occurrence_to_answer(work: Work, person: Person, occurrence_id: str) -> tuple[Occurrence, Control]:
    """An occurrence that awaits evidence from this person, locked while a verb decides, and its control."""
    occurrence = await evidence.occurrence(work.session, occurrence_id, to_change=True)
    if occurrence is None:
        raise RequestClosed
    respondent = await respondent_of(work, occurrence)
    if respondent is None or person.id not in respondent.people:
        raise NotTheOwner
    newest = (await evidence.newest_evidence(work.session, [occurrence.id])).get(occurrence.id)
    if occurrence.state is OccurrenceState.WITHDRAWN:
        cause = "The event was withdrawn" if occurrence.trigger_id else "The schedule has changed"
        raise RequestClosed(f"{cause}, and nothing is asked for this period any more.")
    if occurrence.state not in AWAITED:
        raise AlreadyDone(f"Evidence for this period is already {occurrence.state}.", field=Field.FILE)
    if newest and newest.state is EvidenceState.FETCHING:
        raise AlreadyDone(await _being_checked(work, newest, person), field=Field.FILE)
    return occurrence, await control_of(work, occurrence)


async def _being_checked(work: Work, submission: Evidence, reader: Person) -> str:
    if submission.submitted_by == reader.id:
        return "Your file has been received and is being checked."
    sender = await name_of(work, submission.submitted_by)
    return f"{sender} has handed in a file for this already, and it is being checked."


def require_performance(
    work: Work, person: Person, occurrence: Occurrence, performed_on: date | None
) -> date:
    """The day on which the owner says that they performed the control. Raises BadDate."""
    if performed_on is None:
        raise BadDate(field=Field.PERFORMED_ON)
    earliest = None if occurrence.trigger_id else occurrence.starts_on
    if fault := performance_date_fault(performed_on, earliest, local_date(work.now, person.zone)):
        raise BadDate(fault, field=Field.PERFORMED_ON)
    return performed_on


def require_listing(work: Work, control: Control, occurrence: Occurrence, listing: Listing) -> Listing:
    """What to store of the listing in a file: nothing where the control asks for none. Raises BadListing."""
    if not requires_listing(control, occurrence):
        return Listing()
    if fault := item_count_fault(listing.item_count):
        raise BadListing(fault, field=Field.ITEM_COUNT)
    return require_source(work, occurrence, listing)


def require_source(work: Work, occurrence: Occurrence, listing: Listing) -> Listing:
    """The listing with its query trimmed. Raises BadListing unless query and moment let others produce it again."""
    if fault := query_fault(listing.query):
        raise BadListing(fault, field=Field.QUERY)
    if fault := as_of_fault(listing.as_of, occurrence.starts_on, work.zone, work.now):
        raise BadListing(fault, field=Field.AS_OF)
    return Listing(listing.item_count, (listing.query or "").strip(), listing.as_of)


def require_period_over(work: Work, occurrence: Occurrence) -> None:
    """An owner states that nothing happened only once the period is over. Raises PeriodNotOver."""
    if fault := running_period_fault(occurrence.ends_on, work.today):
        raise PeriodNotOver(fault)


def require_listing_after_end(work: Work, occurrence: Occurrence, listing: Listing) -> None:
    """An empty listing from before the period ended does not show that nothing happened. Raises BadListing."""
    if listing.as_of and before_period_end(listing.as_of, occurrence.ends_on, work.zone):
        raise BadListing(
            f"The period ended on {occurrence.ends_on:%Y-%m-%d}. Please look it up after that, so that nothing is "
            "left out.",
            field=Field.AS_OF,
        )
