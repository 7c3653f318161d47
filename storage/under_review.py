"""Who looked at what was handed in, what was decided on it, and what it counted for at an instant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Text
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, term
from storage.evidence import Evidence
from storage.record.recorded import Recorded
from storage.terms import EvidenceState, Verdict


class Viewing(Recorded, table=True):
    """The stored copy reached this person's DM, or they opened the statement; only then may they judge it."""

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
    """Evidence that was stored, and what became of it; no verdict while it is under review."""

    performed_on: date
    stored_at: datetime
    verdict: Verdict | None = None
    decided_at: datetime | None = None


async def evidence_to_review(session: AsyncSession) -> list[Evidence]:
    rows = (
        select(Evidence).where(Evidence.state == EvidenceState.SUBMITTED).order_by(col(Evidence.received_at))
    )
    return list((await session.exec(rows)).all())


async def viewing(session: AsyncSession, evidence_id: str, person_id: str) -> Viewing | None:
    return await session.get(Viewing, (evidence_id, person_id))


async def review_of(session: AsyncSession, evidence_id: str) -> Review | None:
    return (await session.exec(select(Review).where(Review.evidence_id == evidence_id))).first()


async def submissions(session: AsyncSession, until: datetime) -> dict[str, list[SubmittedEvidence]]:
    """What had been stored for each occurrence by then, with what was decided on it since."""
    rows = select(Evidence, Review).outerjoin(Review, col(Review.evidence_id) == col(Evidence.id))
    rows = rows.where(col(Evidence.stored_at) <= until).order_by(col(Evidence.received_at))
    found: dict[str, list[SubmittedEvidence]] = {}
    for given, review in (await session.exec(rows)).all():
        if given.stored_at:
            told = submission_of(given, review, given.stored_at)
            found.setdefault(given.occurrence_id, []).append(told)
    return found


def submission_of(given: Evidence, review: Review | None, stored_at: datetime) -> SubmittedEvidence:
    decided = (review.verdict, review.at) if review else (None, None)
    return SubmittedEvidence(given.performed_on, stored_at, *decided)


async def judged_evidence(
    session: AsyncSession, occurrence_ids: Iterable[str], until: datetime
) -> dict[str, list[tuple[Evidence, Review | None]]]:
    """What had been stored for each of these occurrences by then, oldest first, each with its review if any."""
    rows = select(Evidence, Review).outerjoin(Review, col(Review.evidence_id) == col(Evidence.id))
    rows = rows.where(col(Evidence.occurrence_id).in_(set(occurrence_ids)), col(Evidence.stored_at) <= until)
    found: dict[str, list[tuple[Evidence, Review | None]]] = {}
    for given, review in (await session.exec(rows.order_by(col(Evidence.received_at)))).all():
        found.setdefault(given.occurrence_id, []).append((given, review))
    return found
