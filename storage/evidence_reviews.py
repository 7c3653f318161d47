"""Reviews of evidence: who opened it, what they decided, and what had been submitted by an instant."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Text, true
from sqlalchemy import select as select_columns
from sqlmodel import Field, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, term
from storage.evidence import Evidence, Occurrence
from storage.narrow import batches, narrow_rows
from storage.record.recorded import Recorded
from storage.terms import EvidenceState, Verdict


class Viewing(Recorded, table=True):
    """The person received the stored copy in a DM, or opened the statement. Only then may they review the evidence."""

    __tablename__ = "viewing"
    evidence_id: str = Field(primary_key=True, foreign_key="evidence.id")
    person_id: str = Field(primary_key=True, foreign_key="person.id")
    at: datetime


class Review(Recorded, table=True):
    __tablename__ = "review"
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})
    id: str = id_field()
    evidence_id: str = Field(foreign_key="evidence.id", unique=True)
    reviewer_id: str = Field(foreign_key="person.id")
    verdict: Verdict = term(Verdict)
    reason: str | None = Field(default=None, sa_type=Text)
    at: datetime


@dataclass(frozen=True, slots=True)
class SubmittedEvidence:
    """Stored evidence with the verdict; without one while it is under review."""

    performed_on: date
    stored_at: datetime
    verdict: Verdict | None = None
    decided_at: datetime | None = None


async def evidence_to_review(session: AsyncSession) -> list[Evidence]:
    rows = (
        select(Evidence).where(Evidence.state == EvidenceState.SUBMITTED).order_by(col(Evidence.received_at))
    )
    return list((await session.exec(rows)).all())


async def waiting_with_occurrences(session: AsyncSession) -> list[tuple[Occurrence, Evidence]]:
    """The evidence that waits for a review, the oldest first."""
    rows = select(Occurrence, Evidence).join(Evidence, col(Evidence.occurrence_id) == col(Occurrence.id))
    rows = rows.where(Evidence.state == EvidenceState.SUBMITTED).order_by(col(Evidence.received_at))
    return [(occurrence, evidence) for occurrence, evidence in (await session.exec(rows)).all()]


async def evidence_of_controls(
    session: AsyncSession, control_ids: Sequence[str], limit: int
) -> list[tuple[Occurrence, Evidence]]:
    """The evidence whose bytes or words we have, the newest first."""
    rows = select(Occurrence, Evidence).join(Evidence, col(Evidence.occurrence_id) == col(Occurrence.id))
    unusable = (EvidenceState.FETCHING, EvidenceState.REFUSED)
    rows = rows.where(col(Occurrence.control_id).in_(control_ids), col(Evidence.state).not_in(unusable))
    newest_first = rows.order_by(col(Evidence.performed_on).desc(), col(Evidence.received_at).desc())
    return [
        (occurrence, evidence)
        for occurrence, evidence in (await session.exec(newest_first.limit(limit))).all()
    ]


async def count_evidence_to_review(session: AsyncSession) -> int:
    rows = select(func.count()).where(Evidence.state == EvidenceState.SUBMITTED)
    return (await session.exec(rows)).one()


async def viewing(session: AsyncSession, evidence_id: str, person_id: str) -> Viewing | None:
    return await session.get(Viewing, (evidence_id, person_id))


async def review_of(session: AsyncSession, evidence_id: str) -> Review | None:
    return (await session.exec(select(Review).where(Review.evidence_id == evidence_id))).first()


async def submissions(
    session: AsyncSession, until: datetime, occurrence_ids: Collection[str] | None = None
) -> dict[str, list[SubmittedEvidence]]:
    """The evidence stored by ``until``, of these occurrences or of all, by occurrence id, the oldest first.

    Each has its verdict of today.
    """
    columns = (Evidence.occurrence_id, Evidence.performed_on, Evidence.stored_at, Review.verdict, Review.at)
    rows = (
        select_columns(*map(col, columns))
        .join_from(Evidence, Review, col(Review.evidence_id) == col(Evidence.id), isouter=True)
        .where(col(Evidence.stored_at) <= until)
        .order_by(col(Evidence.received_at))
    )
    some = [col(Evidence.occurrence_id).in_(batch) for batch in batches(occurrence_ids or ())]
    by_occurrence: dict[str, list[SubmittedEvidence]] = {}
    for where in [true()] if occurrence_ids is None else some:
        for occurrence_id, *submission in await narrow_rows(session, rows.where(where)):
            by_occurrence.setdefault(occurrence_id, []).append(SubmittedEvidence(*submission))
    return by_occurrence


def submitted_evidence(evidence: Evidence, review: Review | None, stored_at: datetime) -> SubmittedEvidence:
    verdict, decided_at = (review.verdict, review.at) if review else (None, None)
    return SubmittedEvidence(evidence.performed_on, stored_at, verdict, decided_at)


async def evidence_with_reviews(
    session: AsyncSession, occurrence_ids: Iterable[str], until: datetime
) -> dict[str, list[tuple[Evidence, Review | None]]]:
    """The evidence stored by ``until``, by occurrence id, the oldest first; each with its review of today, if any."""
    rows = select(Evidence, Review).outerjoin(Review, col(Review.evidence_id) == col(Evidence.id))
    rows = rows.where(col(Evidence.occurrence_id).in_(set(occurrence_ids)), col(Evidence.stored_at) <= until)
    by_occurrence: dict[str, list[tuple[Evidence, Review | None]]] = {}
    for evidence, review in (await session.exec(rows.order_by(col(Evidence.received_at)))).all():
        by_occurrence.setdefault(evidence.occurrence_id, []).append((evidence, review))
    return by_occurrence
