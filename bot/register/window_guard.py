"""Gathers from storage what the windows of Type 2 examinations will lack."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from bot.register.rules.window_guard import (
    ScheduledControl,
    ScheduledPerformance,
    WindowFinding,
    findings_on_window,
)
from bot.schedule.rules.examinations import examination_window, in_scope
from bot.work import Work
from storage import evidence, programme
from storage.evidence import Occurrence
from storage.terms import OccurrenceState, ReportType


async def window_findings(
    work: Work, as_of: date | None = None, only: Collection[str] | None = None
) -> list[WindowFinding]:
    """``only`` are ids of examinations, None for all; ``as_of`` is a date in the company's zone, None for today."""
    today = as_of or work.today
    performances: defaultdict[str, list[ScheduledPerformance]] = defaultdict(list)
    for row in await evidence.occurrences_at(work.session, work.now):
        performances[row.control_id].append(_performance(row))
    controls = await programme.controls(work.session)
    lacking: list[WindowFinding] = []
    for examination in await programme.examinations(work.session):
        if examination.type is not ReportType.TYPE2 or (only is not None and examination.id not in only):
            continue
        watched = [
            ScheduledControl(control.id, control.title, control.cadence, tuple(performances[control.id]))
            for control in controls
            if in_scope(control, examination)
        ]
        lacking += findings_on_window(examination.title, *examination_window(examination), watched, today)
    return lacking


def _performance(row: Occurrence) -> ScheduledPerformance:
    return ScheduledPerformance(
        row.ends_on, row.performed_on if row.state is OccurrenceState.ACCEPTED else None
    )
