"""What people read of waivers: the deciding lead, the owner, a control's card and history, the status report."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks.kit import Message
from bot.calendar.periods import local_date
from bot.duties import deciders
from bot.evidence.requests import occurrence_and_control
from bot.evidence.rules.waivers import (
    NO_WAIVER_NOTE,
    WaiverInForce,
    WaiverNote,
    WaiverStep,
    covered_periods,
    in_force,
)
from bot.evidence.views.waivers import (
    decision_request,
    declined_note,
    ended_note,
    pending_note,
    waiver_notice,
    waiver_outcome,
)
from bot.owners.respondents import respondent_of
from bot.people import name_of
from bot.work import Work
from storage import evidence, people, waivers
from storage.evidence import Occurrence
from storage.obligations import Obligation
from storage.programme import Control
from storage.terms import ObligationState, WaiverState
from storage.waivers import GRANTED, requested_by_lead


async def waivers_in_force(
    work: Work, titles: Mapping[str, str], until: datetime
) -> tuple[WaiverInForce, ...]:
    """Of these controls, titles by id: the waivers approved by ``until`` and not ended, the soonest expiry first.

    Leaves out the periods that were withdrawn by then.
    """
    granted = [
        waiver
        for waiver in await waivers.granted_waivers(work.session, until)
        if waiver.control_id in titles and in_force(waiver, until)
    ]
    control_ids = sorted({waiver.control_id for waiver in granted})
    occurrences = [
        row
        for row in await evidence.occurrences_ever(work.session, control_ids)
        if row.withdrawn_at is None or row.withdrawn_at > until
    ]
    summaries = [
        WaiverInForce(
            waiver.id,
            waiver.control_id,
            titles[waiver.control_id],
            covered_periods(waiver, occurrences),
            waiver.expires_on,
            await name_of(work, waiver.decided_by),
        )
        for waiver in granted
        if waiver.expires_on and covered_periods(waiver, occurrences)
    ]
    return tuple(sorted(summaries, key=lambda each: (each.expires_on, each.control_id, each.periods)))


async def waiver_steps(
    work: Work, control_id: str, occurrences: Sequence[Occurrence], zone: str
) -> list[WaiverStep]:
    """The history of a control's waivers, dated in ``zone``; ``occurrences`` are all that the control ever had."""
    labels = {row.id: row.label for row in occurrences}
    history: list[WaiverStep] = []
    for waiver in await waivers.waivers_of(work.session, control_id):
        period = labels[waiver.occurrence_id]
        asker = await name_of(work, waiver.asked_by)
        asked_on = local_date(waiver.asked_at, zone)
        history.append(WaiverStep(asked_on, WaiverState.REQUESTED, period, asker, waiver.reason))
        if waiver.decided_at:
            state = WaiverState.APPROVED if waiver.state in GRANTED else WaiverState.DECLINED
            decider = await name_of(work, waiver.decided_by)
            decided_on, count = local_date(waiver.decided_at, zone), len(waiver.covers)
            history.append(
                WaiverStep(decided_on, state, period, decider, waiver.refusal, waiver.expires_on, count)
            )
        if waiver.ended_at:
            ender = await name_of(work, waiver.ended_by) if waiver.ended_by else None
            ended_on = local_date(waiver.ended_at, zone)
            history.append(WaiverStep(ended_on, waiver.state, period, ender, waiver.end_reason))
    return history


async def waiver_message(work: Work, obligation: Obligation) -> Message | None:
    """The request to decide on a waiver in a lead's bundle, or what became of it."""
    waiver = await waivers.waiver(work.session, obligation.subject)
    if waiver is None:
        return None
    occurrence, control = await occurrence_and_control(work, waiver.occurrence_id)
    if waiver.state is WaiverState.REQUESTED and obligation.state is ObligationState.OPEN:
        return decision_request(waiver, occurrence, control, await name_of(work, waiver.asked_by), work.today)
    by = waiver.ended_by if waiver.state is WaiverState.ENDED else waiver.decided_by
    return waiver_outcome(waiver, occurrence, control, await name_of(work, by))


async def waived_message(
    work: Work, reader_id: str, occurrence: Occurrence, control: Control
) -> Message | None:
    """The waiver in place of a request for evidence; None unless the reader asked for it or answers for the period."""
    waiver = await waivers.waiver(work.session, occurrence.waiver_id) if occurrence.waiver_id else None
    if waiver is None:
        return None
    answering = await respondent_of(work, occurrence)
    if reader_id != waiver.asked_by and (answering is None or reader_id not in answering.people):
        return None
    return waiver_notice(waiver, occurrence, control, await name_of(work, waiver.decided_by))


async def waiver_note(work: Work, owner_id: str, occurrence: Occurrence) -> WaiverNote:
    """What the request for evidence tells its owner of the waiver that changed last."""
    waivers_for_it = [
        waiver
        for waiver in await waivers.waivers_of(work.session, occurrence.control_id)
        if occurrence.id in (waiver.occurrence_id, *waiver.covers)
    ]
    if not waivers_for_it:
        return NO_WAIVER_NOTE
    last = max(waivers_for_it, key=lambda waiver: waiver.ended_at or waiver.decided_at or waiver.asked_at)
    own = last.asked_by == owner_id
    match last.state:
        case WaiverState.REQUESTED:
            decidable = bool(deciders(await people.leads(work.session), last.asked_by, alone=False))
            asker = "" if own else await name_of(work, last.asked_by)
            return WaiverNote(pending_note(asker, decidable=decidable), undecided=True)
        case WaiverState.DECLINED if own or not requested_by_lead(last):
            return WaiverNote(declined_note(last, await name_of(work, last.decided_by)))
        case WaiverState.ENDED:
            return WaiverNote(ended_note(last, await name_of(work, last.ended_by)))
    return NO_WAIVER_NOTE
