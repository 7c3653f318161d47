"""Evidence that is here: its request is done, leads are asked to review it, and who has looked at it may judge it."""

from datetime import timedelta

from bot.blocks.kit import Message
from bot.deadlines import deadline
from bot.desk import Desk
from bot.duties import deciders
from bot.errors import AlreadyDone, NotYetRead, NotYetViewed, ReasonMissing, RequestClosed, SelfReview
from bot.events.reporting import event_words
from bot.evidence.requests import control_of, occurrence_of
from bot.evidence.rules.timeliness import timeliness
from bot.evidence.views import reviewing
from bot.evidence.views.handing_in import kind_word
from bot.obligations import close_all, open_obligation, show_again, show_to_all
from bot.outgoing import Outgoing, Share
from bot.owners.stand_ins import who_answers
from bot.people import acting_lead, name_of
from bot.schedule.waiver_requests import withdraw_owners_requests
from bot.work import Work
from storage import evidence, obligations, outbox, people, under_review
from storage.evidence import Evidence, Occurrence
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.programme import Control
from storage.terms import DeliveryKind, Event, EvidenceState, ObligationKind, OccurrenceState, Verdict
from storage.under_review import Review, Viewing

REVIEW_WITHIN = timedelta(days=5)


async def put_under_review(work: Work, given: Evidence, occurrence: Occurrence) -> None:
    """``given`` has its hash: what it names is stored."""
    given.state, given.stored_at = EvidenceState.SUBMITTED, work.now
    occurrence.state = OccurrenceState.SUBMITTED
    work.session.add_all([given, occurrence])
    work.record(Event.EVIDENCE_SUBMITTED, given.submitted_by, given, occurrence)
    await close_all(work, ObligationKind.EVIDENCE, occurrence.id, done_by=given.submitted_by)
    await show_to_all(work, ObligationKind.EVIDENCE, occurrence.id)
    await _send_receipt(work, given)
    await withdraw_owners_requests(work, occurrence.id, by=given.submitted_by)
    await _ask_for_review(work, given)


async def keep_viewing(work: Work, evidence_id: str, lead_id: str) -> None:
    """From now on this lead's review counts."""
    if await under_review.viewing(work.session, evidence_id, lead_id):
        return
    seen = Viewing(evidence_id=evidence_id, person_id=lead_id, at=work.now)
    work.record(Event.EVIDENCE_VIEWED, lead_id, seen)
    if owed := await obligations.obligation_for(work.session, ObligationKind.REVIEW, evidence_id, lead_id):
        await show_again(work, owed)


async def show_file(desk: Desk, lead_id: str, evidence_id: str) -> None:
    """Queue the stored copy for the lead's DM; once it arrived, the viewing is on the record."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        given = await _stored(work, evidence_id)
        if given.is_statement:
            raise RequestClosed
        shown = await outbox.count_about(work.session, DeliveryKind.FILE, lead.id, given.id)
        await work.queue(
            DeliveryKind.FILE,
            lead.id,
            given.id,
            once=f"file:{given.id}:{lead.id}:{shown}",
        )


async def accept_evidence(desk: Desk, lead_id: str, evidence_id: str) -> None:
    async with desk.work() as work:
        given, occurrence = await _to_judge(work, lead_id, evidence_id)
        given.state, occurrence.state = EvidenceState.ACCEPTED, OccurrenceState.ACCEPTED
        occurrence.performed_on = given.performed_on
        await _judge(work, lead_id, given, occurrence, Verdict.ACCEPTED, None)


async def reject_evidence(desk: Desk, lead_id: str, evidence_id: str, reason: str) -> None:
    """Who answers for it now is asked again, with the reason, in their next bundle."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    async with desk.work() as work:
        given, occurrence = await _to_judge(work, lead_id, evidence_id)
        given.state, occurrence.state = EvidenceState.REJECTED, OccurrenceState.REJECTED
        await _judge(work, lead_id, given, occurrence, Verdict.REJECTED, reason.strip())
        answering = await who_answers(work, occurrence)
        asked = await people.person(work.session, answering.person_id) if answering else None
        if asked:
            await open_obligation(work, asked, ObligationKind.EVIDENCE, occurrence.id, occurrence.due_on)


async def evidence_to_reject(
    desk: Desk, lead_id: str, evidence_id: str
) -> tuple[Evidence, Occurrence, Control]:
    """For the modal that asks for a reason; refused for the same reasons as the rejection itself."""
    async with desk.reading() as work:
        given, occurrence = await _to_judge(work, lead_id, evidence_id)
        return given, occurrence, await control_of(work, occurrence)


async def compose_file(work: Work, delivery: Delivery) -> Outgoing | None:
    given = await evidence.evidence(work.session, delivery.subject)
    if given is None or given.sha256 is None:
        return None
    occurrence = await occurrence_of(work, given)
    comment = reviewing.file_comment(given, occurrence, await control_of(work, occurrence))
    return Outgoing(Share(given.sha256, given.name, comment))


async def review_item(work: Work, owed: Obligation) -> Message | None:
    """How submitted evidence stands in a lead's bundle."""
    given = await evidence.evidence(work.session, owed.subject)
    if given is None:
        return None
    occurrence = await occurrence_of(work, given)
    control = await control_of(work, occurrence)
    if given.state is not EvidenceState.SUBMITTED:
        review = await under_review.review_of(work.session, given.id)
        by = await name_of(work, review.reviewer_id) if review else None
        return reviewing.reviewed(given, occurrence, control, by)
    viewed = await under_review.viewing(work.session, given.id, owed.person_id) is not None
    submitter = await name_of(work, given.submitted_by)
    own = given.submitted_by == owed.person_id
    event = await event_words(work, occurrence, control, given.item_count)
    zone = work.zone_of(await people.person(work.session, owed.person_id))
    dated = timeliness(occurrence, given, work.zone)
    return reviewing.review_ask(given, occurrence, control, dated, zone, submitter, viewed, own, event)


async def _send_receipt(work: Work, given: Evidence) -> None:
    """To who handed it in from Home, before any message had asked for it: none can turn into the receipt."""
    owed = await obligations.obligation_for(
        work.session, ObligationKind.EVIDENCE, given.occurrence_id, given.submitted_by
    )
    if owed is None or owed.asked_in is None:
        await work.queue(
            DeliveryKind.EVIDENCE_RECEIPT,
            given.submitted_by,
            given.id,
            once=f"receipt:{given.id}",
        )


async def _ask_for_review(work: Work, given: Evidence) -> None:
    """Every lead but the submitter; the first one's review counts."""
    for lead in deciders(await people.leads(work.session), given.submitted_by, alone=False):
        due_on = await deadline(work, lead, REVIEW_WITHIN)
        await open_obligation(work, lead, ObligationKind.REVIEW, given.id, due_on)


async def _to_judge(work: Work, lead_id: str, evidence_id: str) -> tuple[Evidence, Occurrence]:
    lead = await acting_lead(work, lead_id)
    given = await _stored(work, evidence_id)
    if given.state is not EvidenceState.SUBMITTED:
        raise AlreadyDone(f"This {kind_word(given)} is already {given.state}.")
    if given.submitted_by == lead.id:
        raise SelfReview
    if not await under_review.viewing(work.session, given.id, lead.id):
        raise NotYetRead if given.is_statement else NotYetViewed
    return given, await occurrence_of(work, given)


async def _judge(
    work: Work,
    lead_id: str,
    given: Evidence,
    occurrence: Occurrence,
    verdict: Verdict,
    reason: str | None,
) -> None:
    review = Review(evidence_id=given.id, reviewer_id=lead_id, verdict=verdict, reason=reason, at=work.now)
    work.session.add_all([review, given, occurrence])
    kind = Event.EVIDENCE_ACCEPTED if verdict is Verdict.ACCEPTED else Event.EVIDENCE_REJECTED
    work.record(kind, lead_id, given, occurrence, review)
    await close_all(work, ObligationKind.REVIEW, given.id, done_by=lead_id)
    await show_to_all(work, ObligationKind.EVIDENCE, occurrence.id)


async def _stored(work: Work, evidence_id: str) -> Evidence:
    given = await evidence.evidence(work.session, evidence_id, to_change=True)
    if given is None or given.sha256 is None:
        raise RequestClosed
    return given
