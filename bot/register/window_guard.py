"""Gathering what the windows of all Type 2 examinations will lack."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from bot.register.rules.window_guard import Finding, ScheduledPerformance, Watched, findings
from bot.schedule.rules.scope import in_scope, window
from bot.work import Work
from storage import evidence, programme
from storage.evidence import Occurrence
from storage.terms import OccurrenceState, ReportType


async def window_findings(
    work: Work, as_of: date | None = None, only: Collection[str] | None = None
) -> list[Finding]:
    """Of these examinations, or of all; on a date of the company's, today when none is given."""
    today = as_of or work.today
    turns: defaultdict[str, list[ScheduledPerformance]] = defaultdict(list)
    for row in await evidence.occurrences(work.session, work.now):
        turns[row.control_id].append(_turn(row))
    controls = await programme.controls(work.session)
    found: list[Finding] = []
    for examination in await programme.examinations(work.session):
        if examination.type is not ReportType.TYPE2 or (only is not None and examination.id not in only):
            continue
        watched = [
            Watched(control.id, control.title, control.cadence, tuple(turns[control.id]))
            for control in controls
            if in_scope(control, examination)
        ]
        found += findings(examination.title, *window(examination), watched, today)
    return found


def _turn(row: Occurrence) -> ScheduledPerformance:
    return ScheduledPerformance(
        row.ends_on, row.performed_on if row.state is OccurrenceState.ACCEPTED else None
    )
