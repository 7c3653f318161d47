"""Changing what is scheduled of a control while the examination runs: only what lies ahead, and nobody has touched.

An occurrence whose period is over stays, and so does one for which anything was submitted. No period that is over
is ever added, so that no change invents a performance that was missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk import Desk
from bot.obligations import close_all
from bot.programme import performances_of
from bot.rules.calendar import local_date
from storage import evidence, obligations, programme
from storage.evidence import Occurrence
from storage.programme import Control, Examination
from storage.terms import ObligationKind, OccurrenceState

AHEAD_STATES = (OccurrenceState.OPEN, OccurrenceState.WITHDRAWN)


@dataclass(frozen=True)
class Ahead:
    """The occurrences of each control whose period has not ended today, which of them are touched, which asked for."""

    today: date
    examinations: Sequence[Examination]
    by_control: dict[str, list[Occurrence]]
    touched: set[str]
    asked: set[str]


async def look_ahead(session: AsyncSession, desk: Desk) -> Ahead:
    today = local_date(desk.now(), desk.library.programme.zone)
    by_control: dict[str, list[Occurrence]] = {}
    for row in await evidence.occurrences_ending(session, today):
        by_control.setdefault(row.control_id, []).append(row)
    return Ahead(
        today=today,
        examinations=await programme.examinations(session),
        by_control=by_control,
        touched=await evidence.occurrences_with_evidence(session),
        asked=await obligations.open_subjects(session, ObligationKind.EVIDENCE),
    )


async def reschedule(session: AsyncSession, desk: Desk, control: Control, ahead: Ahead) -> list[Occurrence]:
    """Make what lies ahead follow the control as it is now; the rows to state in the entry that tells of it."""
    wanted = {
        (row.starts_on, row.ends_on): row
        for row in performances_of(control, ahead.examinations)
        if row.ends_on >= ahead.today
    }
    changed: list[Occurrence] = []
    for row in ahead.by_control.get(control.id, []):
        asked_for = wanted.pop((row.starts_on, row.ends_on), None)
        untouched = row.id not in ahead.touched and row.state in AHEAD_STATES
        if untouched and _follow(row, asked_for):
            changed.append(row)
            if row.id in ahead.asked:
                await close_all(session, desk, ObligationKind.EVIDENCE, row.id)
    changed += wanted.values()
    session.add_all(changed)
    return changed


def _follow(row: Occurrence, wanted: Occurrence | None) -> bool:
    """Whether the row had to change. One that is asked for again is not withdrawn any more."""
    before = (row.state, row.label, row.due_on, row.grace_days)
    if wanted is None:
        row.state = OccurrenceState.WITHDRAWN
    else:
        row.state, row.label = OccurrenceState.OPEN, wanted.label
        row.due_on, row.grace_days = wanted.due_on, wanted.grace_days
    return before != (row.state, row.label, row.due_on, row.grace_days)
