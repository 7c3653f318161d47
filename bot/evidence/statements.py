"""The statement that nothing happened in a period: given in place of a file, read in full by the lead who judges it."""

from datetime import date

from bot.desk import Desk
from bot.errors import RequestClosed
from bot.evidence.handing_in import owed_occurrence, request_to_answer, require_performance
from bot.evidence.listings import looked_up, require_end_of_period, require_listing_after_it
from bot.evidence.requests import control_of, occurrence_of
from bot.evidence.reviewing import keep_viewing, put_under_review
from bot.evidence.rules.listings import Listing, asks_population
from bot.evidence.rules.timeliness import Timeliness, timeliness
from bot.people import acting, acting_lead, name_of
from bot.work import Work
from storage import evidence
from storage.evidence import Evidence, Occurrence, statement_hash
from storage.programme import Control
from storage.terms import EvidenceKind


async def period_to_speak_of(
    desk: Desk, person_id: str, occurrence_id: str
) -> tuple[Occurrence, Control, date]:
    """For the form: the occurrence, its control, and today where the owner is."""
    occurrence, control, today = await request_to_answer(desk, person_id, occurrence_id)
    _require_population(control, occurrence)
    async with desk.reading() as work:
        require_end_of_period(work, occurrence)
    return occurrence, control, today


async def state_nothing(
    desk: Desk, person_id: str, occurrence_id: str, listing: Listing, performed_on: date | None
) -> None:
    """The owner looked it up, and the listing has no items; what ``listing`` counts is not asked."""
    async with desk.work() as work:
        person = await acting(work, person_id)
        occurrence, control = await owed_occurrence(work, person, occurrence_id)
        _require_population(control, occurrence)
        require_end_of_period(work, occurrence)
        found = looked_up(work, occurrence, listing)
        require_listing_after_it(work, occurrence, found)
        given = Evidence(
            occurrence_id=occurrence.id,
            submitted_by=person.id,
            kind=EvidenceKind.STATEMENT,
            slack_file_id="",
            name="",
            declared_size=0,
            declared_type="",
            item_count=0,
            query=found.query,
            as_of=found.as_of,
            performed_on=require_performance(work, person, occurrence, performed_on),
            received_at=work.now,
        )
        given.sha256 = statement_hash(given)
        await put_under_review(work, given, occurrence)


async def statement_to_read(
    desk: Desk, lead_id: str, evidence_id: str
) -> tuple[Evidence, Occurrence, Control, Timeliness, str, str]:
    """With the lead's zone, and the name of the person whose statement it is."""
    async with desk.reading() as work:
        lead = await acting_lead(work, lead_id)
        given = await _statement(work, evidence_id)
        occurrence = await occurrence_of(work, given)
        return (
            given,
            occurrence,
            await control_of(work, occurrence),
            timeliness(occurrence, given, work.zone),
            lead.zone,
            await name_of(work, given.submitted_by),
        )


async def statement_was_read(desk: Desk, lead_id: str, evidence_id: str) -> None:
    """It stood on the lead's screen in full, which is to a statement what the stored copy is to a file."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        given = await _statement(work, evidence_id)
        await keep_viewing(work, given.id, lead.id)


async def _statement(work: Work, evidence_id: str) -> Evidence:
    given = await evidence.evidence(work.session, evidence_id)
    if given is None or not given.is_statement:
        raise RequestClosed
    return given


def _require_population(control: Control, occurrence: Occurrence) -> None:
    if not asks_population(control, occurrence):
        raise RequestClosed
