"""When people are away. We ask nobody why, and store no reason."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, index_of
from storage.locks import row_by_key
from storage.record.recorded import Recorded

DAY = timedelta(days=1)


class Leave(Recorded, table=True):
    """From the first to the last day, both included, in the person's own zone.

    A leave that was ended early, cancelled, or merged into a longer leave has ``ended_at``, and counted until then.
    The record keeps the dates readable: they tell who answered for a control, and why we did not ask a person.
    """

    __tablename__ = "leave"
    __table_args__ = (index_of("leave_not_ended", "ended_at IS NULL", "ends_on"),)
    id: str = id_field()
    person_id: str = Field(foreign_key="person.id", index=True)
    starts_on: date
    ends_on: date
    told_by: str = Field(max_length=40)
    told_at: datetime
    ended_at: datetime | None = None


async def leave(session: AsyncSession, leave_id: str, *, to_change: bool = False) -> Leave | None:
    return await row_by_key(session, Leave, leave_id, to_change=to_change)


async def leaves_of(session: AsyncSession, person_id: str, since: date) -> list[Leave]:
    """The person's leaves that were not ended and whose last day is ``since`` or later, the soonest first."""
    rows = select(Leave).where(Leave.person_id == person_id, col(Leave.ended_at).is_(None))
    rows = rows.where(Leave.ends_on >= since).order_by(col(Leave.starts_on))
    return list((await session.exec(rows)).all())


async def leaves(
    session: AsyncSession, since: date, person_ids: Collection[str] | None = None
) -> list[Leave]:
    """Everyone's leaves, or those of these people, that were not ended and whose last day is ``since`` or later.

    The soonest first.
    """
    rows = select(Leave).where(col(Leave.ended_at).is_(None), Leave.ends_on >= since)
    if person_ids is not None:
        rows = rows.where(col(Leave.person_id).in_(person_ids))
    return list((await session.exec(rows.order_by(col(Leave.starts_on)))).all())


async def leaves_at(session: AsyncSession, person_ids: Iterable[str], instant: datetime) -> list[Leave]:
    """The leaves that we knew of at an instant, that were not ended by then, and that cover its date in some zone."""
    rows = select(Leave).where(col(Leave.person_id).in_(set(person_ids)), Leave.told_at <= instant)
    rows = rows.where(Leave.starts_on <= instant.date() + DAY, Leave.ends_on >= instant.date() - DAY)
    not_ended = col(Leave.ended_at).is_(None) | (col(Leave.ended_at) > instant)
    return list((await session.exec(rows.where(not_ended))).all())
