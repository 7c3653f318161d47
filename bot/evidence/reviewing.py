"""The review: stored evidence goes to the leads, and a lead who has viewed it accepts or rejects it.

Whoever answers for a control does not judge its evidence while another lead can (TSP 100, CC5.1: segregated duties).
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta

from bot.blocks.ids import Field
from bot.blocks.kit import Message
from bot.deadlines import deadline
from bot.desk import Desk
from bot.duties import AnyLead, Matter
from bot.errors import AlreadyDone, NotYetRead, NotYetViewed, ReasonMissing, RequestClosed, SelfReview
from bot.events.reporting import event_words
from bot.evidence.requests import occurrence_and_control
from bot.evidence.rules.dispositions import timeliness
from bot.evidence.views import reviewing
from bot.evidence.views.handing_in import kind_word
from bot.obligations import close_obligations_about, open_obligation, refresh_message, refresh_messages_about
from bot.outgoing import Outgoing, Share
from bot.owners.respondents import respondent_of
from bot.people import acting_lead, name_of
from bot.schedule.waiver_requests import withdraw_owners_requests
from bot.work import Work
from storage import evidence, evidence_reviews, obligations, outbox, ownership, people
from storage.evidence import Evidence, Occurrence
from storage.evidence_reviews import Review, Viewing
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.people import Person
from storage.programme import Control
from storage.terms import (
    DeliveryKind,
    Event,
    EvidenceState,
    ObligationKind,
    OccurrenceState,
    OwnershipState,
    Verdict,
)


async def _evidence_to_review(work: Work) -> list[Matter]:
    rows = await evidence_reviews.evidence_to_review(work.session)
    holder_ids = await _holder_ids(work, {row.occurrence_id for row in rows})
    return [Matter(row.id, row.submitted_by, holder_ids[row.occurrence_id]) for row in rows]


REVIEWERS = AnyLead(_evidence_to_review, timedelta(days=5))


async def _holder_ids(work: Work, occurrence_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """By occurrence: who has accepted to answer for its control, as its owner or as the backup."""
    if not occurrence_ids:
        return {}
    by_control: defaultdict[str, set[str]] = defaultdict(set)
    for row in await ownership.current_ownerships(work.session):
        if row.state is OwnershipState.ACCEPTED:
            by_control[row.control_id].add(row.person_id)
    occurrences = await evidence.occurrences_by_id(work.session, occurrence_ids)
    return {key: frozenset(by_control[row.control_id]) for key, row in occurrences.items()}


async def _reviewers_of(work: Work, submission: Evidence) -> list[Person]:
    holder_ids = await _holder_ids(work, [submission.occurrence_id])
    leads = await people.leads(work.session)
    return REVIEWERS.among(leads, submission.submitted_by, holder_ids[submission.occurrence_id])


async def _why_not_to_review(work: Work, submission: Evidence, lead_id: str) -> str | None:
    """In words to a lead who may not judge this evidence; None for one who may."""
    reviewers = await _reviewers_of(work, submission)
    if any(reviewer.id == lead_id for reviewer in reviewers):
        return None
    others = f"so {' or '.join(reviewer.name for reviewer in reviewers) or 'another compliance lead'} has to review"
    if submission.submitted_by == lead_id:
        return f"You submitted this {kind_word(submission)}, {others} it."
    return f"You answer for this control, {others} its evidence."


async def put_under_review(work: Work, submission: Evidence, occurrence: Occurrence) -> None:
    """The submission has its hash: the bytes or the statement are stored."""
    submission.state, submission.stored_at = EvidenceState.SUBMITTED, work.now
    occurrence.state = OccurrenceState.SUBMITTED
    work.session.add_all([submission, occurrence])
    work.record(Event.EVIDENCE_SUBMITTED, submission.submitted_by, submission, occurrence)
    await close_obligations_about(
        work, ObligationKind.EVIDENCE, occurrence.id, done_by=submission.submitted_by
    )
    await refresh_messages_about(work, ObligationKind.EVIDENCE, occurrence.id)
    await _send_receipt(work, submission)
    await withdraw_owners_requests(work, occurrence.id, by=submission.submitted_by)
    await _ask_for_review(work, submission)


async def record_viewing(work: Work, evidence_id: str, lead_id: str) -> None:
    """From now on this lead's review counts."""
    if await evidence_reviews.viewing(work.session, evidence_id, lead_id):
        return
    viewing = Viewing(evidence_id=evidence_id, person_id=lead_id, at=work.now)
    work.record(Event.EVIDENCE_VIEWED, lead_id, viewing)
    obligation = await obligations.obligation_for(work.session, ObligationKind.REVIEW, evidence_id, lead_id)
    if obligation:
        await refresh_message(work, obligation)


async def show_file(desk: Desk, lead_id: str, evidence_id: str) -> None:
    """Queue the stored copy for the lead's DM; its arrival records the viewing."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        submission = await _stored(work, evidence_id)
        if submission.is_statement:
            raise RequestClosed
        copies = await outbox.count_closed_deliveries_about(
            work.session, DeliveryKind.FILE, lead.id, submission.id
        )
        await work.queue(
            DeliveryKind.FILE,
            lead.id,
            submission.id,
            once=f"file:{submission.id}:{lead.id}:{copies}",
        )


async def accept_evidence(desk: Desk, lead_id: str, evidence_id: str) -> None:
    async with desk.work() as work:
        submission, occurrence, _ = await _evidence_to_judge(work, lead_id, evidence_id)
        submission.state, occurrence.state = EvidenceState.ACCEPTED, OccurrenceState.ACCEPTED
        occurrence.performed_on = submission.performed_on
        await _judge(work, lead_id, submission, occurrence, Verdict.ACCEPTED, None)


async def reject_evidence(desk: Desk, lead_id: str, evidence_id: str, reason: str) -> None:
    """The next bundle of the person who now answers for the period asks again and gives the reason."""
    if not reason.strip():
        raise ReasonMissing(field=Field.REASON)
    async with desk.work() as work:
        submission, occurrence, _ = await _evidence_to_judge(work, lead_id, evidence_id)
        submission.state, occurrence.state = EvidenceState.REJECTED, OccurrenceState.REJECTED
        await _judge(work, lead_id, submission, occurrence, Verdict.REJECTED, reason.strip())
        respondent = await respondent_of(work, occurrence)
        person = await people.person(work.session, respondent.person_id) if respondent else None
        if person:
            await open_obligation(work, person, ObligationKind.EVIDENCE, occurrence.id, occurrence.due_on)


async def evidence_to_reject(
    desk: Desk, lead_id: str, evidence_id: str
) -> tuple[Evidence, Occurrence, Control]:
    """For the form that asks for a reason; raises whatever the rejection itself would raise."""
    async with desk.reading() as work:
        return await _evidence_to_judge(work, lead_id, evidence_id)


async def compose_stored_copy(work: Work, delivery: Delivery) -> Outgoing | None:
    submission = await evidence.evidence(work.session, delivery.subject)
    if submission is None or submission.sha256 is None:
        return None
    occurrence, control = await occurrence_and_control(work, submission.occurrence_id)
    comment = reviewing.file_comment(submission, occurrence, control)
    return Outgoing(Share(submission.sha256, submission.name, comment))


async def review_message(work: Work, obligation: Obligation) -> Message | None:
    """The request for a review in a lead's bundle, or what became of it."""
    submission = await evidence.evidence(work.session, obligation.subject)
    if submission is None:
        return None
    occurrence, control = await occurrence_and_control(work, submission.occurrence_id)
    if submission.state is not EvidenceState.SUBMITTED:
        review = await evidence_reviews.review_of(work.session, submission.id)
        reviewer = await name_of(work, review.reviewer_id) if review else None
        return reviewing.review_outcome(submission, occurrence, control, reviewer)
    lead = await people.person(work.session, obligation.person_id)
    return reviewing.review_request(
        submission,
        occurrence,
        control,
        timeliness(occurrence, submission, work.zone),
        zone=work.zone_of(lead),
        submitter=await name_of(work, submission.submitted_by),
        viewed=await evidence_reviews.viewing(work.session, submission.id, obligation.person_id) is not None,
        refusal=await _why_not_to_review(work, submission, lead.id) if lead and lead.is_lead else None,
        event=await event_words(work, occurrence, control, submission.item_count),
    )


async def _send_receipt(work: Work, submission: Evidence) -> None:
    """For a person who submitted from Home before any message asked: there is no message to turn into the receipt."""
    obligation = await obligations.obligation_for(
        work.session, ObligationKind.EVIDENCE, submission.occurrence_id, submission.submitted_by
    )
    if obligation is None or obligation.asked_in is None:
        await work.queue(
            DeliveryKind.EVIDENCE_RECEIPT,
            submission.submitted_by,
            submission.id,
            once=f"receipt:{submission.id}",
        )


async def _ask_for_review(work: Work, submission: Evidence) -> None:
    """Ask every lead who may review it; the first review counts."""
    for lead in await _reviewers_of(work, submission):
        due_on = await deadline(work, lead, REVIEWERS.within)
        await open_obligation(work, lead, ObligationKind.REVIEW, submission.id, due_on)


async def _evidence_to_judge(
    work: Work, lead_id: str, evidence_id: str
) -> tuple[Evidence, Occurrence, Control]:
    """The evidence, locked, if this lead may judge it."""
    lead = await acting_lead(work, lead_id)
    submission = await _stored(work, evidence_id)
    if submission.state is not EvidenceState.SUBMITTED:
        raise AlreadyDone(f"This {kind_word(submission)} is already {submission.state}.")
    if refusal := await _why_not_to_review(work, submission, lead.id):
        raise SelfReview(refusal)
    if not await evidence_reviews.viewing(work.session, submission.id, lead.id):
        raise NotYetRead if submission.is_statement else NotYetViewed
    return submission, *await occurrence_and_control(work, submission.occurrence_id)


async def _judge(
    work: Work,
    lead_id: str,
    submission: Evidence,
    occurrence: Occurrence,
    verdict: Verdict,
    reason: str | None,
) -> None:
    review = Review(
        evidence_id=submission.id, reviewer_id=lead_id, verdict=verdict, reason=reason, at=work.now
    )
    work.session.add_all([review, submission, occurrence])
    event = Event.EVIDENCE_ACCEPTED if verdict is Verdict.ACCEPTED else Event.EVIDENCE_REJECTED
    work.record(event, lead_id, submission, occurrence, review)
    await close_obligations_about(work, ObligationKind.REVIEW, submission.id, done_by=lead_id)
    await refresh_messages_about(work, ObligationKind.EVIDENCE, occurrence.id)


async def _stored(work: Work, evidence_id: str) -> Evidence:
    submission = await evidence.evidence(work.session, evidence_id, to_change=True)
    if submission is None or submission.sha256 is None:
        raise RequestClosed
    return submission
