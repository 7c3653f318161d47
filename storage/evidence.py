"""Scheduled performances of controls, and the files and statements that owners submitted for them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import ClassVar, Protocol

from sqlalchemy import ColumnElement, Index, Text, UniqueConstraint, text
from sqlmodel import Field, and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, index_of, term
from storage.locks import locked, row_by_key
from storage.record.entries import canonical
from storage.record.recorded import Recorded
from storage.terms import EvidenceKind, EvidenceState, OccurrenceState

AWAITED = (OccurrenceState.OPEN, OccurrenceState.REJECTED)
"""The states in which an occurrence waits for its owner: no evidence yet, or a lead rejected it."""
AWAITED_ROWS = "state IN ('open', 'rejected')"


class Occurrence(Recorded, table=True):
    """One scheduled performance of a control. A missed one stays; ``due_on`` never moves with completion.

    An occurrence that an event set off has its ``trigger_id``, and the day of the event as its period. ``waiver_id``
    and ``waived_at`` tell of the waiver that covers the occurrence now; `storage.waivers` has earlier waivers too.
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("control_id", "trigger_id", name="uq_occurrence_trigger"),
        Index(
            "uq_occurrence_period",
            "control_id",
            "starts_on",
            "ends_on",
            unique=True,
            sqlite_where=text("trigger_id IS NULL"),
            postgresql_where=text("trigger_id IS NULL"),
        ),
        index_of("awaited_occurrence", AWAITED_ROWS, "due_on"),
        Index(
            "ix_occurrence_window",
            *("ends_on", "control_id", "state", "grace_days", "due_on", "performed_on", "label"),
        ),
    )
    id: str = id_field()
    control_id: str = Field(foreign_key="control.id", index=True)
    label: str = Field(max_length=60)
    starts_on: date
    ends_on: date
    due_on: date = Field(index=True)
    grace_days: int
    state: OccurrenceState = term(OccurrenceState, OccurrenceState.OPEN, index=True)
    performed_on: date | None = None
    scheduled_at: datetime
    waived_at: datetime | None = None
    waiver_id: str | None = Field(default=None, max_length=24)
    withdrawn_at: datetime | None = None
    trigger_id: str | None = Field(default=None, foreign_key="trigger.id", index=True)


class Evidence(Recorded, table=True):
    """A file or a statement for an occurrence. ``performed_on`` is the owner's word, ``received_at`` our clock.

    ``sha256`` names the stored bytes; ``name`` is only what the owner called the file. A statement has no file: its
    ``sha256`` is that of its words, and Slack's columns (``slack_file_id``, ``declared_…``) are empty. The full
    listing of a population has ``item_count`` items. ``query`` is how the owner produced the listing (system, query
    and filters in their words), and ``as_of`` the instant at which the listing was complete.
    """

    __tablename__ = "evidence"
    personal: ClassVar[frozenset[str]] = frozenset({"name", "note", "refusal", "query"})
    passing: ClassVar[frozenset[str]] = frozenset({"lease_until", "attempt"})
    id: str = id_field()
    occurrence_id: str = Field(foreign_key="occurrence.id", index=True)
    submitted_by: str = Field(foreign_key="person.id")
    kind: EvidenceKind = term(EvidenceKind, EvidenceKind.FILE)
    state: EvidenceState = term(EvidenceState, EvidenceState.FETCHING, index=True)
    slack_file_id: str = Field(max_length=40)
    name: str
    declared_size: int
    declared_type: str
    note: str | None = Field(default=None, sa_type=Text)
    item_count: int | None = None
    query: str | None = Field(default=None, sa_type=Text)
    as_of: datetime | None = None
    performed_on: date
    received_at: datetime
    stored_at: datetime | None = None
    sha256: str | None = Field(default=None, max_length=64)
    size: int | None = None
    refusal: str | None = None
    lease_until: datetime | None = None
    attempt: int = 0

    @property
    def is_statement(self) -> bool:
        return self.kind is EvidenceKind.STATEMENT


class StatementWords(Protocol):
    """The columns of `Evidence` that make up a statement, in a loaded noun or in a plain row."""

    id: str
    occurrence_id: str
    submitted_by: str
    item_count: int | None
    query: str | None
    as_of: datetime | None
    performed_on: date
    received_at: datetime


def statement_hash(statement: StatementWords) -> str:
    """SHA-256, in hex, of a statement's words in the record's canonical JSON."""
    words = {name: getattr(statement, name) for name in StatementWords.__annotations__}
    return sha256(canonical(words).encode()).hexdigest()


async def occurrence(
    session: AsyncSession, occurrence_id: str, *, to_change: bool = False
) -> Occurrence | None:
    return await row_by_key(session, Occurrence, occurrence_id, to_change=to_change)


async def occurrences_at(session: AsyncSession, until: datetime) -> list[Occurrence]:
    """The occurrences that counted at the instant ``until``, the soonest due first."""
    rows = select(Occurrence).where(_counted_at(until))
    rows = rows.order_by(col(Occurrence.due_on), col(Occurrence.control_id))
    return list((await session.exec(rows)).all())


async def all_occurrences(session: AsyncSession) -> list[Occurrence]:
    """Of every control, withdrawn occurrences too."""
    return list((await session.exec(select(Occurrence))).all())


async def occurrences_ever(session: AsyncSession, control_ids: Sequence[str]) -> list[Occurrence]:
    """Of these controls, withdrawn occurrences too, in the order in which every verb locks them; locks the rows."""
    rows = select(Occurrence).where(col(Occurrence.control_id).in_(control_ids))
    rows = rows.order_by(col(Occurrence.ends_on), col(Occurrence.id))
    return list((await session.exec(locked(session, rows))).all())


async def occurrence_ids_with_evidence(session: AsyncSession) -> set[str]:
    """The ids of occurrences with any submission, other than files that we could not use."""
    rows = select(Evidence.occurrence_id).where(Evidence.state != EvidenceState.REFUSED)
    return set((await session.exec(rows.distinct())).all())


async def occurrences_by_id(session: AsyncSession, ids: Iterable[str]) -> dict[str, Occurrence]:
    if not (wanted := set(ids)):
        return {}
    rows = await session.exec(select(Occurrence).where(col(Occurrence.id).in_(wanted)))
    return {row.id: row for row in rows.all()}


async def awaited_occurrences(session: AsyncSession, until: date) -> list[Occurrence]:
    """The occurrences that wait for their owner and are due on or before ``until``, the soonest due first."""
    rows = select(Occurrence).where(text(AWAITED_ROWS), Occurrence.due_on <= until)
    return list((await session.exec(rows.order_by(col(Occurrence.due_on)))).all())


async def occurrence_ids_being_fetched(session: AsyncSession, occurrence_ids: Iterable[str]) -> set[str]:
    """The ids of these occurrences for which we are still fetching a file from Slack."""
    return await _with_evidence(session, occurrence_ids, EvidenceState.FETCHING)


async def occurrence_ids_ever_rejected(session: AsyncSession, occurrence_ids: Iterable[str]) -> set[str]:
    """The ids of these occurrences for which a lead ever rejected evidence."""
    return await _with_evidence(session, occurrence_ids, EvidenceState.REJECTED)


async def evidence(session: AsyncSession, evidence_id: str, *, to_change: bool = False) -> Evidence | None:
    return await row_by_key(session, Evidence, evidence_id, to_change=to_change)


async def evidence_of(session: AsyncSession, occurrence_id: str) -> list[Evidence]:
    """Oldest first."""
    rows = select(Evidence).where(Evidence.occurrence_id == occurrence_id).order_by(col(Evidence.received_at))
    return list((await session.exec(rows)).all())


async def newest_evidence(session: AsyncSession, occurrence_ids: Iterable[str]) -> dict[str, Evidence]:
    """The latest submission of each occurrence."""
    rows = select(Evidence).where(col(Evidence.occurrence_id).in_(set(occurrence_ids)))
    oldest_first = (await session.exec(rows.order_by(col(Evidence.received_at)))).all()
    return {row.occurrence_id: row for row in oldest_first}


async def submitter_ids_of_fetches(session: AsyncSession) -> dict[str, str]:
    """Occurrence id → the id of the person whose file for that occurrence we are fetching."""
    rows = select(Evidence.occurrence_id, Evidence.submitted_by).where(
        Evidence.state == EvidenceState.FETCHING
    )
    return dict((await session.exec(rows)).all())


async def anything_to_fetch(session: AsyncSession, real_now: datetime) -> bool:
    rows = (
        select(Evidence.id).where(Evidence.state == EvidenceState.FETCHING, _without_lease(real_now)).limit(1)
    )
    return (await session.exec(rows)).first() is not None


async def evidence_to_fetch(session: AsyncSession, real_now: datetime, limit: int) -> list[Evidence]:
    """Promised files without a lease, the oldest first; locks the rows, and skips rows that others have locked."""
    rows = select(Evidence).where(Evidence.state == EvidenceState.FETCHING, _without_lease(real_now))
    rows = rows.order_by(col(Evidence.received_at)).limit(limit).with_for_update(skip_locked=True)
    return list((await session.exec(rows)).all())


async def evidence_of_attempt(session: AsyncSession, evidence_id: str, attempt: int) -> Evidence | None:
    """The promised file, locked; None when another worker has taken over, or the file is no longer awaited."""
    rows = select(Evidence).where(
        Evidence.id == evidence_id, Evidence.attempt == attempt, Evidence.state == EvidenceState.FETCHING
    )
    return (await session.exec(rows.with_for_update())).first()


async def release_fetches(session: AsyncSession) -> None:
    """Free every promised file. Only for the start of the only process, when no worker can be fetching."""
    rows = select(Evidence).where(Evidence.state == EvidenceState.FETCHING)
    for row in (await session.exec(rows)).all():
        row.lease_until = None
        session.add(row)


async def next_due_after(session: AsyncSession, day: date) -> date | None:
    """The soonest due date after ``day`` of any occurrence that waits for its owner."""
    rows = select(func.min(Occurrence.due_on)).where(text(AWAITED_ROWS), Occurrence.due_on > day)
    return (await session.exec(rows)).one()


async def count_ever_scheduled(
    session: AsyncSession, control_ids: Iterable[str], starts_on: date, ends_on: date, until: datetime
) -> int:
    """How many occurrences of these controls, with a period that ends within the window, were scheduled by ``until``.

    Withdrawn occurrences count too: when one is scheduled again, its row no longer tells that it was withdrawn.
    """
    rows = select(func.count()).where(
        col(Occurrence.scheduled_at) <= until,
        col(Occurrence.control_id).in_(set(control_ids)),
        Occurrence.ends_on >= starts_on,
        Occurrence.ends_on <= ends_on,
    )
    return (await session.exec(rows)).one()


async def occurrence_ids_over_before(
    session: AsyncSession, day: date, starts_on: date, ends_on: date, until: datetime
) -> dict[tuple[str, bool], list[str]]:
    """The ids of occurrences that counted at ``until`` and whose period ends within the window and before ``day``.

    The key is the control's id, and whether an event set the occurrences off.
    """
    rows = select(Occurrence.control_id, Occurrence.trigger_id, Occurrence.id).where(
        _counted_at(until),
        Occurrence.ends_on >= starts_on,
        Occurrence.ends_on <= ends_on,
        Occurrence.ends_on < day,
    )
    ids: dict[tuple[str, bool], list[str]] = {}
    for control_id, trigger_id, occurrence_id in (await session.exec(rows)).all():
        ids.setdefault((control_id, trigger_id is not None), []).append(occurrence_id)
    return ids


async def next_due_of(session: AsyncSession, control_id: str, day: date) -> date | None:
    """The soonest due date, on or after ``day``, on which this control's owner owes evidence."""
    rows = select(func.min(Occurrence.due_on)).where(
        Occurrence.control_id == control_id,
        col(Occurrence.state).in_(AWAITED),
        Occurrence.due_on >= day,
    )
    return (await session.exec(rows)).one()


async def _with_evidence(
    session: AsyncSession, occurrence_ids: Iterable[str], state: EvidenceState
) -> set[str]:
    rows = select(Evidence.occurrence_id).where(
        col(Evidence.occurrence_id).in_(set(occurrence_ids)), Evidence.state == state
    )
    return set((await session.exec(rows.distinct())).all())


def _counted_at(instant: datetime) -> ColumnElement[bool]:
    """Scheduled by this instant, and not withdrawn by then."""
    return and_(
        col(Occurrence.scheduled_at) <= instant,
        or_(col(Occurrence.withdrawn_at).is_(None), col(Occurrence.withdrawn_at) > instant),
    )


def _without_lease(real_now: datetime) -> ColumnElement[bool]:
    return or_(col(Evidence.lease_until).is_(None), col(Evidence.lease_until) <= real_now)
