"""Gathers from storage what the windows of Type 2 examinations will lack."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from bot.evidence.windows import judged_windows
from bot.register.rules.window_guard import (
    ScheduledControl,
    ScheduledPerformance,
    WindowFinding,
    findings_on_window,
    shows_performance,
)
from bot.schedule.rules.examinations import controls_by_kind, examination_window
from bot.work import Work
from storage import programme, windows
from storage.programme import ControlScope
from storage.terms import ReportType


async def window_findings(
    work: Work, as_of: date | None = None, only: Collection[str] | None = None
) -> list[WindowFinding]:
    """``only`` are ids of examinations, None for all; ``as_of`` is a date in the company's zone, None for today."""
    today = as_of or work.today
    examinations = [
        each
        for each in await programme.examinations(work.session)
        if each.type is ReportType.TYPE2 and (only is None or each.id in only)
    ]
    controls = await programme.control_scopes(work.session)
    spans = [examination_window(each) for each in examinations]
    judged = await judged_windows(work, spans, today)
    by_kind = controls_by_kind(controls)
    doubtful: dict[str, list[ControlScope]] = {}
    for examination, span in zip(examinations, spans, strict=True):
        tallies = judged[span].tallies
        doubtful[examination.id] = [
            control
            for control in by_kind[examination.kind].values()
            if control.id not in tallies or not shows_performance(tallies[control.id], span[0])
        ]
    performances = await _performances(work, {each.id for some in doubtful.values() for each in some})
    lacking: list[WindowFinding] = []
    for examination, span in zip(examinations, spans, strict=True):
        watched = [
            ScheduledControl(control.id, control.title, control.cadence, tuple(performances[control.id]))
            for control in doubtful[examination.id]
        ]
        lacking += findings_on_window(examination.title, *span, watched, today)
    return lacking


async def _performances(
    work: Work, control_ids: Collection[str]
) -> defaultdict[str, list[ScheduledPerformance]]:
    """Of these controls all that was ever scheduled."""
    performances: defaultdict[str, list[ScheduledPerformance]] = defaultdict(list)
    for control_id, ends_on, performed_on in await windows.performances(work.session, control_ids):
        performances[control_id].append(ScheduledPerformance(ends_on, performed_on))
    return performances
