"""Evidence: asked for on schedule, promised in the message, fetched and hashed by the worker, judged by a lead."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot import waiver_items
from bot.desk import Desk, real_now
from bot.errors import (
    AlreadyDone,
    BadDate,
    FileMissing,
    FileTooLarge,
    NotTheOwner,
    NotYetViewed,
    ReasonMissing,
    RequestClosed,
    SelfReview,
)
from bot.obligations import close_all, open_obligation, show_again
from bot.outgoing import Outgoing, Post, Share
from bot.ownership import accepted_owners
from bot.people import acting, acting_lead, name_of
from bot.rules.calendar import local_date, next_working_day
from bot.rules.evidence import misdated, refusal_at_submission
from bot.views import evidence as view
from bot.views.blocks import Message
from bot.waivers import withdraw_requests
from storage import evidence, obligations, outbox, people, programme, record
from storage.evidence import AWAITED, Evidence, Occurrence, Review, Viewing
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

ASK_AHEAD = timedelta(days=7)
REVIEW_WITHIN = timedelta(days=5)


@dataclass(frozen=True)
class GivenFile:
    """A file as the modal's submission describes it; the bytes are fetched later."""

    id: str
    name: str
    size: int
    type: str


async def ask_for_evidence(desk: Desk) -> None:
    """Tick: whatever is due within a week becomes an obligation of the control's accepted owner."""
    async with desk.sessions.reading() as session:
        if not await _to_ask(session, desk):
            return
    async with desk.transaction() as session:
        for occurrence, owner in await _to_ask(session, desk):
            await open_obligation(
                session, desk, owner, ObligationKind.EVIDENCE, occurrence.id, occurrence.due_on
            )


async def submit_evidence(
    desk: Desk,
    person_id: str,
    occurrence_id: str,
    file: GivenFile | None,
    performed_on: date | None,
    note: str | None = None,
) -> None:
    """Record the promise of a file. It counts once the worker has fetched, checked and stored it."""
    async with desk.transaction() as session:
        person = await acting(session, person_id)
        occurrence, _ = await _owed(session, person, occurrence_id)
        if file is None:
            raise FileMissing(field="file")
        if unusable := refusal_at_submission(file.name, file.size):
            raise FileTooLarge(unusable, field="file")
        today = local_date(desk.now(), person.zone)
        if performed_on is None:
            raise BadDate(field="performed_on")
        if wrong := misdated(performed_on, occurrence.starts_on, today):
            raise BadDate(wrong, field="performed_on")
        promised = Evidence(
            occurrence_id=occurrence.id,
            submitted_by=person.id,
            slack_file_id=file.id,
            name=file.name,
            declared_size=file.size,
            declared_type=file.type,
            note=note,
            performed_on=performed_on,
            received_at=desk.now(),
        )
        session.add(promised)
        record.append(session, Event.EVIDENCE_PROMISED, person.id, desk.now(), promised)
        for owed in await obligations.obligations_about(session, ObligationKind.EVIDENCE, occurrence.id):
            await show_again(session, desk, owed)
        await withdraw_requests(session, desk, occurrence.id, by=person.id)


async def request_to_answer(
    desk: Desk, person_id: str, occurrence_id: str
) -> tuple[Occurrence, Control, date]:
    """For the upload modal: the occurrence, its control, and today where the owner is."""
    async with desk.sessions.reading() as session:
        person = await acting(session, person_id)
        occurrence, control = await _owed(session, person, occurrence_id)
        return occurrence, control, local_date(desk.now(), person.zone)


async def show_file(desk: Desk, lead_id: str, evidence_id: str) -> None:
    """Queue the stored copy for the lead's DM; once it arrived, the viewing is on the record."""
    async with desk.transaction() as session:
        lead = await acting_lead(session, lead_id)
        given = await _stored(session, evidence_id)
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
    """The owner is asked again, with the reason, in their next bundle."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    async with desk.transaction() as session:
        given, occurrence = await _to_judge(session, lead_id, evidence_id)
        given.state, occurrence.state = EvidenceState.REJECTED, OccurrenceState.REJECTED
        await _judge(session, desk, lead_id, given, occurrence, Verdict.REJECTED, reason.strip())
        owner_id = (await accepted_owners(session)).get(occurrence.control_id)
        owner = await people.person(session, owner_id) if owner_id else None
        if owner:
            await open_obligation(
                session, desk, owner, ObligationKind.EVIDENCE, occurrence.id, occurrence.due_on
            )


async def evidence_to_reject(
    desk: Desk, lead_id: str, evidence_id: str
) -> tuple[Evidence, Occurrence, Control]:
    """For the modal that asks for a reason; refused for the same reasons as the rejection itself."""
    async with desk.sessions.reading() as session:
        given, occurrence = await _to_judge(session, lead_id, evidence_id)
        return given, occurrence, await _control(session, occurrence)


async def compose_file(session: AsyncSession, _desk: Desk, delivery: Delivery) -> Outgoing | None:
    given = await evidence.evidence(session, delivery.subject)
    if given is None or given.sha256 is None:
        return None
    occurrence = await _occurrence(session, given.occurrence_id)
    comment = view.file_comment(given, occurrence, await _control(session, occurrence))
    return Outgoing(Share(given.sha256, given.name, comment))


async def file_arrived(session: AsyncSession, desk: Desk, delivery: Delivery) -> None:
    """The lead has the stored copy: from now on their review counts."""
    if await evidence.viewing(session, delivery.subject, delivery.recipient):
        return
    seen = Viewing(evidence_id=delivery.subject, person_id=delivery.recipient, at=desk.now())
    session.add(seen)
    record.append(session, Event.EVIDENCE_VIEWED, delivery.recipient, desk.now(), seen)
    owed = await obligations.obligation_for(
        session, ObligationKind.REVIEW, delivery.subject, delivery.recipient
    )
    if owed:
        await show_again(session, desk, owed)


async def compose_refusal(session: AsyncSession, _desk: Desk, delivery: Delivery) -> Outgoing | None:
    given = await evidence.evidence(session, delivery.subject)
    if given is None or given.refusal is None:
        return None
    occurrence = await _occurrence(session, given.occurrence_id)
    return Outgoing(Post(view.refused(occurrence, await _control(session, occurrence), given.refusal)))


async def owner_item(session: AsyncSession, desk: Desk, owed: Obligation) -> Message | None:
    """How a request for evidence stands in the owner's bundle."""
    occurrence = await _occurrence(session, owed.subject)
    control = await _control(session, occurrence)
    owner = await people.person(session, owed.person_id)
    zone = owner.zone if owner else desk.library.programme.zone
    given = (await evidence.newest_evidence(session, [occurrence.id])).get(occurrence.id)
    if given and given.state is EvidenceState.FETCHING:
        return view.receiving(occurrence, control, given)
    if occurrence.state is OccurrenceState.WAIVED:
        waived = await waiver_items.waived_item(session, owed.person_id, occurrence, control)
        if waived:
            return waived
    if given and occurrence.state not in AWAITED:
        entry = await record.entry_of_kind(session, Event.EVIDENCE_SUBMITTED, record.subject_of(given))
        return view.receipt(occurrence, control, given, entry.seq if entry else None, zone)
    if owed.state is ObligationState.WITHDRAWN:
        return view.closed(occurrence, control)
    fault, note = (
        await _fault(session, given),
        await waiver_items.note_for_owner(session, owed.person_id, occurrence),
    )
    return view.ask(occurrence, control, local_date(desk.now(), zone), fault, note)


async def review_item(session: AsyncSession, _desk: Desk, owed: Obligation) -> Message | None:
    """How a submitted file stands in a lead's bundle."""
    given = await evidence.evidence(session, owed.subject)
    if given is None:
        return None
    occurrence = await _occurrence(session, given.occurrence_id)
    control = await _control(session, occurrence)
    if given.state is not EvidenceState.SUBMITTED:
        review = await evidence.review_of(session, given.id)
        by = await name_of(session, review.reviewer_id) if review else None
        return view.reviewed(given, occurrence, control, by)
    viewed = await evidence.viewing(session, given.id, owed.person_id) is not None
    submitter = await name_of(session, given.submitted_by)
    return view.review_ask(
        given, occurrence, control, submitter, viewed, own=given.submitted_by == owed.person_id
    )


async def ask_for_review(session: AsyncSession, desk: Desk, given: Evidence) -> None:
    """Every lead but the submitter; the first one's review counts."""
    for lead in await people.leads(session):
        if lead.id != given.submitted_by:
            due_on = next_working_day(
                local_date(desk.now() + REVIEW_WITHIN, lead.zone), desk.library.programme.country
            )
            await open_obligation(session, desk, lead, ObligationKind.REVIEW, given.id, due_on)


async def _to_ask(session: AsyncSession, desk: Desk) -> list[tuple[Occurrence, Person]]:
    """Occurrences coming due that nobody has been asked for, with the owner who can be."""
    today = local_date(desk.now(), desk.library.programme.zone)
    asked = await obligations.open_subjects(session, ObligationKind.EVIDENCE)
    ready = [
        row for row in await evidence.occurrences_to_ask(session, today + ASK_AHEAD) if row.id not in asked
    ]
    if not ready:
        return []
    owners = await accepted_owners(session)
    able = {member.id: member for member in await people.members(session)}
    owned = [(row, able.get(owners.get(row.control_id, ""))) for row in ready]
    return [(row, owner) for row, owner in owned if owner]


async def _owed(session: AsyncSession, person: Person, occurrence_id: str) -> tuple[Occurrence, Control]:
    occurrence = await evidence.occurrence(session, occurrence_id, to_change=True)
    if occurrence is None:
        raise RequestClosed
    owner_id = (await accepted_owners(session)).get(occurrence.control_id)
    if owner_id != person.id:
        raise NotTheOwner
    newest = (await evidence.newest_evidence(session, [occurrence.id])).get(occurrence.id)
    if occurrence.state is OccurrenceState.WITHDRAWN:
        raise RequestClosed("The schedule has changed, and nothing is asked for this period any more.")
    if occurrence.state not in AWAITED:
        raise AlreadyDone(f"Evidence for this period is already {occurrence.state}.", field="file")
    if newest and newest.state is EvidenceState.FETCHING:
        raise AlreadyDone("Your file has been received and is being checked.", field="file")
    return occurrence, await _control(session, occurrence)


async def _to_judge(session: AsyncSession, lead_id: str, evidence_id: str) -> tuple[Evidence, Occurrence]:
    lead = await acting_lead(session, lead_id)
    given = await _stored(session, evidence_id)
    if given.state is not EvidenceState.SUBMITTED:
        raise AlreadyDone(f"This file is already {given.state}.")
    if given.submitted_by == lead.id:
        raise SelfReview
    if not await evidence.viewing(session, given.id, lead.id):
        raise NotYetViewed
    return given, await _occurrence(session, given.occurrence_id)


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
    for owed in await obligations.obligations_about(session, ObligationKind.EVIDENCE, occurrence.id):
        await show_again(session, desk, owed)


async def _fault(session: AsyncSession, given: Evidence | None) -> str | None:
    """Why the last file did not count."""
    if given is None or given.state is EvidenceState.REFUSED:
        return given.refusal if given else None
    review = await evidence.review_of(session, given.id)
    if review is None:
        return None
    return f"{await name_of(session, review.reviewer_id)} rejected “{given.name}”: {review.reason}"


async def _stored(session: AsyncSession, evidence_id: str) -> Evidence:
    given = await evidence.evidence(session, evidence_id, to_change=True)
    if given is None or given.sha256 is None:
        raise RequestClosed
    return given


async def _occurrence(session: AsyncSession, occurrence_id: str) -> Occurrence:
    occurrence = await evidence.occurrence(session, occurrence_id)
    if occurrence is None:
        raise RequestClosed
    return occurrence


async def _control(session: AsyncSession, occurrence: Occurrence) -> Control:
    control = await programme.control(session, occurrence.control_id)
    if control is None:
        raise RequestClosed
    return control
