"""An owner hands in evidence: the form, the promised file, the receipt or the refusal, the request in a bundle."""

from dataclasses import dataclass
from datetime import date

from bot.blocks.ids import Field
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.errors import FileMissing, FileTooLarge
from bot.events.reporting import event_words
from bot.evidence import waiver_messages
from bot.evidence.requests import (
    occurrence_and_control,
    occurrence_to_answer,
    require_listing,
    require_performance,
)
from bot.evidence.rules.dispositions import timeliness
from bot.evidence.rules.files import declared_file_fault
from bot.evidence.rules.listings import Listing
from bot.evidence.views import handing_in
from bot.obligations import refresh_messages_about
from bot.outgoing import Outgoing, Post
from bot.owners.respondents import asked_instead, respondent_of, why_asked
from bot.people import acting_person, name_of
from bot.work import Work
from storage import evidence, evidence_reviews, people
from storage.evidence import AWAITED, Evidence, Occurrence
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.programme import Control
from storage.record import entries
from storage.record.recorded import subject_of
from storage.terms import Event, EvidenceState, ObligationKind, ObligationState, OccurrenceState


@dataclass(frozen=True)
class UploadedFile:
    """A file as the submitted form describes it; a worker fetches the bytes later."""

    id: str
    name: str
    size: int
    type: str


async def submit_evidence(
    desk: Desk,
    person_id: str,
    occurrence_id: str,
    file: UploadedFile | None,
    performed_on: date | None,
    note: str | None = None,
    listing: Listing | None = None,
) -> None:
    """Record the promise of a file. The file counts once the worker has fetched, checked and stored it."""
    async with desk.work() as work:
        person = await acting_person(work, person_id)
        occurrence, control = await occurrence_to_answer(work, person, occurrence_id)
        if file is None:
            raise FileMissing(field=Field.FILE)
        if fault := declared_file_fault(file.name, file.size):
            raise FileTooLarge(fault, field=Field.FILE)
        required = require_listing(work, control, occurrence, listing or Listing())
        promised = Evidence(
            occurrence_id=occurrence.id,
            submitted_by=person.id,
            slack_file_id=file.id,
            name=file.name,
            declared_size=file.size,
            declared_type=file.type,
            note=note,
            item_count=required.item_count,
            query=required.query,
            as_of=required.as_of,
            performed_on=require_performance(work, person, occurrence, performed_on),
            received_at=work.now,
        )
        work.record(Event.EVIDENCE_PROMISED, person.id, promised)
        await refresh_messages_about(work, ObligationKind.EVIDENCE, occurrence.id)


async def upload_request(desk: Desk, person_id: str, occurrence_id: str) -> tuple[Occurrence, Control, date]:
    """For the upload form: the occurrence, its control, and the company's date."""
    async with desk.reading() as work:
        person = await acting_person(work, person_id)
        occurrence, control = await occurrence_to_answer(work, person, occurrence_id)
        return occurrence, control, work.today


async def compose_evidence_refusal(work: Work, delivery: Delivery) -> Outgoing | None:
    submission = await evidence.evidence(work.session, delivery.subject)
    if submission is None or submission.refusal is None:
        return None
    occurrence, control = await occurrence_and_control(work, submission.occurrence_id)
    respondent = await respondent_of(work, occurrence)
    still_answers = respondent is not None and submission.submitted_by in respondent.people
    return Outgoing(
        Post(handing_in.file_refusal(occurrence, control, submission.refusal, still_answers=still_answers))
    )


async def compose_evidence_receipt(work: Work, delivery: Delivery) -> Outgoing | None:
    submission = await evidence.evidence(work.session, delivery.subject)
    if submission is None:
        return None
    occurrence, control = await occurrence_and_control(work, submission.occurrence_id)
    return Outgoing(Post(await _receipt(work, submission, occurrence, control, delivery.recipient)))


async def evidence_message(work: Work, obligation: Obligation) -> Message | None:
    """The request for evidence in its owner's bundle, or what became of it."""
    occurrence, control = await occurrence_and_control(work, obligation.subject)
    person_id = obligation.person_id
    newest = (await evidence.newest_evidence(work.session, [occurrence.id])).get(occurrence.id)
    if newest and newest.state is EvidenceState.FETCHING:
        return handing_in.file_being_checked(occurrence, control, newest)
    if occurrence.state is OccurrenceState.WAIVED:
        waived = await waiver_messages.waived_message(work, person_id, occurrence, control)
        if waived:
            return waived
    if newest and occurrence.state not in AWAITED:
        return await _receipt(work, newest, occurrence, control, person_id)
    respondent = await respondent_of(work, occurrence)
    if obligation.state is ObligationState.WITHDRAWN:
        return handing_in.closed_request(
            occurrence, control, await asked_instead(work, respondent, person_id)
        )
    details = handing_in.RequestDetails(
        fault=await _fault(work, newest),
        last_kind=handing_in.kind_word(newest) if newest else "",
        event=await event_words(work, occurrence, control),
        why_you=await why_asked(work, respondent, person_id, control.id),
        waiver=await waiver_messages.waiver_note(work, person_id, occurrence),
    )
    return handing_in.evidence_request(occurrence, control, work.today, details)


async def _receipt(
    work: Work, submission: Evidence, occurrence: Occurrence, control: Control, reader_id: str
) -> Message:
    subject = subject_of(submission)
    entry = await entries.newest_entry(work.session, Event.EVIDENCE_SUBMITTED, subject)
    return handing_in.evidence_receipt(
        occurrence,
        control,
        submission,
        timeliness(occurrence, submission, work.zone),
        record_number=entry.seq if entry else None,
        zone=work.zone_of(await people.person(work.session, reader_id)),
        event=await event_words(work, occurrence, control),
    )


async def _fault(work: Work, submission: Evidence | None) -> str | None:
    """Why the last file or statement did not count."""
    if submission is None or submission.state is EvidenceState.REFUSED:
        return submission.refusal if submission else None
    review = await evidence_reviews.review_of(work.session, submission.id)
    if review is None:
        return None
    reviewer = await name_of(work, review.reviewer_id)
    return f"{reviewer} rejected {handing_in.evidence_name(submission)}: {review.reason}"
