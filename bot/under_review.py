"""Evidence that is here: its request is done, leads are asked to review it, and who has looked at it may judge it."""

from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk import Desk
from bot.obligations import close_all, open_obligation, show_again, show_to_all
from bot.workdays import deadline
from storage import evidence, obligations, people, record
from storage.evidence import Evidence, Occurrence, Viewing
from storage.terms import Event, EvidenceState, ObligationKind, OccurrenceState

REVIEW_WITHIN = timedelta(days=5)


async def put_under_review(
    session: AsyncSession, desk: Desk, given: Evidence, occurrence: Occurrence
) -> None:
    """``given`` has its hash: what it names is stored."""
    given.state, given.stored_at = EvidenceState.SUBMITTED, desk.now()
    occurrence.state = OccurrenceState.SUBMITTED
    session.add_all([given, occurrence])
    record.append(session, Event.EVIDENCE_SUBMITTED, given.submitted_by, desk.now(), given, occurrence)
    await close_all(session, desk, ObligationKind.EVIDENCE, occurrence.id, done_by=given.submitted_by)
    await show_to_all(session, desk, ObligationKind.EVIDENCE, occurrence.id)
    await _ask_for_review(session, desk, given)


async def keep_viewing(session: AsyncSession, desk: Desk, evidence_id: str, lead_id: str) -> None:
    """From now on this lead's review counts."""
    if await evidence.viewing(session, evidence_id, lead_id):
        return
    seen = Viewing(evidence_id=evidence_id, person_id=lead_id, at=desk.now())
    session.add(seen)
    record.append(session, Event.EVIDENCE_VIEWED, lead_id, desk.now(), seen)
    if owed := await obligations.obligation_for(session, ObligationKind.REVIEW, evidence_id, lead_id):
        await show_again(session, desk, owed)


async def _ask_for_review(session: AsyncSession, desk: Desk, given: Evidence) -> None:
    """Every lead but the submitter; the first one's review counts."""
    for lead in await people.leads(session):
        if lead.id != given.submitted_by:
            due_on = await deadline(session, desk, lead, REVIEW_WITHIN)
            await open_obligation(session, desk, lead, ObligationKind.REVIEW, given.id, due_on)
