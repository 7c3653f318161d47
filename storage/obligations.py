"""Obligations: what one person owes by a date. Their ``next_nag_at`` is the whole schedule of reminders."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, term
from storage.locks import locked
from storage.record.recorded import Recorded
from storage.terms import ObligationKind, ObligationState


class Obligation(Recorded, table=True):
    """``subject`` is the id of the noun that the obligation is about.

    The kind tells which noun: ownership, occurrence, policy version, evidence, question, proposal, hand-over, waiver,
    or control (to assign, or to find a stand-in for). A week of reviews has its Monday as ``subject``. ``asked_in`` is
    the key of the delivery that last reminded the person; ``nags`` counts the reminders.
    """

    __tablename__ = "obligation"
    __table_args__ = (UniqueConstraint("kind", "subject", "person_id"),)
    passing: ClassVar[frozenset[str]] = frozenset({"next_nag_at", "asked_in", "nags"})
    id: str = id_field()
    person_id: str = Field(foreign_key="person.id", index=True)
    kind: ObligationKind = term(ObligationKind)
    subject: str = Field(max_length=60, index=True)
    due_on: date
    state: ObligationState = term(ObligationState, ObligationState.OPEN)
    opened_at: datetime
    closed_at: datetime | None = None
    next_nag_at: datetime | None = Field(default=None, index=True)
    asked_in: str | None = Field(default=None, max_length=40, index=True)
    nags: int = 0


async def obligation_for(
    session: AsyncSession, kind: ObligationKind, subject: str, person_id: str, *, to_change: bool = False
) -> Obligation | None:
    rows = select(Obligation).where(
        Obligation.kind == kind, Obligation.subject == subject, Obligation.person_id == person_id
    )
    return (await session.exec(locked(session, rows, to_change=to_change))).first()


async def obligations_about(session: AsyncSession, kind: ObligationKind, subject: str) -> list[Obligation]:
    rows = select(Obligation).where(Obligation.kind == kind, Obligation.subject == subject)
    return list((await session.exec(rows)).all())


async def open_obligations(session: AsyncSession, person_id: str | None = None) -> list[Obligation]:
    """Of one person, or of everyone; the soonest due first."""
    rows = select(Obligation).where(Obligation.state == ObligationState.OPEN)
    if person_id:
        rows = rows.where(Obligation.person_id == person_id)
    rows = rows.order_by(col(Obligation.due_on), col(Obligation.opened_at), col(Obligation.id))
    return list((await session.exec(rows)).all())


async def open_obligations_of_kind(session: AsyncSession, kind: ObligationKind) -> list[Obligation]:
    """Of everyone; the soonest due first."""
    rows = select(Obligation).where(Obligation.kind == kind, Obligation.state == ObligationState.OPEN)
    return list((await session.exec(rows.order_by(col(Obligation.due_on), col(Obligation.id)))).all())


async def obligations_to_nag(session: AsyncSession, as_of: datetime) -> list[Obligation]:
    rows = select(Obligation).where(
        Obligation.state == ObligationState.OPEN, col(Obligation.next_nag_at) <= as_of
    )
    return list((await session.exec(rows.order_by(col(Obligation.next_nag_at)))).all())


async def obligations_asked_in(session: AsyncSession, key: str) -> list[Obligation]:
    rows = select(Obligation).where(Obligation.asked_in == key)
    return list((await session.exec(rows.order_by(col(Obligation.due_on), col(Obligation.id)))).all())


async def obligations_by_id(session: AsyncSession, ids: Iterable[str]) -> dict[str, Obligation]:
    rows = await session.exec(select(Obligation).where(col(Obligation.id).in_(set(ids))))
    return {row.id: row for row in rows.all()}
