"""Which of Slack's events were taken in, so that a redelivery has no second effect."""

from datetime import datetime

from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession


class HeardEvent(SQLModel, table=True):
    """``id`` is Slack's event_id; the row is committed together with the event's effect."""

    __tablename__ = "heard_event"
    id: str = Field(primary_key=True, max_length=60)
    heard_at: datetime


async def take_in(session: AsyncSession, event_id: str, real_now: datetime) -> bool:
    """Whether this event is new. Two replicas racing: the second commit fails whole and Slack's retry finds the row."""
    if await session.get(HeardEvent, event_id):
        return False
    session.add(HeardEvent(id=event_id, heard_at=real_now))
    await session.flush()
    return True
