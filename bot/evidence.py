"""Evidence: asked for on schedule, promised in the message, fetched and hashed by the worker, judged by a lead."""

from dataclasses import dataclass
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from bot import waiver_items
from bot.desk import Desk, real_now
from bot.errors import (
    AlreadyDone,
    BadDate,
    FileMissing,
    FileTooLarge,
    NotTheOwner,
    NotYetRead,
    NotYetViewed,
    ReasonMissing,
    RequestClosed,
    SelfReview,
)
from bot.obligations import close_all, open_obligation, show_to_all
from bot.outgoing import Outgoing, Post, Share
from bot.people import acting, acting_lead, name_of
from bot.populations import require_complete_period, required_listing
from bot.rules.calendar import local_date
from bot.rules.evidence import misdated, refusal_at_submission
from bot.rules.populations import Listing
from bot.standing_in import passed_on, who_answers, why_asked
from bot.triggers import event_words
from bot.under_review import keep_viewing
from bot.views import evidence as view
from bot.views.blocks import Message
from bot.waivers import withdraw_requests
from storage import evidence, outbox, people, programme, record
from storage.evidence import AWAITED, Evidence, Occurrence, Review
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.people import Person
from storage.programme import Control
from storage.terms import (
    DeliveryKind,
    Event,
    EvidenceState,
    ObligationKind,
    ObligationState,
    OccurrenceState,
    Verdict,
)


@dataclass(frozen=True)
class GivenFile:
    """A file as the modal's submission describes it; the bytes are fetched later."""

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
    """Record the promise of a file. It counts once the worker has fetched, checked and stored it."""
    async with desk.transaction() as session:
        person = await acting(session, person_id)
        occurrence, control = await owed_occurrence(session, desk, person, occurrence_id)
        if file is None:
            raise FileMissing(field="file")
        if unusable := refusal_at_submission(file.name, file.size):
            raise FileTooLarge(unusable, field="file")
        stated = required_listing(desk, control, occurrence, listing or Listing())
        promised = Evidence(
            occurrence_id=occurrence.id,
            submitted_by=person.id,
            slack_file_id=file.id,
            name=file.name,
            declared_size=file.size,
            declared_type=file.type,
            note=note,
            item_count=stated.item_count,
            query=stated.query,
            as_of=stated.as_of,
            performed_on=require_performance(desk, person, occurrence, performed_on),
            received_at=desk.now(),
        )
        session.add(promised)
        record.append(session, Event.EVIDENCE_PROMISED, person.id, desk.now(), promised)
        await show_to_all(session, desk, ObligationKind.EVIDENCE, occurrence.id)
        await withdraw_requests(session, desk, occurrence.id, by=person.id)


async def request_to_answer(
    desk: Desk, person_id: str, occurrence_id: str
) -> tuple[Occurrence, Control, date]:
    """For the upload modal: the occurrence, its control, and today where the owner is."""
    async with desk.sessions.reading() as session:
        person = await acting(session, person_id)
        occurrence, control = await owed_occurrence(session, desk, person, occurrence_id)
        require_complete_period(desk, control, occurrence)
        return occurrence, control, local_date(desk.now(), person.zone)


async def show_file(desk: Desk, lead_id: str, evidence_id: str) -> None:
    """Queue the stored copy for the lead's DM; once it arrived, the viewing is on the record."""
    async with desk.transaction() as session:
        lead = await acting_lead(session, lead_id)
        given = await _stored(session, evidence_id)
        if given.is_statement:
            raise RequestClosed
        shown = await outbox.count_about(session, DeliveryKind.FILE, lead.id, given.id)
        await outbox.queue(
            session,
            DeliveryKind.FILE,
            lead.id,
            given.id,
            once=f"file:{given.id}:{lead.id}:{shown}",
            queued_at=desk.now(),
            real_now=real_now(),
        )


async def accept_evidence(desk: Desk, lead_id: str, evidence_id: str) -> None:
    async with desk.transaction() as session:
        given, occurrence = await _to_judge(session, lead_id, evidence_id)
        given.state, occurrence.state = EvidenceState.ACCEPTED, OccurrenceState.ACCEPTED
        occurrence.performed_on = given.performed_on
        await _judge(session, desk, lead_id, given, occurrence, Verdict.ACCEPTED, None)


async def reject_evidence(desk: Desk, lead_id: str, evidence_id: str, reason: str) -> None:
    """Who answers for it now is asked again, with the reason, in their next bundle."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    async with desk.transaction() as session:
        given, occurrence = await _to_judge(session, lead_id, evidence_id)
        given.state, occurrence.state = EvidenceState.REJECTED, OccurrenceState.REJECTED
        await _judge(session, desk, lead_id, given, occurrence, Verdict.REJECTED, reason.strip())
        answering = await who_answers(session, desk, occurrence)
        asked = await people.person(session, answering.person_id) if answering else None
        if asked:
            await open_obligation(
                session, desk, asked, ObligationKind.EVIDENCE, occurrence.id, occurrence.due_on
            )


async def evidence_to_reject(
    desk: Desk, lead_id: str, evidence_id: str
) -> tuple[Evidence, Occurrence, Control]:
    """For the modal that asks for a reason; refused for the same reasons as the rejection itself."""
    async with desk.sessions.reading() as session:
        given, occurrence = await _to_judge(session, lead_id, evidence_id)
        return given, occurrence, await control_of(session, occurrence)


async def compose_file(session: AsyncSession, _desk: Desk, delivery: Delivery) -> Outgoing | None:
    given = await evidence.evidence(session, delivery.subject)
    if given is None or given.sha256 is None:
        return None
    occurrence = await occurrence_of(session, given)
    comment = view.file_comment(given, occurrence, await control_of(session, occurrence))
    return Outgoing(Share(given.sha256, given.name, comment))


async def file_arrived(session: AsyncSession, desk: Desk, delivery: Delivery) -> None:
    await keep_viewing(session, desk, delivery.subject, delivery.recipient)


async def compose_refusal(session: AsyncSession, desk: Desk, delivery: Delivery) -> Outgoing | None:
    given = await evidence.evidence(session, delivery.subject)
    if given is None or given.refusal is None:
        return None
    occurrence = await occurrence_of(session, given)
    control = await control_of(session, occurrence)
    answering = await who_answers(session, desk, occurrence)
    theirs = answering is not None and given.submitted_by in answering.people
    return Outgoing(Post(view.refused(occurrence, control, given.refusal, theirs=theirs)))


async def owner_item(session: AsyncSession, desk: Desk, owed: Obligation) -> Message | None:
    """How a request for evidence stands in the owner's bundle."""
    occurrence = await _occurrence(session, owed.subject)
    control = await control_of(session, occurrence)
    owner = await people.person(session, owed.person_id)
    zone = owner.zone if owner else desk.library.programme.zone
    event = await event_words(session, occurrence, control)
    given = (await evidence.newest_evidence(session, [occurrence.id])).get(occurrence.id)
    if given and given.state is EvidenceState.FETCHING:
        return view.receiving(occurrence, control, given)
    if occurrence.state is OccurrenceState.WAIVED:
        waived = await waiver_items.waived_item(session, owed.person_id, occurrence, control)
        if waived:
            return waived
    if given and occurrence.state not in AWAITED:
        entry = await record.entry_of_kind(session, Event.EVIDENCE_SUBMITTED, record.subject_of(given))
        return view.receipt(occurrence, control, given, entry.seq if entry else None, zone, event)
    answering = await who_answers(session, desk, occurrence)
    if owed.state is ObligationState.WITHDRAWN:
        return view.closed(occurrence, control, await passed_on(session, answering, owed.person_id))
    told = view.Asking(
        fault=await _fault(session, given),
        last=view.kind_word(given) if given else "",
        event=event,
        why_you=await why_asked(session, answering, owed.person_id),
        waiver=await waiver_items.note_for_owner(session, owed.person_id, occurrence),
    )
    return view.ask(occurrence, control, local_date(desk.now(), zone), told)


async def review_item(session: AsyncSession, _desk: Desk, owed: Obligation) -> Message | None:
    """How submitted evidence stands in a lead's bundle."""
    given = await evidence.evidence(session, owed.subject)
    if given is None:
        return None
    occurrence = await occurrence_of(session, given)
    control = await control_of(session, occurrence)
    if given.state is not EvidenceState.SUBMITTED:
        review = await evidence.review_of(session, given.id)
        by = await name_of(session, review.reviewer_id) if review else None
        return view.reviewed(given, occurrence, control, by)
    viewed = await evidence.viewing(session, given.id, owed.person_id) is not None
    submitter = await name_of(session, given.submitted_by)
    own = given.submitted_by == owed.person_id
    event = await event_words(session, occurrence, control)
    return view.review_ask(given, occurrence, control, submitter, viewed, own, event)


def require_performance(
    desk: Desk, person: Person, occurrence: Occurrence, performed_on: date | None
) -> date:
    """The day on which the owner says that the control was performed. Raises BadDate."""
    if performed_on is None:
        raise BadDate(field="performed_on")
    earliest = None if occurrence.trigger_id else occurrence.starts_on
    if wrong := misdated(performed_on, earliest, local_date(desk.now(), person.zone)):
        raise BadDate(wrong, field="performed_on")
    return performed_on


async def owed_occurrence(
    session: AsyncSession, desk: Desk, person: Person, occurrence_id: str
) -> tuple[Occurrence, Control]:
    """What this person may hand in evidence for; held while a verb decides on it."""
    occurrence = await evidence.occurrence(session, occurrence_id, to_change=True)
    if occurrence is None:
        raise RequestClosed
    answering = await who_answers(session, desk, occurrence)
    if answering is None or person.id not in answering.people:
        raise NotTheOwner
    newest = (await evidence.newest_evidence(session, [occurrence.id])).get(occurrence.id)
    if occurrence.state is OccurrenceState.WITHDRAWN:
        why = "The event was withdrawn" if occurrence.trigger_id else "The schedule has changed"
        raise RequestClosed(f"{why}, and nothing is asked for this period any more.")
    if occurrence.state not in AWAITED:
        raise AlreadyDone(f"Evidence for this period is already {occurrence.state}.", field="file")
    if newest and newest.state is EvidenceState.FETCHING:
        raise AlreadyDone("Your file has been received and is being checked.", field="file")
    return occurrence, await control_of(session, occurrence)


async def _to_judge(session: AsyncSession, lead_id: str, evidence_id: str) -> tuple[Evidence, Occurrence]:
    lead = await acting_lead(session, lead_id)
    given = await _stored(session, evidence_id)
    if given.state is not EvidenceState.SUBMITTED:
        raise AlreadyDone(f"This {view.kind_word(given)} is already {given.state}.")
    if given.submitted_by == lead.id:
        raise SelfReview
    if not await evidence.viewing(session, given.id, lead.id):
        raise NotYetRead if given.is_statement else NotYetViewed
    return given, await occurrence_of(session, given)


async def _judge(
    session: AsyncSession,
    desk: Desk,
    lead_id: str,
    given: Evidence,
    occurrence: Occurrence,
    verdict: Verdict,
    reason: str | None,
) -> None:
    review = Review(evidence_id=given.id, reviewer_id=lead_id, verdict=verdict, reason=reason, at=desk.now())
    session.add_all([review, given, occurrence])
    kind = Event.EVIDENCE_ACCEPTED if verdict is Verdict.ACCEPTED else Event.EVIDENCE_REJECTED
    record.append(session, kind, lead_id, desk.now(), given, occurrence, review)
    await close_all(session, desk, ObligationKind.REVIEW, given.id, done_by=lead_id)
    await show_to_all(session, desk, ObligationKind.EVIDENCE, occurrence.id)


async def _fault(session: AsyncSession, given: Evidence | None) -> str | None:
    """Why the last file or statement did not count."""
    if given is None or given.state is EvidenceState.REFUSED:
        return given.refusal if given else None
    review = await evidence.review_of(session, given.id)
    if review is None:
        return None
    return f"{await name_of(session, review.reviewer_id)} rejected {view.named(given)}: {review.reason}"


async def _stored(session: AsyncSession, evidence_id: str) -> Evidence:
    given = await evidence.evidence(session, evidence_id, to_change=True)
    if given is None or given.sha256 is None:
        raise RequestClosed
    return given


async def occurrence_of(session: AsyncSession, given: Evidence) -> Occurrence:
    return await _occurrence(session, given.occurrence_id)


async def _occurrence(session: AsyncSession, occurrence_id: str) -> Occurrence:
    occurrence = await evidence.occurrence(session, occurrence_id)
    if occurrence is None:
        raise RequestClosed
    return occurrence


async def control_of(session: AsyncSession, occurrence: Occurrence) -> Control:
    control = await programme.control(session, occurrence.control_id)
    if control is None:
        raise RequestClosed
    return control
