"""What people read of one waiver: a lead in the request to decide, an owner in or instead of the evidence request."""

from bot.blocks.kit import Message
from bot.evidence.requests import occurrence_and_control
from bot.evidence.rules.waivers import NO_WAIVER_NOTE, WaiverNote
from bot.evidence.views.waivers import (
    decision_request,
    declined_note,
    ended_note,
    pending_note,
    waiver_notice,
    waiver_outcome,
)
from bot.evidence.waivable import waiver_deciders
from bot.owners.respondents import respondent_of
from bot.people import name_of
from bot.work import Work
from storage import waivers
from storage.evidence import Occurrence
from storage.obligations import Obligation
from storage.programme import Control
from storage.terms import ObligationState, WaiverState
from storage.waivers import requested_by_lead


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
    respondent = await respondent_of(work, occurrence)
    if reader_id != waiver.asked_by and (respondent is None or reader_id not in respondent.people):
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
            decidable = bool(await waiver_deciders(work, last.asked_by))
            asker = "" if own else await name_of(work, last.asked_by)
            return WaiverNote(pending_note(asker, decidable=decidable), undecided=True)
        case WaiverState.DECLINED if own or not requested_by_lead(last):
            return WaiverNote(declined_note(last, await name_of(work, last.decided_by)))
        case WaiverState.ENDED:
            return WaiverNote(ended_note(last, await name_of(work, last.ended_by)))
    return NO_WAIVER_NOTE
