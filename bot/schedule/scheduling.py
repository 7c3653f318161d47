"""Brings the stored occurrences in line with the examinations, and leaves alone what has happened."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.calendar.periods import Scheduled, schedule
from bot.obligations import close_obligations_about, move_obligation
from bot.schedule.rules.examinations import examination_window, in_scope
from bot.schedule.rules.schedule_changes import ScheduleChange, schedule_change
from bot.schedule.waiver_requests import withdraw_waiver_requests
from bot.work import Work
from storage import evidence, obligations
from storage.evidence import Occurrence
from storage.programme import Control, Examination
from storage.record.recorded import NewRow, Recorded, new_row
from storage.terms import Cadence, Event, ObligationKind, OccurrenceState


def scheduled_periods(work: Work, control: Control, examinations: Sequence[Examination]) -> list[Scheduled]:
    """Each period of the control that some examination looks at, once."""
    windows = [
        examination_window(examination) for examination in examinations if in_scope(control, examination)
    ]
    return schedule(control.cadence, windows, control.due_days, work.content.programme.country)


async def schedule_changes_of(
    work: Work, controls: Sequence[Control], examinations: Sequence[Examination]
) -> list[tuple[Control, ScheduleChange]]:
    """What these examinations would change in each control's occurrences, whose rows are locked."""
    occurrences: dict[str, list[Occurrence]] = defaultdict(list)
    for row in await evidence.occurrences_ever(work.session, [control.id for control in controls]):
        occurrences[row.control_id].append(row)
    touched, today = await evidence.occurrence_ids_with_evidence(work.session), work.today
    return [
        (
            control,
            schedule_change(
                occurrences[control.id],
                scheduled_periods(work, control, examinations),
                touched,
                today,
                control.grace_days,
                once=control.cadence is Cadence.ONE_OFF,
            ),
        )
        for control in controls
    ]


async def carry_out_schedule_change(
    work: Work,
    actor: str,
    control: Control,
    change: ScheduleChange,
    kind: Event,
    *rows: Recorded,
    reason: str | None = None,
    **facts: Any,
) -> None:
    """Write the change, as one entry of the record about the control; ``rows`` are what else the entry states."""
    now = work.now
    added = [_new_occurrence(control, period, now) for period in change.added]
    for row, period in change.revived:
        row.state, row.withdrawn_at = OccurrenceState.OPEN, None
        _set_due(row, control, period)
    for row in change.withdrawn:
        row.state, row.withdrawn_at = OccurrenceState.WITHDRAWN, now
        await close_obligations_about(work, ObligationKind.EVIDENCE, row.id)
        await withdraw_waiver_requests(work, row.id)
    for row, period in change.moved:
        _set_due(row, control, period)
        for obligation in await obligations.obligations_about(work.session, ObligationKind.EVIDENCE, row.id):
            await move_obligation(work, obligation, period.due_on)
    revived_or_moved = [row for row, _ in [*change.revived, *change.moved]]
    effect = change.effect
    work.record(
        kind,
        actor,
        *rows,
        *added,
        *revived_or_moved,
        *change.withdrawn,
        subject=f"control/{control.id}",
        texts={"reason": reason} if reason else {},
        scheduled=effect.added,
        withdrawn=effect.withdrawn,
        moved=effect.moved,
        **facts,
    )


def _new_occurrence(control: Control, period: Scheduled, now: datetime) -> NewRow:
    return new_row(
        Occurrence,
        control_id=control.id,
        label=period.label,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        due_on=period.due_on,
        grace_days=control.grace_days,
        scheduled_at=now,
    )


def _set_due(row: Occurrence, control: Control, period: Scheduled) -> None:
    row.label, row.due_on, row.grace_days = period.label, period.due_on, control.grace_days
