"""A statement that nothing happened in a period: its owner makes it in place of a file, and a lead reads it in full."""

from datetime import date

from bot.desk import Desk
from bot.errors import RequestClosed
from bot.evidence.requests import (
    occurrence_and_control,
    occurrence_to_answer,
    require_listing_after_end,
    require_performance,
    require_period_over,
    require_source,
)
from bot.evidence.reviewing import put_under_review, record_viewing
from bot.evidence.rules.dispositions import Timeliness, timeliness
from bot.evidence.rules.listings import Listing, requires_listing
from bot.people import acting_lead, acting_person, name_of
from bot.work import Work
from storage import evidence
from storage.evidence import Evidence, Occurrence, statement_hash
from storage.programme import Control
from storage.terms import EvidenceKind


async def period_to_state_empty(
    desk: Desk, person_id: str, occurrence_id: str
) -> tuple[Occurrence, Control, date]:
    """For the form: the occurrence, its control, and the company's date."""
    async with desk.reading() as work:
        person = await acting_person(work, person_id)
        occurrence, control = await occurrence_to_answer(work, person, occurrence_id)
        _require_population(control, occurrence)
        require_period_over(work, occurrence)
        return occurrence, control, work.today


async def submit_statement(
    desk: Desk, person_id: str, occurrence_id: str, listing: Listing, performed_on: date | None
) -> None:
    """The owner states that the period's listing has no items; its query and moment say how to check that."""
    async with desk.work() as work:
        person = await acting_person(work, person_id)
        occurrence, control = await occurrence_to_answer(work, person, occurrence_id)
        _require_population(control, occurrence)
        require_period_over(work, occurrence)
        empty_listing = require_source(work, occurrence, listing)
        require_listing_after_end(work, occurrence, empty_listing)
        statement = Evidence(
            occurrence_id=occurrence.id,
            submitted_by=person.id,
            kind=EvidenceKind.STATEMENT,
            slack_file_id="",
            name="",
            declared_size=0,
            declared_type="",
            item_count=0,
            query=empty_listing.query,
            as_of=empty_listing.as_of,
            performed_on=require_performance(work, person, occurrence, performed_on),
            received_at=work.now,
        )
        statement.sha256 = statement_hash(statement)
        await put_under_review(work, statement, occurrence)


async def statement_to_read(
    desk: Desk, lead_id: str, evidence_id: str
) -> tuple[Evidence, Occurrence, Control, Timeliness, str, str]:
    """For the page; the last two are the lead's zone and the name of the person who made the statement."""
    async with desk.reading() as work:
        lead = await acting_lead(work, lead_id)
        statement = await _statement(work, evidence_id)
        occurrence, control = await occurrence_and_control(work, statement.occurrence_id)
        return (
            statement,
            occurrence,
            control,
            timeliness(occurrence, statement, work.zone),
            lead.zone,
            await name_of(work, statement.submitted_by),
        )


async def record_statement_reading(desk: Desk, lead_id: str, evidence_id: str) -> None:
    """The lead's screen showed the statement in full: this counts as a viewing, as the stored copy of a file does."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        statement = await _statement(work, evidence_id)
        await record_viewing(work, statement.id, lead.id)


async def _statement(work: Work, evidence_id: str) -> Evidence:
    submission = await evidence.evidence(work.session, evidence_id)
    if submission is None or not submission.is_statement:
        raise RequestClosed
    return submission


def _require_population(control: Control, occurrence: Occurrence) -> None:
    if not requires_listing(control, occurrence):
        raise RequestClosed
