"""Hand-overs: an owner asks to give a control to another person, or to have the leads assign it."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Text, and_, or_
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, term
from storage.locks import row_by_key
from storage.record.recorded import Recorded
from storage.terms import HandoverState

PENDING = (HandoverState.ASKED, HandoverState.RETURNED)


class Handover(Recorded, table=True):
    """``to_id`` is the person whom the owner named, ``ownership_id`` the ownership that this person was offered.

    Both are missing when the owner named nobody and asked the leads to assign the control.
    """

    __tablename__ = "handover"
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})
    id: str = id_field()
    control_id: str = Field(foreign_key="control.id", index=True)
    from_id: str = Field(foreign_key="person.id")
    to_id: str | None = Field(default=None, foreign_key="person.id")
    ownership_id: str | None = Field(default=None, foreign_key="ownership.id", index=True)
    reason: str = Field(sa_type=Text)
    state: HandoverState = term(HandoverState, HandoverState.ASKED)
    asked_at: datetime
    closed_at: datetime | None = None


async def handover(session: AsyncSession, handover_id: str, *, to_change: bool = False) -> Handover | None:
    return await row_by_key(session, Handover, handover_id, to_change=to_change)


async def handover_of_offer(session: AsyncSession, ownership_id: str) -> Handover | None:
    """The hand-over that made this offer; None when a lead made it."""
    rows = select(Handover).where(Handover.ownership_id == ownership_id)
    return (await session.exec(rows)).first()


async def pending_handover(session: AsyncSession, control_id: str) -> Handover | None:
    rows = select(Handover).where(Handover.control_id == control_id, col(Handover.state).in_(PENDING))
    return (await session.exec(rows)).first()


async def pending_handovers(session: AsyncSession, from_id: str | None = None) -> list[Handover]:
    """The pending hand-overs of one owner, or of every owner, by control."""
    rows = select(Handover).where(col(Handover.state).in_(PENDING))
    if from_id:
        rows = rows.where(Handover.from_id == from_id)
    return list((await session.exec(rows.order_by(Handover.control_id))).all())


async def handovers_ever(session: AsyncSession, control_id: str) -> list[Handover]:
    """Every hand-over of this control, pending and closed, the oldest first."""
    rows = select(Handover).where(Handover.control_id == control_id)
    return list((await session.exec(rows.order_by(col(Handover.asked_at), Handover.id))).all())


async def handovers_to_tell(session: AsyncSession, since: datetime) -> list[Handover]:
    """The pending hand-overs, and those that were accepted or kept after ``since``; the oldest first."""
    settled = col(Handover.state).in_((HandoverState.ACCEPTED, HandoverState.KEPT))
    rows = select(Handover).where(
        or_(col(Handover.state).in_(PENDING), and_(settled, col(Handover.closed_at) > since))
    )
    return list((await session.exec(rows.order_by(col(Handover.asked_at), Handover.id))).all())
