"""Obligations: what one person owes by a date. Their ``next_nag_at`` is the whole schedule of reminders."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import ClassVar

from sqlalchemy import ColumnElement, UniqueConstraint, bindparam, literal_column, update
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from storage.columns import id_field, index_of, term
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
        index_of("open_obligation_of_kind", "state = 'open'", "kind"),
        index_of("open_obligation_of_person", "state = 'open'", "person_id"),
        index_of("open_obligation_to_nag", "state = 'open'", "next_nag_at", "person_id"),
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
    next_nag_at: datetime | None = None
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
    rows = select(Obligation).where(_is_open())
    if person_id:
        rows = rows.where(Obligation.person_id == person_id)
    rows = rows.order_by(col(Obligation.due_on), col(Obligation.opened_at), col(Obligation.id))
    return list((await session.exec(rows)).all())


async def open_obligations_of_kind(session: AsyncSession, *kinds: ObligationKind) -> list[Obligation]:
    """Of these kinds, and of everyone; the soonest due first."""
    return list((await session.exec(_open_rows_of(kinds))).all())


async def anyone_to_nag(session: AsyncSession, as_of: datetime) -> bool:
    return (await session.exec(ONE_TO_NAG, params={"as_of": as_of})).first() is not None


async def obligations_to_nag(session: AsyncSession, as_of: datetime, limit: int) -> list[tuple[str, str]]:
    """The ids of obligation and person, the longest due first; locks the rows, and skips rows that others locked."""
    rows = select(Obligation.id, Obligation.person_id).where(_is_open(), col(Obligation.next_nag_at) <= as_of)
    rows = rows.order_by(col(Obligation.next_nag_at), col(Obligation.person_id))
    rows = rows.limit(limit).with_for_update(skip_locked=True)
    return [(obligation_id, person_id) for obligation_id, person_id in (await session.exec(rows)).all()]


async def plan_nags(session: AsyncSession, instants: Mapping[str, datetime]) -> None:
    """When to ask again, by obligation id."""
    if instants:
        rows = [{"row_id": key, "at": at} for key, at in instants.items()]
        await (await session.connection()).execute(PLAN_NAG, rows)


async def next_nag_of_members(session: AsyncSession, after: datetime) -> datetime | None:
    """When somebody who may act is asked next, of all that is planned for later than ``after``."""
    rows = select(Obligation.next_nag_at).join(Person, col(Person.id) == Obligation.person_id)
    rows = rows.where(_is_open(), col(Obligation.next_nag_at) > after, Person.standing == AccountKind.MEMBER)
    return (await session.exec(rows.order_by(col(Obligation.next_nag_at)).limit(1))).first()


async def members_to_nag(session: AsyncSession, as_of: datetime) -> list[Person]:
    """Everyone who may act and should have been asked for something by then."""
    ids = select(Obligation.person_id).where(_is_open(), col(Obligation.next_nag_at) <= as_of)
    rows = select(Person).where(col(Person.id).in_(ids), Person.standing == AccountKind.MEMBER)
    return list((await session.exec(rows)).all())


async def obligations_asked_in(session: AsyncSession, key: str) -> list[Obligation]:
    rows = select(Obligation).where(Obligation.asked_in == key)
    return list((await session.exec(rows.order_by(col(Obligation.due_on), col(Obligation.id)))).all())


async def obligations_by_id(session: AsyncSession, ids: Iterable[str]) -> dict[str, Obligation]:
    rows = await session.exec(select(Obligation).where(col(Obligation.id).in_(set(ids))))
    return {row.id: row for row in rows.all()}


def _is_open() -> ColumnElement[bool]:
    """Spelled out, since a parameter would keep a database from the indexes of open rows."""
    return col(Obligation.state) == literal_column(f"'{ObligationState.OPEN}'")


@cache
def _open_rows_of(kinds: tuple[ObligationKind, ...]) -> SelectOfScalar[Obligation]:
    rows = select(Obligation).where(col(Obligation.kind).in_(kinds), _is_open())
    return rows.order_by(col(Obligation.due_on), col(Obligation.id))


# Built once, since building them takes longer than running them.
ONE_TO_NAG = (
    select(Obligation.id).where(_is_open(), col(Obligation.next_nag_at) <= bindparam("as_of")).limit(1)
)
PLAN_NAG = (
    update(Obligation).where(col(Obligation.id) == bindparam("row_id")).values(next_nag_at=bindparam("at"))
)
