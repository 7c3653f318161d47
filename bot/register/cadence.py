"""Changes how often a control is performed, and how many days its owner has for the evidence."""

from dataclasses import asdict

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.errors import BadDays, NoSuchControl, NothingChanged, ReasonMissing, RequestClosed
from bot.obligations import refresh_lead_homes
from bot.people import acting_lead
from bot.register.rules.controls import MOST_DAYS, Rhythm
from bot.schedule.rules.schedule_changes import ScheduleEffect
from bot.schedule.scheduling import carry_out_schedule_change, schedule_changes_of
from bot.work import Work
from storage import programme
from storage.programme import Control
from storage.terms import Cadence, Event


def rhythm_of(control: Control) -> Rhythm:
    return Rhythm(control.cadence, control.due_days, control.grace_days)


async def change_rhythm(
    desk: Desk, lead_id: str, control_id: str, rhythm: Rhythm, reason: str
) -> ScheduleEffect:
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        control = await _control_with_other_rhythm(work, control_id, rhythm)
        effect = await _reschedule(work, lead.id, control, rhythm, reason)
        await refresh_lead_homes(work)
    return effect


async def effect_of_rhythm(desk: Desk, lead_id: str, control_id: str, rhythm: Rhythm) -> ScheduleEffect:
    """What `change_rhythm` would do; nothing is changed."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        _require_sound(rhythm)
        control = await _control_with_other_rhythm(work, control_id, rhythm)
        _refuse_without_sla(control, rhythm)
        changed = Control(**control.model_dump())
        _set(changed, rhythm)
        [(_, change)] = await schedule_changes_of(work, [changed], await programme.examinations(work.session))
        return change.effect


async def control_to_change(desk: Desk, lead_id: str, control_id: str) -> Control:
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        control = await programme.control(work.session, control_id)
        if control is None:
            raise RequestClosed
        return control


async def _reschedule(
    work: Work, lead_id: str, control: Control, rhythm: Rhythm, reason: str
) -> ScheduleEffect:
    """Give the control, whose row is locked, another rhythm; raises BadDays and ReasonMissing.

    Past occurrences, and those with anything handed in, stay as they are.
    """
    _require_sound(rhythm)
    if not reason.strip():
        raise ReasonMissing(field=Field.REASON)
    before = rhythm_of(control)
    _refuse_without_sla(control, rhythm)
    _set(control, rhythm)
    [(_, change)] = await schedule_changes_of(work, [control], await programme.examinations(work.session))
    work.session.add(control)
    await carry_out_schedule_change(
        work,
        lead_id,
        control,
        change,
        Event.CONTROL_RESCHEDULED,
        control,
        reason=reason.strip(),
        before=asdict(before),
        after=asdict(rhythm),
    )
    return change.effect


async def _control_with_other_rhythm(work: Work, control_id: str, rhythm: Rhythm) -> Control:
    """The locked control; raises NothingChanged if it has this rhythm already."""
    control = await programme.control(work.session, control_id, to_change=True)
    if control is None:
        raise NoSuchControl
    if rhythm_of(control) == rhythm:
        raise NothingChanged("This is how it is already; nothing was changed.", field=Field.CADENCE)
    return control


def _refuse_without_sla(control: Control, rhythm: Rhythm) -> None:
    if rhythm.cadence is Cadence.ON_EVENT and control.sla_days is None:
        raise BadDays(
            "A control that is performed on event needs the days within which it must be done. "
            "Bring it in with socrates import, which has a column for them.",
            field=Field.CADENCE,
        )


def _require_sound(rhythm: Rhythm) -> None:
    for field, days in ((Field.DUE_DAYS, rhythm.due_days), (Field.GRACE_DAYS, rhythm.grace_days)):
        if not 0 <= days <= MOST_DAYS:
            raise BadDays(field=field)


def _set(control: Control, rhythm: Rhythm) -> None:
    """A control that is not performed on event has no event that sets it off, and no days from then."""
    control.cadence, control.due_days, control.grace_days = (
        rhythm.cadence,
        rhythm.due_days,
        rhythm.grace_days,
    )
    if rhythm.cadence is not Cadence.ON_EVENT:
        control.sla_days = control.triggered_by = None
