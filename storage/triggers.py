"""Triggers: events that set off controls, such as a joiner, a change or an incident. People read "event"."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, term
from storage.evidence import Occurrence
from storage.locks import locked, row_by_key
from storage.record.recorded import Recorded
from storage.terms import TriggerKind, TriggerSource


class Trigger(Recorded, table=True):
    """An event, on a date in the company's zone. ``number`` counts the events of its kind.

    ``what`` says in people's words who or what the event was about; ``reference`` identifies the same event when it is
    reported again, such as a ticket's number. An event about a Slack account has ``person_id``. ``raised_by`` is the
    person who reported the event, or "setup" for an event that Slack told us. With ``discovered`` the event happened
    on ``happened_on`` or before.
    """

    __tablename__ = "trigger"
    __table_args__ = (
        UniqueConstraint("kind", "number"),
        Index(
            "uq_trigger_reference",
            "kind",
            "reference",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )
    personal: ClassVar[frozenset[str]] = frozenset({"what", "reference", "reason"})
    id: str = id_field()
    kind: TriggerKind = term(TriggerKind)
    number: int
    happened_on: date = Field(index=True)
    what: str = Field(sa_type=Text)
    reference: str | None = Field(default=None, max_length=60)
    person_id: str | None = Field(default=None, foreign_key="person.id", max_length=40)
    source: TriggerSource = term(TriggerSource)
    discovered: bool = False
    raised_by: str = Field(max_length=40)
    raised_at: datetime
    withdrawn_by: str | None = Field(default=None, max_length=40)
    withdrawn_at: datetime | None = None
    reason: str | None = Field(default=None, sa_type=Text)


async def trigger(session: AsyncSession, trigger_id: str, *, to_change: bool = False) -> Trigger | None:
    return await row_by_key(session, Trigger, trigger_id, to_change=to_change)


async def trigger_of(session: AsyncSession, occurrence: Occurrence) -> Trigger | None:
    """The event that set the occurrence off; None for an occurrence of the calendar."""
    return await session.get(Trigger, occurrence.trigger_id) if occurrence.trigger_id else None


async def triggers(session: AsyncSession, kinds: Iterable[TriggerKind] = tuple(TriggerKind)) -> list[Trigger]:
    """Events of these kinds, withdrawn events too, the latest first."""
    rows = select(Trigger).where(col(Trigger.kind).in_(tuple(kinds)))
    rows = rows.order_by(col(Trigger.happened_on).desc(), col(Trigger.raised_at).desc(), col(Trigger.id))
    return list((await session.exec(rows)).all())


async def triggers_by_id(session: AsyncSession, ids: Iterable[str]) -> dict[str, Trigger]:
    rows = await session.exec(select(Trigger).where(col(Trigger.id).in_(set(ids))))
    return {row.id: row for row in rows.all()}


async def next_trigger_number(session: AsyncSession, kind: TriggerKind) -> int:
    """One more than the highest number of this kind; the numbers of withdrawn events are not reused."""
    rows = select(func.max(Trigger.number)).where(Trigger.kind == kind)
    return ((await session.exec(rows)).one() or 0) + 1


async def count_triggers_about(session: AsyncSession, kind: TriggerKind, person_id: str) -> int:
    rows = select(func.count()).where(Trigger.kind == kind, Trigger.person_id == person_id)
    return (await session.exec(rows)).one()


async def count_triggers(
    session: AsyncSession, kinds: Iterable[TriggerKind], starts_on: date, ends_on: date
) -> int:
    """How many events of these kinds happened in the period, without withdrawn events."""
    rows = select(func.count()).where(
        col(Trigger.kind).in_(tuple(kinds)),
        Trigger.happened_on >= starts_on,
        Trigger.happened_on <= ends_on,
        col(Trigger.withdrawn_at).is_(None),
    )
    return (await session.exec(rows)).one()


async def occurrences_set_off_by(session: AsyncSession, trigger_id: str) -> list[Occurrence]:
    """The event's occurrences in the order in which every verb locks them; locks the rows."""
    rows = select(Occurrence).where(Occurrence.trigger_id == trigger_id)
    rows = rows.order_by(col(Occurrence.ends_on), col(Occurrence.id))
    return list((await session.exec(locked(session, rows))).all())
