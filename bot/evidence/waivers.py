"""Waivers: an owner or a lead requests that periods need no evidence, another lead decides, any lead can end one early.

Four eyes: the asker never approves. While there is no other lead, the request waits and the period stays open.
"""

from datetime import date

from bot.blocks.ids import Field
from bot.deadlines import deadline
from bot.desk import Desk
from bot.errors import AlreadyDone, BadDate, NotTheOwner, ReasonMissing, RequestClosed, SelfApproval
from bot.evidence.requests import occurrence_and_control
from bot.evidence.rules.dispositions import too_late_to_act
from bot.evidence.rules.waivers import (
    WaiverInForce,
    WaiverPlan,
    covered_occurrences,
    expiry_fault,
    suggested_expiry,
)
from bot.evidence.waivable import (
    WAIVER_DECIDERS,
    periods_a_lead_can_waive,
    waivable_period,
    waivable_periods,
    waiver_deciders,
)
from bot.evidence.waiver_history import waivers_in_force
from bot.obligations import (
    close_obligations_about,
    open_obligation,
    refresh_home,
    refresh_lead_homes,
    refresh_message,
    refresh_messages_about,
    remind_again,
)
from bot.owners.current_owners import owners_to_ask
from bot.owners.respondents import respondent_of
from bot.people import acting_lead, acting_person, name_of
from bot.schedule.rules.schedule_changes import ScheduleEffect, replaced_occurrences
from bot.schedule.scheduling import carry_out_schedule_change, schedule_changes_of, scheduled_periods
from bot.schedule.waiver_requests import withdraw_waiver_requests
from bot.work import Work
from storage import evidence, obligations, programme, triggers, waivers
from storage.evidence import Occurrence
from storage.programme import Control
from storage.terms import Event, ObligationKind, ObligationState, OccurrenceState, WaiverState
from storage.waivers import Waiver, requested_by_lead


async def say_not_applicable(desk: Desk, owner_id: str, occurrence_id: str, reason: str) -> None:
    """The owner requests a waiver of one period, which stays open until a lead approves."""
    async with desk.work() as work:
        occurrence, control = await _waivable_of_owner(work, owner_id, occurrence_id)
        await _request(work, owner_id, control, occurrence, reason, None)


async def ask_for_waiver(
    desk: Desk, lead_id: str, occurrence_id: str, expires_on: date | None, reason: str
) -> None:
    """A lead requests a waiver from the other leads: of this period and every later one due by ``expires_on``."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        occurrence, control = await waivable_period(work, occurrence_id)
        _require_expiry(expires_on, occurrence, work.today)
        await _request(work, lead.id, control, occurrence, reason, expires_on)


async def approve_waiver(
    desk: Desk, lead_id: str, waiver_id: str, expires_on: date | None, mark: str
) -> None:
    """``mark`` is that of the plan that the lead saw. Raises RequestClosed if the plan has changed since."""
    async with desk.work() as work:
        plan = await _plan(work, lead_id, waiver_id, expires_on)
        if plan.mark != mark:
            raise RequestClosed("What it would cover has changed meanwhile. Open the request once more.")
        waiver = plan.waiver
        waiver.state, waiver.decided_by, waiver.decided_at = WaiverState.APPROVED, lead_id, work.now
        waiver.expires_on, waiver.covers = plan.expires_on, [row.id for row in plan.covers]
        for row in plan.covers:
            row.state, row.waived_at, row.waiver_id = OccurrenceState.WAIVED, waiver.decided_at, waiver.id
        work.session.add_all([waiver, *plan.covers])
        work.record(Event.WAIVER_APPROVED, lead_id, waiver, *plan.covers)
        await close_obligations_about(work, ObligationKind.DECIDE_WAIVER, waiver.id, done_by=lead_id)
        for row in plan.covers:
            await close_obligations_about(work, ObligationKind.EVIDENCE, row.id)
            await withdraw_waiver_requests(work, row.id, by=lead_id)
        await _show_everyone(work, plan.control)


async def decline_waiver(desk: Desk, lead_id: str, waiver_id: str, reason: str) -> None:
    """The next bundle of whoever owes the evidence asks for it again and gives the reason.

    Where a lead requested the waiver, no other person gets the reason; the control's history shows it to leads.
    """
    if not reason.strip():
        raise ReasonMissing(field=Field.REASON)
    async with desk.work() as work:
        waiver = await _waiver_to_decide(work, lead_id, waiver_id)
        waiver.state, waiver.decided_by, waiver.decided_at = WaiverState.DECLINED, lead_id, work.now
        waiver.refusal = reason.strip()
        work.record(Event.WAIVER_DECLINED, lead_id, waiver)
        await close_obligations_about(work, ObligationKind.DECIDE_WAIVER, waiver.id, done_by=lead_id)
        for obligation in await obligations.obligations_about(
            work.session, ObligationKind.EVIDENCE, waiver.occurrence_id
        ):
            still_open = obligation.state is ObligationState.OPEN
            hears_reason = not requested_by_lead(waiver) or obligation.person_id == waiver.asked_by
            await (remind_again if still_open and hears_reason else refresh_message)(work, obligation)


async def end_waiver(desk: Desk, lead_id: str, waiver_id: str, reason: str) -> None:
    """The periods that it covers need evidence again; those past their last day count as missed from now on.

    A period is withdrawn instead if its event was withdrawn meanwhile, or if it is no longer on the schedule.
    """
    if not reason.strip():
        raise ReasonMissing(field=Field.REASON)
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        waiver, control, occurrences = await _waiver_to_end(work, waiver_id)
        restored = [row for row in occurrences if row.waiver_id == waiver.id]
        await _restore(work, restored)
        waiver.state, waiver.ended_by, waiver.ended_at = WaiverState.ENDED, lead.id, work.now
        waiver.end_reason = reason.strip()
        work.session.add_all([waiver, *restored])
        work.record(Event.WAIVER_ENDED, lead.id, waiver, *restored)
        await _reschedule(work, lead.id, control, occurrences, restored)
        for row in restored:
            await refresh_messages_about(work, ObligationKind.EVIDENCE, row.id)
        await _show_everyone(work, control)


async def occurrence_to_waive(
    desk: Desk, owner_id: str, occurrence_id: str
) -> tuple[Occurrence, Control, bool]:
    """For the owner's form; the flag says whether a lead other than the owner can decide."""
    async with desk.reading() as work:
        occurrence, control = await _waivable_of_owner(work, owner_id, occurrence_id)
        return occurrence, control, bool(await waiver_deciders(work, owner_id))


async def periods_to_waive(
    desk: Desk, lead_id: str, control_id: str
) -> tuple[Control, list[Occurrence], date, bool]:
    """For a lead's form: the periods due within a year, an expiry to begin with, whether another lead can decide."""
    async with desk.reading() as work:
        lead = await acting_lead(work, lead_id)
        control = await programme.control(work.session, control_id)
        if control is None:
            raise RequestClosed
        waivable = await periods_a_lead_can_waive(work, control_id)
        if not waivable:
            raise RequestClosed("Nothing of this control waits for its owner, so there is nothing to waive.")
        expires_on = suggested_expiry(None, waivable[0].due_on, work.today)
        return control, waivable, expires_on, bool(await waiver_deciders(work, lead.id))


async def waiver_plan(desk: Desk, lead_id: str, waiver_id: str, expires_on: date | None) -> WaiverPlan:
    """What an approval until ``expires_on`` would cover. Raises BadDate for a day that cannot be approved."""
    async with desk.reading() as work:
        return await _plan(work, lead_id, waiver_id, expires_on)


async def suggested_waiver_plan(desk: Desk, lead_id: str, waiver_id: str) -> WaiverPlan:
    """The plan that the approval form begins with: until the day that the asker wishes, else until the due date."""
    async with desk.reading() as work:
        waiver = await _waiver_to_decide(work, lead_id, waiver_id)
        if requested_by_lead(waiver):
            occurrence, _ = await occurrence_and_control(work, waiver.occurrence_id)
        else:
            occurrence, _ = await waivable_period(work, waiver.occurrence_id)
        expires_on = suggested_expiry(waiver.expires_on, occurrence.due_on, work.today)
        return await _plan(work, lead_id, waiver_id, expires_on)


async def waiver_to_decline(desk: Desk, lead_id: str, waiver_id: str) -> tuple[Waiver, Occurrence, Control]:
    async with desk.reading() as work:
        waiver = await _waiver_to_decide(work, lead_id, waiver_id)
        return waiver, *await occurrence_and_control(work, waiver.occurrence_id)


async def waiver_to_end(desk: Desk, lead_id: str, waiver_id: str) -> WaiverInForce:
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        waiver, control, _ = await _waiver_to_end(work, waiver_id)
        in_force = await waivers_in_force(work, {control.id: control.title}, work.now)
        match = next((each for each in in_force if each.waiver_id == waiver.id), None)
        if match is None:
            raise RequestClosed("Nothing that this waiver covers is asked for any more.")
        return match


async def _request(
    work: Work,
    asker_id: str,
    control: Control,
    occurrence: Occurrence,
    reason: str,
    expires_on: date | None,
) -> None:
    if not reason.strip():
        raise ReasonMissing(field=Field.REASON)
    if await waivers.requested_waivers_for(work.session, occurrence.id):
        raise AlreadyDone("A waiver for this period already waits for a compliance lead.", field=Field.REASON)
    waiver = Waiver(
        control_id=control.id,
        occurrence_id=occurrence.id,
        asked_by=asker_id,
        asked_at=work.now,
        reason=reason.strip(),
        expires_on=expires_on,
    )
    work.record(Event.WAIVER_REQUESTED, asker_id, waiver)
    for lead in await waiver_deciders(work, asker_id):
        due_on = await deadline(work, lead, WAIVER_DECIDERS.within)
        await open_obligation(work, lead, ObligationKind.DECIDE_WAIVER, waiver.id, due_on)
    await refresh_messages_about(work, ObligationKind.EVIDENCE, occurrence.id)


async def _plan(work: Work, lead_id: str, waiver_id: str, expires_on: date | None) -> WaiverPlan:
    """Locks the rows in the order that every verb keeps: occurrences, then the waiver."""
    unlocked = await waivers.waiver(work.session, waiver_id)
    waivable = await waivable_periods(work, unlocked.control_id) if unlocked else []
    waiver = await _waiver_to_decide(work, lead_id, waiver_id)
    occurrence, control = await occurrence_and_control(work, waiver.occurrence_id)
    today = work.today
    expiry = _require_expiry(expires_on, occurrence, today)
    covers = covered_occurrences(waivable, occurrence, expiry)
    covered_ids = {row.id for row in covers}
    if not covers or (occurrence.id not in covered_ids and not requested_by_lead(waiver)):
        raise RequestClosed("This period does not wait for its owner any more, so there is nothing to waive.")
    return WaiverPlan(
        waiver=waiver,
        occurrence=occurrence,
        control=control,
        asker_name=await name_of(work, waiver.asked_by),
        expires_on=expiry,
        covers=covers,
        not_covered=[row for row in waivable if row.id not in covered_ids],
        missed=sum(too_late_to_act(row.due_on, row.grace_days, today) for row in covers),
    )


async def _waiver_to_decide(work: Work, lead_id: str, waiver_id: str) -> Waiver:
    """The request, locked, if this lead may decide on it."""
    lead = await acting_lead(work, lead_id)
    waiver = await waivers.waiver(work.session, waiver_id, to_change=True)
    if waiver is None or waiver.state is WaiverState.WITHDRAWN:
        raise RequestClosed
    if waiver.state is not WaiverState.REQUESTED:
        raise AlreadyDone(f"{await name_of(work, waiver.decided_by)} has already decided on this.")
    if waiver.asked_by == lead.id:
        names = [each.name for each in await waiver_deciders(work, lead.id)]
        others = f"so another compliance lead has to decide: {' or '.join(names)}"
        alone = "and nobody else leads compliance, so it stays a request"
        raise SelfApproval(f"You asked for this waiver, {others if names else alone}.")
    return waiver


async def _waiver_to_end(work: Work, waiver_id: str) -> tuple[Waiver, Control, list[Occurrence]]:
    """An approved waiver, its control and all its occurrences. Locks the control first, the waiver last."""
    unlocked = await waivers.waiver(work.session, waiver_id)
    control = await programme.control(work.session, unlocked.control_id, to_change=True) if unlocked else None
    if control is None:
        raise RequestClosed
    occurrences = await evidence.occurrences_ever(work.session, [control.id])
    waiver = await waivers.waiver(work.session, waiver_id, to_change=True)
    if waiver is None or waiver.state is not WaiverState.APPROVED:
        raise RequestClosed("This waiver is not in force any more.")
    return waiver, control, occurrences


async def _restore(work: Work, occurrences: list[Occurrence]) -> None:
    """Give each occurrence the state that it would have without the waiver."""
    rejected = await evidence.occurrence_ids_ever_rejected(work.session, [row.id for row in occurrences])
    trigger_ids = {row.trigger_id for row in occurrences if row.trigger_id}
    events = await triggers.triggers_by_id(work.session, trigger_ids)
    for row in occurrences:
        event = events.get(row.trigger_id) if row.trigger_id else None
        row.waived_at, row.waiver_id = None, None
        if row.id in rejected:
            row.state = OccurrenceState.REJECTED
        elif event and event.withdrawn_at:
            row.state, row.withdrawn_at = OccurrenceState.WITHDRAWN, work.now
        else:
            row.state = OccurrenceState.OPEN


async def _reschedule(
    work: Work,
    lead_id: str,
    control: Control,
    occurrences: list[Occurrence],
    restored: list[Occurrence],
) -> None:
    """Carry out what schedule changes left undone on the restored occurrences while these were waived."""
    examinations = await programme.examinations(work.session)
    schedule = scheduled_periods(work, control, examinations)
    outdated = replaced_occurrences(restored, occurrences, schedule, work.zone)
    [(_, change)] = await schedule_changes_of(work, [control], examinations)
    change.withdrawn.extend(row for row in outdated if row not in change.withdrawn)
    if change.effect != ScheduleEffect():
        await carry_out_schedule_change(work, lead_id, control, change, Event.OCCURRENCES_SCHEDULED)


async def _waivable_of_owner(work: Work, person_id: str, occurrence_id: str) -> tuple[Occurrence, Control]:
    person = await acting_person(work, person_id)
    occurrence = await evidence.occurrence(work.session, occurrence_id)
    respondent = await respondent_of(work, occurrence) if occurrence else None
    if occurrence and (respondent is None or person.id not in respondent.people):
        raise NotTheOwner
    return await waivable_period(work, occurrence_id)


def _require_expiry(expires_on: date | None, occurrence: Occurrence, today: date) -> date:
    """Raises BadDate at its field."""
    fault = expiry_fault(expires_on, occurrence.due_on, today)
    if expires_on is None or fault:
        raise BadDate(fault, field=Field.EXPIRES_ON)
    return expires_on


async def _show_everyone(work: Work, control: Control) -> None:
    """The owner's Home shows another next due date, and the leads' pages another readiness."""
    if owner_id := (await owners_to_ask(work)).get(control.id):
        await refresh_home(work, owner_id)
    await refresh_lead_homes(work)
