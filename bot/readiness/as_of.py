"""The controls, examinations and windows of a report: from the rows for now, from the record for the past."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.evidence.rules.dispositions import occurrence_state_at
from bot.evidence.rules.waivers import waivers_by_occurrence
from bot.evidence.rules.windows import NEAR, JudgedWindow, Span, judge_window, listed_twice
from bot.evidence.windows import judged_windows, whole_windows
from bot.schedule.rules.examinations import controls_by_kind, examination_window
from bot.work import Work
from storage import evidence, evidence_reviews, programme, waivers, windows
from storage.evidence import Occurrence
from storage.programme import Control, ControlScope, Examination
from storage.record import past
from storage.terms import OccurrenceState
from storage.windows import WindowOccurrence


@dataclass(frozen=True, slots=True)
class ExaminedWindow:
    """`controls` are those in scope, by id; `scheduled` counts their occurrences by the table's rows alone."""

    examination: Examination
    controls: Mapping[str, ControlScope]
    window: JudgedWindow
    scheduled: int


@dataclass(frozen=True, slots=True)
class ReportedProgramme:
    """Controls and examinations in the order of their ids."""

    controls: tuple[ControlScope, ...]
    examined: tuple[ExaminedWindow, ...]


async def controls_then(work: Work, until: datetime) -> list[Control]:
    """Each as the record last stated it by ``until``, in the order of their ids."""
    stated = await past.all_stated(work.session, [Control], until)
    return sorted(past.as_stated(Control, stated), key=lambda each: each.id)


async def programme_now(work: Work, as_of: date, *, whole: bool = False) -> ReportedProgramme:
    """With ``whole``, windows list every open occurrence, and otherwise those that are due soon."""
    controls = await programme.control_scopes(work.session)
    examinations = await programme.examinations(work.session)
    spans = [examination_window(each) for each in examinations]
    judged = await (whole_windows if whole else judged_windows)(work, spans, as_of)
    by_kind = controls_by_kind(controls)
    examined = []
    for examination in examinations:
        in_its_scope = by_kind[examination.kind]
        span = examination_window(examination)
        outside = sum(
            tally.scheduled
            for control_id, tally in judged[span].tallies.items()
            if control_id not in in_its_scope
        )
        scheduled = await windows.count_occurrences(work.session, *span) - outside
        examined.append(ExaminedWindow(examination, in_its_scope, judged[span], scheduled))
    return ReportedProgramme(tuple(controls), tuple(examined))


async def programme_then(
    work: Work, as_of: date, until: datetime, *, whole: bool = False
) -> ReportedProgramme:
    """Each row as the record last stated it by ``until``, without rows that were added later."""
    stated = await past.all_stated(work.session, (Control, Examination, Occurrence), until)
    controls = sorted(
        (
            ControlScope(each.id, each.title, each.cadence, each.criteria, each.objectives)
            for each in past.as_stated(Control, stated)
        ),
        key=lambda each: each.id,
    )
    occurrences = past.as_stated(Occurrence, stated)
    judged_then = await _as_they_were(work, occurrences, until)
    by_kind = controls_by_kind(controls)
    examined = []
    for examination in sorted(past.as_stated(Examination, stated), key=lambda each: each.id):
        in_its_scope = by_kind[examination.kind]
        starts_on, ends_on = span = examination_window(examination)
        within = [
            each
            for each in occurrences
            if each.control_id in in_its_scope and starts_on <= each.ends_on <= ends_on
        ]
        withdrawn = sum(each.state is OccurrenceState.WITHDRAWN for each in within)
        ever = await evidence.count_ever_scheduled(work.session, in_its_scope, starts_on, ends_on, until)
        rows = [judged_then[each.id] for each in within if each.id in judged_then]
        judged = _judged(span, as_of, rows, whole=whole)
        examined.append(ExaminedWindow(examination, in_its_scope, judged, ever - withdrawn))
    return ReportedProgramme(tuple(controls), tuple(examined))


def _judged(span: Span, as_of: date, rows: Sequence[WindowOccurrence], *, whole: bool) -> JudgedWindow:
    twice = listed_twice(rows)
    near = judge_window(span, as_of, date.max if whole else as_of + NEAR, rows, listed_twice=twice)
    return near if near.lists_enough else judge_window(span, as_of, date.max, rows, listed_twice=twice)


async def _as_they_were(
    work: Work, occurrences: Iterable[Occurrence], until: datetime
) -> dict[str, WindowOccurrence]:
    """By id, with the state and the performance of that instant, without those that were withdrawn."""
    submitted = await evidence_reviews.submissions(work.session, until)
    waived = waivers_by_occurrence(await waivers.granted_waivers(work.session, until))
    rows: dict[str, WindowOccurrence] = {}
    for row in occurrences:
        if row.state is not OccurrenceState.WITHDRAWN:
            state, performed_on = occurrence_state_at(
                waived.get(row.id, ()), submitted.get(row.id, ()), until
            )
            rows[row.id] = WindowOccurrence(
                row.id,
                row.control_id,
                row.label,
                row.ends_on,
                state,
                row.due_on,
                row.grace_days,
                performed_on,
                row.scheduled_at,
                row.withdrawn_at,
            )
    return rows
