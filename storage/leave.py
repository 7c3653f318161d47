"""When somebody is away. Nobody is asked why, and no reason is kept."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field
from storage.locks import row_by_key
from storage.record.recorded import Recorded


class Leave(Recorded, table=True):
    """From the first to the last day, both included, by the calendar where the person is.

    One that was ended early, cancelled, or taken into a longer one has ``ended_at``, and counted until then. The
    dates stay readable in the record: they tell who answered for a control, and why somebody was not asked.
    """

    __tablename__ = "leave"
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
    """Those that stand and end on ``since`` or later, the soonest first."""
    rows = select(Leave).where(Leave.person_id == person_id, col(Leave.ended_at).is_(None))
    rows = rows.where(Leave.ends_on >= since).order_by(col(Leave.starts_on))
    return list((await session.exec(rows)).all())


async def leaves(session: AsyncSession, since: date) -> list[Leave]:
    """The same of everybody."""
    rows = select(Leave).where(col(Leave.ended_at).is_(None), Leave.ends_on >= since)
    return list((await session.exec(rows.order_by(col(Leave.starts_on)))).all())


async def leaves_at(session: AsyncSession, person_ids: Iterable[str], instant: datetime) -> list[Leave]:
    """Those that stood at an instant, whenever they begin."""
    rows = select(Leave).where(col(Leave.person_id).in_(set(person_ids)), Leave.told_at <= instant)
    standing = col(Leave.ended_at).is_(None) | (col(Leave.ended_at) > instant)
    return list((await session.exec(rows.where(standing))).all())
