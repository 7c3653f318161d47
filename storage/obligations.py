"""Obligations: what one person owes by a date. Their ``next_nag_at`` is the whole schedule of reminders."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import ColumnElement, UniqueConstraint
from sqlmodel import Field, col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, is_one_of, partial_index, term
from storage.locks import locked
from storage.people import Person
from storage.record.recorded import Recorded
from storage.terms import AccountKind, ObligationKind, ObligationState


class Obligation(Recorded, table=True):
    """``subject`` is the id of the noun that the obligation is about.

    The kind tells which noun: ownership, occurrence, policy version, evidence, question, proposal, hand-over, waiver,
    or control (to assign, or to find a stand-in for). A week of reviews has its Monday as ``subject``. ``asked_in`` is
    the key of the delivery that last reminded the person; ``nags`` counts the reminders.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "person_id"),
        partial_index("ix_obligation_open", "kind", where="state = 'open'"),
    )
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


class ReminderDue(NamedTuple):
    """An open obligation whose reminder is due, and where its person is (an IANA name)."""

    obligation_id: str
    person_id: str
    zone: str


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


async def open_obligations_of_kind(session: AsyncSession, *kinds: ObligationKind) -> list[Obligation]:
    """Of everyone; the soonest due first."""
    rows = select(Obligation).where(
        col(Obligation.kind).in_(kinds), is_one_of(col(Obligation.state), ObligationState.OPEN)
    )
    return list((await session.exec(rows.order_by(col(Obligation.due_on), col(Obligation.id)))).all())


async def zones_to_nag(session: AsyncSession, as_of: datetime) -> list[str]:
    """Where the people are whose reminder is due."""
    rows = _to_nag(select(col(Person.zone)), as_of)
    return sorted((await session.exec(rows.distinct())).all())


async def reminders_due(
    session: AsyncSession, as_of: datetime, zones: Iterable[str], except_for: Iterable[str], limit: int
) -> list[ReminderDue]:
    """Of people in these zones, one person's after the other."""
    rows = _to_nag(select(Obligation.id, Obligation.person_id, Person.zone), as_of)
    rows = rows.where(col(Person.zone).in_(zones), col(Person.id).not_in(except_for))
    rows = rows.order_by(col(Obligation.person_id), col(Obligation.id)).limit(limit)
    return [ReminderDue(*row) for row in (await session.exec(rows)).all()]


async def plan_reminders(session: AsyncSession, ids: Iterable[str], next_nag_at: datetime) -> None:
    rows = update(Obligation).where(col(Obligation.id).in_(ids), _is_open()).values(next_nag_at=next_nag_at)
    await session.exec(rows, execution_options={"synchronize_session": False})


async def next_reminder_after(session: AsyncSession, now: datetime) -> datetime | None:
    """The soonest planned reminder of anybody that is still to come."""
    rows = select(func.min(Obligation.next_nag_at)).join(Person, col(Person.id) == Obligation.person_id)
    rows = rows.where(_is_open(), col(Obligation.next_nag_at) > now, Person.standing == AccountKind.MEMBER)
    return (await session.exec(rows)).one()


async def people_to_nag(session: AsyncSession, as_of: datetime) -> list[tuple[str, str]]:
    """Id and zone of each person whose reminder was due by then."""
    rows = _to_nag(select(Person.id, Person.zone), as_of).distinct()
    return [(person_id, zone) for person_id, zone in (await session.exec(rows)).all()]


def _to_nag(rows: Any, as_of: datetime) -> Any:
    rows = rows.join(Obligation, col(Obligation.person_id) == col(Person.id)).select_from(Person)
    return rows.where(_is_open(), col(Obligation.next_nag_at) <= as_of, Person.standing == AccountKind.MEMBER)


def _is_open() -> ColumnElement[bool]:
    return is_one_of(col(Obligation.state), ObligationState.OPEN)


async def obligations_asked_in(session: AsyncSession, key: str) -> list[Obligation]:
    rows = select(Obligation).where(Obligation.asked_in == key)
    return list((await session.exec(rows.order_by(col(Obligation.due_on), col(Obligation.id)))).all())


async def obligations_by_id(session: AsyncSession, ids: Iterable[str]) -> dict[str, Obligation]:
    rows = await session.exec(select(Obligation).where(col(Obligation.id).in_(set(ids))))
    return {row.id: row for row in rows.all()}
