"""Waivers: performances of a control that need not be evidenced, who asked for that and why, and who approved it."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import JSON, Text
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, term
from storage.locks import locked, row_by_key
from storage.record.recorded import Recorded
from storage.terms import WaiverState

GRANTED = (WaiverState.APPROVED, WaiverState.ENDED)
"""What was approved, also if it was ended early since."""


class Waiver(Recorded, table=True):
    """``occurrence_id`` is the performance that it was asked for, the first that it can cover.

    ``covers`` are the ids of the occurrences that were waived by the approval; nothing joins them later.
    ``expires_on`` is what a lead who asked wishes, and then what was approved. ``refusal`` says why it was declined.
    A request that was withdrawn has ended as well, by nobody when no schedule asks for the performance any more.
    """

    __tablename__ = "waiver"
    personal: ClassVar[frozenset[str]] = frozenset({"reason", "refusal", "end_reason"})
    id: str = id_field()
    control_id: str = Field(foreign_key="control.id", index=True)
    occurrence_id: str = Field(foreign_key="occurrence.id", index=True)
    state: WaiverState = term(WaiverState, WaiverState.REQUESTED, index=True)
    asked_by: str = Field(foreign_key="person.id")
    asked_at: datetime
    reason: str = Field(sa_type=Text)
    expires_on: date | None = None
    covers: list[str] = Field(default_factory=list, sa_type=JSON)
    decided_by: str | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    refusal: str | None = Field(default=None, sa_type=Text)
    ended_by: str | None = Field(default=None, foreign_key="person.id")
    ended_at: datetime | None = None
    end_reason: str | None = Field(default=None, sa_type=Text)


async def waiver(session: AsyncSession, waiver_id: str, *, to_change: bool = False) -> Waiver | None:
    return await row_by_key(session, Waiver, waiver_id, to_change=to_change)


async def requested_waivers(session: AsyncSession) -> list[Waiver]:
    """Waiting for a lead's decision, oldest first."""
    rows = select(Waiver).where(Waiver.state == WaiverState.REQUESTED)
    return list((await session.exec(rows.order_by(col(Waiver.asked_at), Waiver.id))).all())


async def requests_for(session: AsyncSession, occurrence_id: str, *, to_change: bool = False) -> list[Waiver]:
    """Those asked for this occurrence that wait for a decision."""
    rows = select(Waiver).where(Waiver.occurrence_id == occurrence_id, Waiver.state == WaiverState.REQUESTED)
    return list((await session.exec(locked(session, rows, to_change=to_change))).all())


async def waivers_of(session: AsyncSession, control_id: str) -> list[Waiver]:
    """All that were ever asked for of this control, oldest first."""
    rows = select(Waiver).where(Waiver.control_id == control_id)
    return list((await session.exec(rows.order_by(col(Waiver.asked_at), Waiver.id))).all())


async def granted_waivers(session: AsyncSession, until: datetime) -> list[Waiver]:
    """All that had been approved by then, also those that were ended since; the oldest approval first."""
    rows = select(Waiver).where(col(Waiver.state).in_(GRANTED), col(Waiver.decided_at) <= until)
    return list((await session.exec(rows.order_by(col(Waiver.decided_at), Waiver.id))).all())


def is_wish(asked: Waiver) -> bool:
    """Whether a lead asked for it, of what was never approved: they say until when they wish it, an owner does not."""
    return asked.expires_on is not None
