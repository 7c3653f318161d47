"""Which of Slack's events we have handled, so that a redelivery has no second effect."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert  # SQLite has the same clause.
from sqlmodel import Field, SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.prepared import Prepared


class HeardEvent(SQLModel, table=True):
    """``id`` is Slack's event_id; the row is committed together with the event's effect."""

    __tablename__ = "heard_event"
    id: str = Field(primary_key=True, max_length=60)
    heard_at: datetime


TAKE_IN = Prepared(
    insert(HeardEvent).on_conflict_do_nothing().returning(col(HeardEvent.id)), columns=("id", "heard_at")
)


async def take_in_event(session: AsyncSession, event_id: str, real_now: datetime) -> bool:
    """Whether this event is new. Of two replicas that race, the second waits until the first commits or rolls back."""
    return bool(await TAKE_IN.rows(session, id=event_id, heard_at=real_now))
