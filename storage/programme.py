"""What the company is examined on: controls, examinations, and the reviews of starter answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import JSON, Text
from sqlalchemy import select as select_columns
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import TermColumn, term
from storage.locks import locked, row_by_key
from storage.narrow import narrow_rows
from storage.record.recorded import Recorded
from storage.terms import Cadence, Category, ReportKind, ReportType, TriggerKind


class Control(Recorded, table=True):
    """A control as adopted. ``due_days`` count from the period's end; ``grace_days`` from the due date.

    ``sla_days`` count from an event of the kind ``triggered_by``; only a control with the cadence on event has them.
    ``population_of`` names the full listing from which an auditor draws samples. ``requests`` are the numbers of the
    typical auditor's requests that the control serves.
    """

    __tablename__ = "control"
    id: str = Field(primary_key=True, max_length=40)
    title: str
    does: str = Field(sa_type=Text)
    why: str = Field(sa_type=Text)
    owner_role: str
    cadence: Cadence = term(Cadence)
    due_days: int
    grace_days: int
    sla_days: int | None = None
    evidence: str = Field(sa_type=Text)
    population_of: str | None = Field(default=None, sa_type=Text)
    criteria: list[str] = Field(default_factory=list, sa_type=JSON)
    objectives: list[str] = Field(default_factory=list, sa_type=JSON)
    checklist: int | None = None
    requests: list[int] = Field(default_factory=list, sa_type=JSON)
    triggered_by: TriggerKind | None = Field(default=None, sa_type=TermColumn(TriggerKind))


class Examination(Recorded, table=True):
    """A SOC examination: Type 1 has ``as_of``, Type 2 has ``starts_on`` and ``ends_on`` (both inclusive)."""

    __tablename__ = "examination"
    id: str = Field(primary_key=True, max_length=40)
    title: str
    kind: ReportKind = term(ReportKind)
    type: ReportType = term(ReportType)
    as_of: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    categories: list[Category] = Field(default_factory=list, sa_type=JSON)


class EntryReview(Recorded, table=True):
    """A lead has confirmed that the exact text of a knowledge entry is right for this company."""

    __tablename__ = "entry_review"
    entry_id: str = Field(primary_key=True, max_length=120)
    text_hash: str = Field(primary_key=True, max_length=64)
    version: int
    reviewed_by: str = Field(max_length=40)
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class ControlScope:
    """The columns of a control that tell which examinations look at it, and what its criteria are."""

    id: str
    title: str
    cadence: Cadence
    criteria: list[str]
    objectives: list[str]


async def control(session: AsyncSession, control_id: str, *, to_change: bool = False) -> Control | None:
    """``to_change`` locks the row, and with it who owns the control, until the transaction ends."""
    return await row_by_key(session, Control, control_id, to_change=to_change)


async def controls(session: AsyncSession, *, to_change: bool = False) -> list[Control]:
    rows = select(Control).order_by(Control.id)
    return list((await session.exec(locked(session, rows, to_change=to_change))).all())


async def control_ids(session: AsyncSession) -> list[str]:
    return list((await session.exec(select(Control.id))).all())


async def control_scopes(session: AsyncSession) -> list[ControlScope]:
    """Of every control, by id."""
    columns = (Control.id, Control.title, Control.cadence, Control.criteria, Control.objectives)
    rows = select_columns(*map(col, columns)).order_by(col(Control.id))
    return [ControlScope(*row) for row in await narrow_rows(session, rows)]


async def controls_by_id(session: AsyncSession, ids: Iterable[str]) -> dict[str, Control]:
    rows = await session.exec(select(Control).where(col(Control.id).in_(set(ids))))
    return {row.id: row for row in rows.all()}


async def examinations(session: AsyncSession) -> list[Examination]:
    return list((await session.exec(select(Examination).order_by(Examination.id))).all())


async def examination(
    session: AsyncSession, examination_id: str, *, to_change: bool = False
) -> Examination | None:
    return await row_by_key(session, Examination, examination_id, to_change=to_change)


async def entry_review(session: AsyncSession, entry_id: str, text_hash: str) -> EntryReview | None:
    return await session.get(EntryReview, (entry_id, text_hash))


async def entry_reviews(session: AsyncSession) -> list[EntryReview]:
    return list((await session.exec(select(EntryReview))).all())


async def reviewed_entries(session: AsyncSession) -> set[tuple[str, str]]:
    """The entry id and text hash of each review."""
    return {(row.entry_id, row.text_hash) for row in await entry_reviews(session)}
