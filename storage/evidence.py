"""Scheduled performances of controls, what was submitted for them, who opened it and who judged it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ColumnElement, Text, UniqueConstraint
from sqlmodel import Field, and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, term
from storage.locks import held_here
from storage.record import Recorded
from storage.terms import EvidenceState, OccurrenceState, Verdict


class Occurrence(Recorded, table=True):
    """One scheduled performance of a control. A missed one stays; ``due_on`` never moves with completion.

    ``scheduled_at`` is when it was listed; it is empty for those that were listed before this was kept.
    """

    __tablename__ = "occurrence"
    __table_args__ = (UniqueConstraint("control_id", "starts_on", "ends_on"),)
    id: str = id_field()
    control_id: str = Field(foreign_key="control.id", index=True)
    label: str = Field(max_length=60)
    starts_on: date
    ends_on: date
    due_on: date = Field(index=True)
    grace_days: int
    state: OccurrenceState = term(OccurrenceState, OccurrenceState.OPEN, index=True)
    performed_on: date | None = None
    scheduled_at: datetime | None = None
    waived_at: datetime | None = None
    withdrawn_at: datetime | None = None


class Evidence(Recorded, table=True):
    """A file for an occurrence. ``performed_on`` is the owner's statement, ``received_at`` our clock: two facts.

    The stored bytes are named by ``sha256``; ``name`` is only what the owner called them.
    """

    __tablename__ = "evidence"
    personal: ClassVar[frozenset[str]] = frozenset({"name", "note", "refusal"})
    passing: ClassVar[frozenset[str]] = frozenset({"lease_until", "attempt"})
    id: str = id_field()
    occurrence_id: str = Field(foreign_key="occurrence.id", index=True)
    submitted_by: str = Field(foreign_key="person.id")
    state: EvidenceState = term(EvidenceState, EvidenceState.FETCHING, index=True)
    slack_file_id: str = Field(max_length=40)
    name: str
    declared_size: int
    declared_type: str
    note: str | None = Field(default=None, sa_type=Text)
    performed_on: date
    received_at: datetime
    stored_at: datetime | None = None
    sha256: str | None = Field(default=None, max_length=64)
    size: int | None = None
    refusal: str | None = None
    lease_until: datetime | None = None
    attempt: int = 0


class Viewing(Recorded, table=True):
    """The stored copy reached this person's DM; only then may they judge it."""

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
class Submission:
    """Evidence that was stored, and what became of it; no verdict while it is under review."""

    performed_on: date
    stored_at: datetime
    verdict: Verdict | None = None
    decided_at: datetime | None = None


async def occurrence(
    session: AsyncSession, occurrence_id: str, *, to_change: bool = False
) -> Occurrence | None:
    return await session.get(
        Occurrence, occurrence_id, with_for_update=held_here(session, to_change=to_change) or None
    )


async def occurrences(session: AsyncSession, until: datetime) -> list[Occurrence]:
    """Those that were listed by then, the soonest due first."""
    rows = select(Occurrence).where(_listed(until))
    rows = rows.order_by(col(Occurrence.due_on), col(Occurrence.control_id))
    return list((await session.exec(rows)).all())


async def all_occurrences(session: AsyncSession) -> list[Occurrence]:
    """Whatever was scheduled of any control, withdrawn ones too."""
    return list((await session.exec(select(Occurrence))).all())


async def occurrences_ever(session: AsyncSession, control_ids: Sequence[str]) -> list[Occurrence]:
    """What was ever scheduled of these controls, withdrawn ones too, in order; held while a verb decides on them."""
    rows = select(Occurrence).where(col(Occurrence.control_id).in_(control_ids))
    rows = rows.order_by(col(Occurrence.ends_on), col(Occurrence.id))
    if held_here(session, to_change=True):
        rows = rows.with_for_update()
    return list((await session.exec(rows)).all())


async def evidenced(session: AsyncSession) -> set[str]:
    """The ids of occurrences for which anything was ever handed in."""
    return set((await session.exec(select(Evidence.occurrence_id).distinct())).all())


async def occurrences_to_ask(session: AsyncSession, until: date) -> list[Occurrence]:
    """Open occurrences whose due date is on or before ``until``."""
    rows = select(Occurrence).where(Occurrence.state == OccurrenceState.OPEN, Occurrence.due_on <= until)
    return list((await session.exec(rows.order_by(col(Occurrence.due_on)))).all())


async def evidence(session: AsyncSession, evidence_id: str, *, to_change: bool = False) -> Evidence | None:
    return await session.get(
        Evidence, evidence_id, with_for_update=held_here(session, to_change=to_change) or None
    )


async def evidence_of(session: AsyncSession, occurrence_id: str) -> list[Evidence]:
    """Oldest first."""
    rows = select(Evidence).where(Evidence.occurrence_id == occurrence_id).order_by(col(Evidence.received_at))
    return list((await session.exec(rows)).all())


async def newest_evidence(session: AsyncSession, occurrence_ids: Iterable[str]) -> dict[str, Evidence]:
    """The latest submission of each occurrence."""
    rows = select(Evidence).where(col(Evidence.occurrence_id).in_(set(occurrence_ids)))
    found = (await session.exec(rows.order_by(col(Evidence.received_at)))).all()
    return {row.occurrence_id: row for row in found}


async def submissions(session: AsyncSession, until: datetime) -> dict[str, list[Submission]]:
    """What had been stored for each occurrence by then, with what was decided on it since."""
    rows = select(Evidence, Review).outerjoin(Review, col(Review.evidence_id) == col(Evidence.id))
    rows = rows.where(col(Evidence.stored_at) <= until).order_by(col(Evidence.received_at))
    found: dict[str, list[Submission]] = {}
    for given, review in (await session.exec(rows)).all():
        if given.stored_at:
            decided = (review.verdict, review.at) if review else (None, None)
            told = Submission(given.performed_on, given.stored_at, *decided)
            found.setdefault(given.occurrence_id, []).append(told)
    return found


async def evidence_to_review(session: AsyncSession) -> list[Evidence]:
    rows = (
        select(Evidence).where(Evidence.state == EvidenceState.SUBMITTED).order_by(col(Evidence.received_at))
    )
    return list((await session.exec(rows)).all())


async def anything_to_fetch(session: AsyncSession, real_now: datetime) -> bool:
    rows = select(Evidence.id).where(Evidence.state == EvidenceState.FETCHING, _free(real_now)).limit(1)
    return (await session.exec(rows)).first() is not None


async def evidence_to_fetch(session: AsyncSession, real_now: datetime, limit: int) -> list[Evidence]:
    """Promised files that no worker holds, locked for this transaction."""
    rows = select(Evidence).where(Evidence.state == EvidenceState.FETCHING, _free(real_now))
    rows = rows.order_by(col(Evidence.received_at)).limit(limit).with_for_update(skip_locked=True)
    return list((await session.exec(rows)).all())


async def viewing(session: AsyncSession, evidence_id: str, person_id: str) -> Viewing | None:
    return await session.get(Viewing, (evidence_id, person_id))


async def review_of(session: AsyncSession, evidence_id: str) -> Review | None:
    return (await session.exec(select(Review).where(Review.evidence_id == evidence_id))).first()


async def held_evidence(session: AsyncSession, evidence_id: str, attempt: int) -> Evidence | None:
    """The promised file, if this attempt still holds it."""
    rows = select(Evidence).where(
        Evidence.id == evidence_id, Evidence.attempt == attempt, Evidence.state == EvidenceState.FETCHING
    )
    return (await session.exec(rows.with_for_update())).first()


async def release_fetches(session: AsyncSession) -> None:
    """At the start of the only process: nobody is fetching any more."""
    rows = select(Evidence).where(Evidence.state == EvidenceState.FETCHING)
    for row in (await session.exec(rows)).all():
        row.lease_until = None
        session.add(row)


async def next_due_after(session: AsyncSession, day: date) -> date | None:
    """The soonest due date of an open occurrence that is after ``day``."""
    rows = select(func.min(Occurrence.due_on)).where(
        Occurrence.state == OccurrenceState.OPEN, Occurrence.due_on > day
    )
    return (await session.exec(rows)).one()


async def count_ever_scheduled(
    session: AsyncSession, control_ids: Iterable[str], starts_on: date, ends_on: date, until: datetime
) -> int:
    """How many occurrences of these controls were scheduled by then, for a period that ends within the window.

    Withdrawn ones count too: of one that was asked for again, its row does not tell that it was withdrawn.
    """
    rows = select(func.count()).where(
        _scheduled(until),
        col(Occurrence.control_id).in_(set(control_ids)),
        Occurrence.ends_on >= starts_on,
        Occurrence.ends_on <= ends_on,
    )
    return (await session.exec(rows)).one()


async def next_due_of(session: AsyncSession, control_id: str, day: date) -> date | None:
    """When evidence of this control is due next, on or after ``day``."""
    rows = select(func.min(Occurrence.due_on)).where(
        Occurrence.control_id == control_id,
        Occurrence.state == OccurrenceState.OPEN,
        Occurrence.due_on >= day,
    )
    return (await session.exec(rows)).one()


def _listed(until: datetime) -> ColumnElement[bool]:
    """Scheduled by then, and withdrawn later if at all."""
    return and_(
        _scheduled(until),
        or_(col(Occurrence.withdrawn_at).is_(None), col(Occurrence.withdrawn_at) > until),
    )


def _scheduled(until: datetime) -> ColumnElement[bool]:
    return or_(col(Occurrence.scheduled_at).is_(None), col(Occurrence.scheduled_at) <= until)


def _free(real_now: datetime) -> ColumnElement[bool]:
    return or_(col(Evidence.lease_until).is_(None), col(Evidence.lease_until) <= real_now)
