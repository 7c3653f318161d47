"""Requests for a waiver on which nobody has to decide any more: what they were asked for is settled otherwise."""

from bot.obligations import close_all
from bot.work import Work
from storage import waivers
from storage.terms import Event, ObligationKind, WaiverState
from storage.waivers import Waiver, is_wish


async def withdraw_waiver_requests(work: Work, occurrence_id: str, by: str | None = None) -> None:
    """Nobody has to decide any more on waiving this occurrence, whose row is held."""
    for asked in await waivers.requests_for(work.session, occurrence_id, to_change=True):
        await _withdraw(work, asked, by)


async def withdraw_owners_requests(work: Work, occurrence_id: str, by: str) -> None:
    """Evidence is here: "not applicable" is settled by it. What a lead wishes goes further, and stays."""
    for asked in await waivers.requests_for(work.session, occurrence_id, to_change=True):
        if not is_wish(asked):
            await _withdraw(work, asked, by)


async def _withdraw(work: Work, asked: Waiver, by: str | None) -> None:
    asked.state, asked.ended_by, asked.ended_at = WaiverState.WITHDRAWN, by, work.now
    work.record(Event.WAIVER_WITHDRAWN, by or "socrates", asked)
    await close_all(work, ObligationKind.DECIDE_WAIVER, asked.id)
