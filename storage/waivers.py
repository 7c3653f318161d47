"""Waivers: occurrences that need no evidence, who asked for the waiver and why, and which lead decided."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import JSON, Text
from sqlalchemy import select as select_columns
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import id_field, term
from storage.evidence import Occurrence
from storage.locks import locked, row_by_key
from storage.narrow import batches, narrow_rows
from storage.record.recorded import Recorded
from storage.terms import WaiverState

GRANTED = (WaiverState.APPROVED, WaiverState.ENDED)
"""The states of a waiver that a lead approved, also if a lead ended it early."""


class Waiver(Recorded, table=True):
    """``occurrence_id`` is the occurrence for which the waiver was requested, the first that it can cover.

    ``covers`` has the ids of the occurrences that the approval waived; none is added later. A lead who requests a
    waiver wishes ``expires_on``, an owner does not; the approval then sets the date. ``refusal`` is the reason of a
    lead who declined. A withdrawn request has ``ended_at`` too, without ``ended_by`` when the schedule dropped the
    occurrence.
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


@dataclass(frozen=True, slots=True)
class CoveredPeriod:
    """The columns of an occurrence that tell of it in a list of waivers."""

    id: str
    label: str
    starts_on: date
    due_on: date
    withdrawn_at: datetime | None


async def waiver(session: AsyncSession, waiver_id: str, *, to_change: bool = False) -> Waiver | None:
    return await row_by_key(session, Waiver, waiver_id, to_change=to_change)


async def requested_waivers(session: AsyncSession) -> list[Waiver]:
    """The requests that wait for a lead's decision, the oldest first."""
    rows = select(Waiver).where(Waiver.state == WaiverState.REQUESTED)
    return list((await session.exec(rows.order_by(col(Waiver.asked_at), Waiver.id))).all())


async def requested_waivers_for(
    session: AsyncSession, occurrence_id: str, *, to_change: bool = False
) -> list[Waiver]:
    """The requests for this occurrence that wait for a lead's decision."""
    rows = select(Waiver).where(Waiver.occurrence_id == occurrence_id, Waiver.state == WaiverState.REQUESTED)
    return list((await session.exec(locked(session, rows, to_change=to_change))).all())


async def waivers_of(session: AsyncSession, control_id: str) -> list[Waiver]:
    """Every waiver of this control, whatever its state, the oldest request first."""
    rows = select(Waiver).where(Waiver.control_id == control_id)
    return list((await session.exec(rows.order_by(col(Waiver.asked_at), Waiver.id))).all())


async def granted_waivers(
    session: AsyncSession, until: datetime, control_ids: Collection[str] | None = None
) -> list[Waiver]:
    """The waivers that leads had approved by ``until``, also if ended since; the oldest approval first.

    Of these controls, or of all.
    """
    rows = select(Waiver).where(col(Waiver.state).in_(GRANTED), col(Waiver.decided_at) <= until)
    if control_ids is not None:
        rows = rows.where(col(Waiver.control_id).in_(control_ids))
    return list((await session.exec(rows.order_by(col(Waiver.decided_at), Waiver.id))).all())


async def covered_periods(session: AsyncSession, granted: Iterable[Waiver]) -> dict[str, CoveredPeriod]:
    """By occurrence id, each period that one of these waivers covers."""
    ids = {occurrence_id for waiver in granted for occurrence_id in waiver.covers}
    columns = (
        Occurrence.id,
        Occurrence.label,
        Occurrence.starts_on,
        Occurrence.due_on,
        Occurrence.withdrawn_at,
    )
    periods: dict[str, CoveredPeriod] = {}
    for batch in batches(ids):
        rows = select_columns(*map(col, columns)).where(col(Occurrence.id).in_(batch))
        periods |= {row[0]: CoveredPeriod(*row) for row in await narrow_rows(session, rows)}
    return periods


def requested_by_lead(waiver: Waiver) -> bool:
    """Whether a lead made this request. Only for a waiver that was never approved: approval sets ``expires_on``."""
    return waiver.expires_on is not None
