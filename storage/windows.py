"""The occurrences of a window: counted where their dates leave no choice, and one by one where they do.

A window is a range of dates, both included; an occurrence is in it when its period ends in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.evidence import AWAITED, Occurrence
from storage.narrow import batches, narrow_rows
from storage.terms import OccurrenceState


@dataclass(frozen=True, slots=True)
class AlikeOccurrences:
    """Occurrences of one control that differ by their dates alone: how many, the soonest due date, and the first and
    the last performance among the accepted ones.
    """

    control_id: str
    state: OccurrenceState
    grace_days: int
    times: int
    due_on: date
    first_performed_on: date | None
    last_performed_on: date | None


@dataclass(frozen=True, slots=True)
class WindowOccurrence:
    """The columns of an occurrence that a report needs."""

    id: str
    control_id: str
    label: str
    ends_on: date
    state: OccurrenceState
    due_on: date
    grace_days: int
    performed_on: date | None
    scheduled_at: datetime
    withdrawn_at: datetime | None

    def counted_at(self, instant: datetime) -> bool:
        """Whether it was scheduled by then, and not withdrawn by then."""
        return self.scheduled_at <= instant and (self.withdrawn_at is None or self.withdrawn_at > instant)


async def alike_occurrences(
    session: AsyncSession, starts_on: date, ends_on: date, due_after: date
) -> list[AlikeOccurrences]:
    """Those accepted with a performance by the due date, those waived, and those awaited that are due later than
    ``due_after``.
    """
    columns = (col(Occurrence.control_id), col(Occurrence.state), col(Occurrence.grace_days))
    performed_on = col(Occurrence.performed_on)
    figures = (func.count(), func.min(Occurrence.due_on), func.min(performed_on), func.max(performed_on))
    rows = select(*columns, *figures).where(_in_window(starts_on, ends_on), _alike(due_after))
    return [AlikeOccurrences(*row) for row in await narrow_rows(session, rows.group_by(*columns))]


async def other_occurrences(
    session: AsyncSession, starts_on: date, ends_on: date, due_after: date
) -> list[WindowOccurrence]:
    """Every occurrence of the window that `alike_occurrences` does not count."""
    return await _occurrences(session, _in_window(starts_on, ends_on), ~_alike(due_after))


async def window_occurrences(
    session: AsyncSession, starts_on: date, ends_on: date, control_ids: Iterable[str]
) -> list[WindowOccurrence]:
    """Every occurrence of these controls in the window."""
    of_controls = col(Occurrence.control_id).in_(set(control_ids))
    return await _occurrences(session, _in_window(starts_on, ends_on), of_controls)


async def occurrences_with(session: AsyncSession, ids: Iterable[str]) -> list[WindowOccurrence]:
    """Those with these ids, withdrawn ones too."""
    return [
        row for batch in batches(ids) for row in await _occurrences(session, col(Occurrence.id).in_(batch))
    ]


async def names_of(session: AsyncSession, ids: Iterable[str]) -> dict[str, str]:
    """By occurrence id: "AC-01 Q3 2026"."""
    columns = (col(Occurrence.id), col(Occurrence.control_id), col(Occurrence.label))
    return {
        row[0]: f"{row[1]} {row[2]}"
        for batch in batches(ids)
        for row in await narrow_rows(session, select(*columns).where(col(Occurrence.id).in_(batch)))
    }


async def performances(
    session: AsyncSession, control_ids: Iterable[str]
) -> list[tuple[str, date, date | None]]:
    """Of all occurrences of these controls: control id, last day of the period, and day of an accepted performance."""
    accepted = case((col(Occurrence.state) == OccurrenceState.ACCEPTED, col(Occurrence.performed_on)))
    rows = select(col(Occurrence.control_id), col(Occurrence.ends_on), accepted).where(
        col(Occurrence.control_id).in_(set(control_ids)),
        col(Occurrence.state) != OccurrenceState.WITHDRAWN,
    )
    return [(row[0], row[1], row[2]) for row in await narrow_rows(session, rows)]


async def next_due(session: AsyncSession, control_ids: Iterable[str], day: date) -> dict[str, date]:
    """By control, the soonest due date, on or after ``day``, on which its owner owes evidence."""
    rows = select(col(Occurrence.control_id), func.min(Occurrence.due_on)).where(
        col(Occurrence.control_id).in_(set(control_ids)),
        col(Occurrence.state).in_(AWAITED),
        col(Occurrence.due_on) >= day,
    )
    return {row[0]: row[1] for row in await narrow_rows(session, rows.group_by(col(Occurrence.control_id)))}


async def count_occurrences(session: AsyncSession, starts_on: date, ends_on: date) -> int:
    rows = select(func.count()).select_from(Occurrence).where(_in_window(starts_on, ends_on))
    [(count,)] = await narrow_rows(session, rows)
    return count


async def periods_listed_twice(
    session: AsyncSession, starts_on: date, ends_on: date
) -> list[tuple[str, str]]:
    """Control id and label, where two occurrences have the same."""
    columns = (col(Occurrence.control_id), col(Occurrence.label))
    rows = select(*columns).where(_in_window(starts_on, ends_on)).group_by(*columns)
    return [(row[0], row[1]) for row in await narrow_rows(session, rows.having(func.count() > 1))]


async def _occurrences(session: AsyncSession, *where: ColumnElement[bool]) -> list[WindowOccurrence]:
    columns = (
        *(Occurrence.id, Occurrence.control_id, Occurrence.label, Occurrence.ends_on, Occurrence.state),
        *(Occurrence.due_on, Occurrence.grace_days, Occurrence.performed_on),
        *(Occurrence.scheduled_at, Occurrence.withdrawn_at),
    )
    rows = select(*map(col, columns)).where(*where)
    return [WindowOccurrence(*row) for row in await narrow_rows(session, rows)]


def _in_window(starts_on: date, ends_on: date) -> ColumnElement[bool]:
    return and_(
        col(Occurrence.ends_on) >= starts_on,
        col(Occurrence.ends_on) <= ends_on,
        col(Occurrence.state) != OccurrenceState.WITHDRAWN,
    )


def _alike(due_after: date) -> ColumnElement[bool]:
    state, due_on, performed_on = col(Occurrence.state), col(Occurrence.due_on), col(Occurrence.performed_on)
    return or_(
        state == OccurrenceState.WAIVED,
        and_(state == OccurrenceState.ACCEPTED, performed_on.is_not(None), performed_on <= due_on),
        and_(state.in_(AWAITED), due_on > due_after),
    )
