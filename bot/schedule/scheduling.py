"""Bringing the listed occurrences in line with what the examinations ask for, without touching what has happened."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.calendar.periods import Scheduled, schedule
from bot.obligations import close_all, move_obligation
from bot.schedule.rules.occurrences import ScheduleChange, changes
from bot.schedule.rules.scope import in_scope, window
from bot.schedule.waiver_requests import withdraw_waiver_requests
from bot.work import Work
from storage import evidence, obligations
from storage.evidence import Occurrence
from storage.programme import Control, Examination
from storage.record.recorded import NewRow, Recorded, new_row
from storage.terms import Cadence, Event, ObligationKind, OccurrenceState


def asked_for(work: Work, control: Control, examinations: Sequence[Examination]) -> list[Scheduled]:
    """Each period that some examination looks at, once."""
    windows = [window(each) for each in examinations if in_scope(control, each)]
    return schedule(control.cadence, windows, control.due_days, work.content.programme.country)


async def changes_of(
    work: Work, controls: Sequence[Control], examinations: Sequence[Examination]
) -> list[tuple[Control, ScheduleChange]]:
    """What this schedule would mean for what is listed of each control; its occurrences are held."""
    listed: dict[str, list[Occurrence]] = defaultdict(list)
    for row in await evidence.occurrences_ever(work.session, [control.id for control in controls]):
        listed[row.control_id].append(row)
    touched, today = await evidence.evidenced(work.session), work.today
    return [
        (
            control,
            changes(
                listed[control.id],
                asked_for(work, control, examinations),
                touched,
                today,
                control.grace_days,
                once=control.cadence is Cadence.ONE_OFF,
            ),
        )
        for control in controls
    ]


async def carry_out(
    work: Work,
    actor: str,
    control: Control,
    change: ScheduleChange,
    kind: Event,
    *rows: Recorded,
    reason: str | None = None,
    **facts: Any,
) -> None:
    """Write the change, as one entry about the control; `rows` are what else it states."""
    now = work.now
    fresh = [_listed(control, each, now) for each in change.added]
    for row, each in change.revived:
        row.state, row.withdrawn_at = OccurrenceState.OPEN, None
        _due(row, control, each)
    for row in change.withdrawn:
        row.state, row.withdrawn_at = OccurrenceState.WITHDRAWN, now
        await close_all(work, ObligationKind.EVIDENCE, row.id)
        await withdraw_waiver_requests(work, row.id)
    for row, each in change.moved:
        _due(row, control, each)
        for owed in await obligations.obligations_about(work.session, ObligationKind.EVIDENCE, row.id):
            await move_obligation(work, owed, each.due_on)
    kept = [row for row, _ in [*change.revived, *change.moved]]
    effect = change.effect
    work.record(
        kind,
        actor,
        *rows,
        *fresh,
        *kept,
        *change.withdrawn,
        subject=f"control/{control.id}",
        texts={"reason": reason} if reason else {},
        scheduled=effect.added,
        withdrawn=effect.withdrawn,
        moved=effect.moved,
        **facts,
    )


def _listed(control: Control, each: Scheduled, now: datetime) -> NewRow:
    return new_row(
        Occurrence,
        control_id=control.id,
        label=each.label,
        starts_on=each.starts_on,
        ends_on=each.ends_on,
        due_on=each.due_on,
        grace_days=control.grace_days,
        scheduled_at=now,
    )


def _due(row: Occurrence, control: Control, each: Scheduled) -> None:
    row.label, row.due_on, row.grace_days = each.label, each.due_on, control.grace_days
