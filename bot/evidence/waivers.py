"""Waivers: an owner or a lead asks that performances need not be evidenced, another lead decides, a lead ends it early.

Four eyes: whoever asked never approves. Where nobody else leads, the request stays and the occurrence stays open.
"""

from datetime import date, timedelta

from bot.deadlines import deadline
from bot.desk import Desk
from bot.duties import deciders
from bot.errors import AlreadyDone, BadDate, NotTheOwner, ReasonMissing, RequestClosed, SelfApproval
from bot.evidence.rules.timeliness import too_late_to_act
from bot.evidence.rules.waivers import (
    InForce,
    WaiverPlan,
    awaiting,
    covered,
    expiry_fault,
    latest_expiry,
    usual_expiry,
)
from bot.evidence.waiver_messages import about, waivers_in_force
from bot.obligations import (
    ask_again,
    close_all,
    open_obligation,
    show_again,
    show_boards,
    show_home,
    show_to_all,
)
from bot.owners.ownership import owners_to_ask
from bot.owners.stand_ins import who_answers
from bot.people import acting, acting_lead, name_of
from bot.schedule.rules.occurrences import ScheduleEffect, replaced
from bot.schedule.scheduling import asked_for, carry_out, changes_of
from bot.schedule.waiver_requests import withdraw_waiver_requests
from bot.work import Work
from storage import evidence, obligations, people, programme, triggers, waivers
from storage.evidence import AWAITED, Occurrence
from storage.programme import Control
from storage.terms import Event, ObligationKind, ObligationState, OccurrenceState, WaiverState
from storage.waivers import Waiver, is_wish

DECIDE_WAIVER_WITHIN = timedelta(days=3)


async def say_not_applicable(desk: Desk, owner_id: str, occurrence_id: str, reason: str) -> None:
    """The owner asks the leads to waive what they are asked for; until one of them approves it stays open."""
    async with desk.work() as work:
        occurrence, control = await _of_owner(work, owner_id, occurrence_id)
        await _request(work, owner_id, control, occurrence, reason, None)


async def ask_for_waiver(
    desk: Desk, lead_id: str, occurrence_id: str, expires_on: date | None, reason: str
) -> None:
    """A lead's own wish goes to the other leads, from this period of a control on."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        occurrence, control = await _awaited(work, occurrence_id)
        _require_expiry(expires_on, occurrence, work.today)
        await _request(work, lead.id, control, occurrence, reason, expires_on)


async def approve_waiver(
    desk: Desk, lead_id: str, waiver_id: str, expires_on: date | None, shown: str
) -> None:
    """``shown`` is the mark of the plan that the lead saw; where it is another by now, this raises RequestClosed."""
    async with desk.work() as work:
        plan = await _plan(work, lead_id, waiver_id, expires_on)
        if plan.mark != shown:
            raise RequestClosed("What it would cover has changed meanwhile. Open the request once more.")
        granted = plan.waiver
        granted.state, granted.decided_by, granted.decided_at = WaiverState.APPROVED, lead_id, work.now
        granted.expires_on, granted.covers = plan.expires_on, [row.id for row in plan.covers]
        for row in plan.covers:
            row.state, row.waived_at, row.waiver_id = OccurrenceState.WAIVED, granted.decided_at, granted.id
        work.session.add_all([granted, *plan.covers])
        work.record(Event.WAIVER_APPROVED, lead_id, granted, *plan.covers)
        await close_all(work, ObligationKind.DECIDE_WAIVER, granted.id, done_by=lead_id)
        for row in plan.covers:
            await close_all(work, ObligationKind.EVIDENCE, row.id)
            await withdraw_waiver_requests(work, row.id, by=lead_id)
        await _show_everyone(work, plan.control)


async def decline_waiver(desk: Desk, lead_id: str, waiver_id: str, reason: str) -> None:
    """The reason goes to whoever is asked now, in their next bundle; a lead who asked reads it in the history."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    async with desk.work() as work:
        asked = await _to_decide(work, lead_id, waiver_id)
        asked.state, asked.decided_by, asked.decided_at = WaiverState.DECLINED, lead_id, work.now
        asked.refusal = reason.strip()
        work.record(Event.WAIVER_DECLINED, lead_id, asked)
        await close_all(work, ObligationKind.DECIDE_WAIVER, asked.id, done_by=lead_id)
        for owed in await obligations.obligations_about(
            work.session, ObligationKind.EVIDENCE, asked.occurrence_id
        ):
            told = owed.state is ObligationState.OPEN and (
                not is_wish(asked) or owed.person_id == asked.asked_by
            )
            await (ask_again if told else show_again)(work, owed)


async def end_waiver(desk: Desk, lead_id: str, waiver_id: str, reason: str) -> None:
    """What it covers is asked for again; of that, what is past its last day counts as missed from now on.

    What an event asked for that was withdrawn meanwhile, and what the schedule does not ask for any more, is not.
    """
    if not reason.strip():
        raise ReasonMissing(field="reason")
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        ended, control, listed = await _to_end(work, waiver_id)
        restored = [row for row in listed if row.waiver_id == ended.id]
        await _restore(work, restored)
        ended.state, ended.ended_by, ended.ended_at = WaiverState.ENDED, lead.id, work.now
        ended.end_reason = reason.strip()
        work.session.add_all([ended, *restored])
        work.record(Event.WAIVER_ENDED, lead.id, ended, *restored)
        await _reschedule(work, lead.id, control, listed, restored)
        for row in restored:
            await show_to_all(work, ObligationKind.EVIDENCE, row.id)
        await _show_everyone(work, control)


async def request_to_exempt(
    desk: Desk, owner_id: str, occurrence_id: str
) -> tuple[Occurrence, Control, bool]:
    """For the owner's form; whether somebody else leads, who can decide."""
    async with desk.reading() as work:
        occurrence, control = await _of_owner(work, owner_id, occurrence_id)
        return occurrence, control, bool(deciders(await people.leads(work.session), owner_id, alone=False))


async def periods_to_waive(
    desk: Desk, lead_id: str, control_id: str
) -> tuple[Control, list[Occurrence], date, bool]:
    """For a lead's form: what waits and is due within a year, the first expiry, whether another lead can decide."""
    async with desk.reading() as work:
        lead = await acting_lead(work, lead_id)
        control = await programme.control(work.session, control_id)
        if control is None:
            raise RequestClosed
        today = work.today
        waiting = [row for row in await _awaiting(work, control_id) if row.due_on <= latest_expiry(today)]
        if not waiting:
            raise RequestClosed("Nothing of this control waits for its owner, so there is nothing to waive.")
        others = deciders(await people.leads(work.session), lead.id, alone=False)
        return control, waiting, usual_expiry(None, waiting[0].due_on, today), bool(others)


async def plan_of_approval(desk: Desk, lead_id: str, waiver_id: str, expires_on: date | None) -> WaiverPlan:
    """What would be covered until then. Raises BadDate for a day that cannot be approved."""
    async with desk.reading() as work:
        return await _plan(work, lead_id, waiver_id, expires_on)


async def first_plan(desk: Desk, lead_id: str, waiver_id: str) -> WaiverPlan:
    """The plan that the form begins with, until the day that was wished for or else the due date."""
    async with desk.reading() as work:
        asked = await _to_decide(work, lead_id, waiver_id)
        occurrence, _ = await (about(work, asked) if is_wish(asked) else _awaited(work, asked.occurrence_id))
        expires_on = usual_expiry(asked.expires_on, occurrence.due_on, work.today)
        return await _plan(work, lead_id, waiver_id, expires_on)


async def waiver_to_decline(desk: Desk, lead_id: str, waiver_id: str) -> tuple[Waiver, Occurrence, Control]:
    async with desk.reading() as work:
        asked = await _to_decide(work, lead_id, waiver_id)
        return asked, *await about(work, asked)


async def waiver_to_end(desk: Desk, lead_id: str, waiver_id: str) -> InForce:
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        ended, control, _ = await _to_end(work, waiver_id)
        found = await waivers_in_force(work, {control.id: control.title}, work.now)
        shown = next((each for each in found if each.waiver_id == ended.id), None)
        if shown is None:
            raise RequestClosed("Nothing that this waiver covers is asked for any more.")
        return shown


async def _request(
    work: Work,
    asker_id: str,
    control: Control,
    occurrence: Occurrence,
    reason: str,
    expires_on: date | None,
) -> None:
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if await waivers.requests_for(work.session, occurrence.id):
        raise AlreadyDone("A waiver for this period already waits for a compliance lead.", field="reason")
    asked = Waiver(
        control_id=control.id,
        occurrence_id=occurrence.id,
        asked_by=asker_id,
        asked_at=work.now,
        reason=reason.strip(),
        expires_on=expires_on,
    )
    work.record(Event.WAIVER_REQUESTED, asker_id, asked)
    for lead in deciders(await people.leads(work.session), asker_id, alone=False):
        due_on = await deadline(work, lead, DECIDE_WAIVER_WITHIN)
        await open_obligation(work, lead, ObligationKind.DECIDE_WAIVER, asked.id, due_on)
    await show_to_all(work, ObligationKind.EVIDENCE, occurrence.id)


async def _plan(work: Work, lead_id: str, waiver_id: str, expires_on: date | None) -> WaiverPlan:
    """Rows are held in the order in which everybody holds them: occurrences, then the waiver."""
    known = await waivers.waiver(work.session, waiver_id)
    waiting = await _awaiting(work, known.control_id) if known else []
    asked = await _to_decide(work, lead_id, waiver_id)
    occurrence, control = await about(work, asked)
    today = work.today
    until = _require_expiry(expires_on, occurrence, today)
    covers = covered(waiting, occurrence, until)
    chosen = {row.id for row in covers}
    if not covers or (occurrence.id not in chosen and not is_wish(asked)):
        raise RequestClosed("This period does not wait for its owner any more, so there is nothing to waive.")
    rest = [row for row in waiting if row.id not in chosen]
    by = await name_of(work, asked.asked_by)
    missed = [row for row in covers if too_late_to_act(row.due_on, row.grace_days, today)]
    return WaiverPlan(asked, occurrence, control, by, until, covers, rest, len(missed))


async def _to_decide(work: Work, lead_id: str, waiver_id: str) -> Waiver:
    lead = await acting_lead(work, lead_id)
    asked = await waivers.waiver(work.session, waiver_id, to_change=True)
    if asked is None or asked.state is WaiverState.WITHDRAWN:
        raise RequestClosed
    if asked.state is not WaiverState.REQUESTED:
        raise AlreadyDone(f"{await name_of(work, asked.decided_by)} has already decided on this.")
    if asked.asked_by == lead.id:
        others = [each.name for each in deciders(await people.leads(work.session), lead.id, alone=False)]
        who = f"so another compliance lead has to decide: {' or '.join(others)}"
        alone = "and nobody else leads compliance, so it stays a request"
        raise SelfApproval(f"You asked for this waiver, {who if others else alone}.")
    return asked


async def _to_end(work: Work, waiver_id: str) -> tuple[Waiver, Control, list[Occurrence]]:
    known = await waivers.waiver(work.session, waiver_id)
    control = await programme.control(work.session, known.control_id, to_change=True) if known else None
    if known is None or control is None:
        raise RequestClosed
    listed = await evidence.occurrences_ever(work.session, [control.id])
    granted = await waivers.waiver(work.session, waiver_id, to_change=True)
    if granted is None or granted.state is not WaiverState.APPROVED:
        raise RequestClosed("This waiver is not in force any more.")
    return granted, control, listed


async def _restore(work: Work, rows: list[Occurrence]) -> None:
    """Each as it would stand if it had never been waived."""
    rejected = await evidence.ever_rejected(work.session, [row.id for row in rows])
    events = await triggers.triggers_by_id(work.session, {row.trigger_id for row in rows if row.trigger_id})
    for row in rows:
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
    listed: list[Occurrence],
    restored: list[Occurrence],
) -> None:
    """A change of the schedule left out what was waived then; it is made up for."""
    examinations = await programme.examinations(work.session)
    asked = asked_for(work, control, examinations)
    late = replaced(restored, listed, asked, work.zone)
    [(_, change)] = await changes_of(work, [control], examinations)
    change.withdrawn.extend(row for row in late if row not in change.withdrawn)
    if change.effect != ScheduleEffect():
        await carry_out(work, lead_id, control, change, Event.OCCURRENCES_SCHEDULED)


async def _of_owner(work: Work, person_id: str, occurrence_id: str) -> tuple[Occurrence, Control]:
    person = await acting(work, person_id)
    occurrence = await evidence.occurrence(work.session, occurrence_id)
    answering = await who_answers(work, occurrence) if occurrence else None
    if occurrence and (answering is None or person.id not in answering.people):
        raise NotTheOwner
    return await _awaited(work, occurrence_id)


async def _awaited(work: Work, occurrence_id: str) -> tuple[Occurrence, Control]:
    """The occurrence, held, if it can be waived."""
    occurrence = await evidence.occurrence(work.session, occurrence_id, to_change=True)
    control = await programme.control(work.session, occurrence.control_id) if occurrence else None
    if occurrence is None or control is None or occurrence.state is OccurrenceState.WITHDRAWN:
        raise RequestClosed
    if occurrence.state not in AWAITED:
        raise AlreadyDone(f"This period is already {occurrence.state}, so it cannot be waived.")
    if await evidence.being_received(work.session, [occurrence.id]):
        raise AlreadyDone("A file for this period has been received and is being checked.")
    return occurrence, control


async def _awaiting(work: Work, control_id: str) -> list[Occurrence]:
    listed = await evidence.occurrences_ever(work.session, [control_id])
    return awaiting(listed, await evidence.being_received(work.session, [row.id for row in listed]))


def _require_expiry(expires_on: date | None, occurrence: Occurrence, today: date) -> date:
    """Raises BadDate at the field."""
    fault = expiry_fault(expires_on, occurrence.due_on, today)
    if expires_on is None or fault:
        raise BadDate(fault, field="expires_on")
    return expires_on


async def _show_everyone(work: Work, control: Control) -> None:
    """What is due next, and how ready the company is, have changed."""
    if owner_id := (await owners_to_ask(work)).get(control.id):
        await show_home(work, owner_id)
    await show_boards(work)
