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
from bot.evidence.rules.files import declared_file_fault
from bot.evidence.rules.listings import Listing
from bot.evidence.rules.timeliness import timeliness
from bot.evidence.views import handing_in
from bot.obligations import show_to_all
from bot.outgoing import Outgoing, Post
from bot.owners.stand_ins import passed_on, who_answers, why_asked
from bot.people import acting, name_of
from bot.work import Work
from storage import evidence, people, under_review
from storage.evidence import AWAITED, Evidence, Occurrence
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.programme import Control
from storage.record import entries
from storage.terms import Event, EvidenceState, ObligationKind, ObligationState, OccurrenceState


@dataclass(frozen=True)
class GivenFile:
    """A file as the submitted form describes it; a worker fetches the bytes later."""

    id: str
    name: str
    size: int
    type: str


async def submit_evidence(
    desk: Desk,
    person_id: str,
    occurrence_id: str,
    file: GivenFile | None,
    performed_on: date | None,
    note: str | None = None,
    listing: Listing | None = None,
) -> None:
    """Record the promise of a file. The file counts once the worker has fetched, checked and stored it."""
    async with desk.work() as work:
        person = await acting(work, person_id)
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
        await show_to_all(work, ObligationKind.EVIDENCE, occurrence.id)


async def request_to_answer(
    desk: Desk, person_id: str, occurrence_id: str
) -> tuple[Occurrence, Control, date]:
    """For the upload form: the occurrence, its control, and the company's date."""
    async with desk.reading() as work:
        person = await acting(work, person_id)
        occurrence, control = await occurrence_to_answer(work, person, occurrence_id)
        return occurrence, control, work.today


async def compose_refusal(work: Work, delivery: Delivery) -> Outgoing | None:
    submission = await evidence.evidence(work.session, delivery.subject)
    if submission is None or submission.refusal is None:
        return None
    occurrence, control = await occurrence_and_control(work, submission.occurrence_id)
    answering = await who_answers(work, occurrence)
    still_answers = answering is not None and submission.submitted_by in answering.people
    return Outgoing(
        Post(handing_in.file_refusal(occurrence, control, submission.refusal, still_answers=still_answers))
    )


async def compose_receipt(work: Work, delivery: Delivery) -> Outgoing | None:
    submission = await evidence.evidence(work.session, delivery.subject)
    if submission is None:
        return None
    occurrence, control = await occurrence_and_control(work, submission.occurrence_id)
    return Outgoing(Post(await _receipt(work, submission, occurrence, control, delivery.recipient)))


async def owner_item(work: Work, obligation: Obligation) -> Message | None:
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
    answering = await who_answers(work, occurrence)
    if obligation.state is ObligationState.WITHDRAWN:
        return handing_in.closed(occurrence, control, await passed_on(work, answering, person_id))
    details = handing_in.Asking(
        fault=await _fault(work, newest),
        last_kind=handing_in.kind_word(newest) if newest else "",
        event=await event_words(work, occurrence, control),
        why_you=await why_asked(work, answering, person_id, control.id),
        waiver=await waiver_messages.waiver_note(work, person_id, occurrence),
    )
    return handing_in.ask(occurrence, control, work.today, details)


async def _receipt(
    work: Work, submission: Evidence, occurrence: Occurrence, control: Control, reader_id: str
) -> Message:
    subject = entries.subject_of(submission)
    entry = await entries.entry_of_kind(work.session, Event.EVIDENCE_SUBMITTED, subject)
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
    review = await under_review.review_of(work.session, submission.id)
    if review is None:
        return None
    reviewer = await name_of(work, review.reviewer_id)
    return f"{reviewer} rejected {handing_in.evidence_name(submission)}: {review.reason}"
