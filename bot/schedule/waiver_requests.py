"""Requests for a waiver on which nobody has to decide any more: what they were asked for is settled otherwise."""

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk import Desk
from bot.obligations import close_all
from storage import waivers
from storage.record import entries
from storage.terms import Event, ObligationKind, WaiverState
from storage.waivers import Waiver, is_wish


async def withdraw_waiver_requests(
    session: AsyncSession, desk: Desk, occurrence_id: str, by: str | None = None
) -> None:
    """Nobody has to decide any more on waiving this occurrence, whose row is held."""
    for asked in await waivers.requests_for(session, occurrence_id, to_change=True):
        await _withdraw(session, desk, asked, by)


async def withdraw_owners_requests(session: AsyncSession, desk: Desk, occurrence_id: str, by: str) -> None:
    """Evidence is here: "not applicable" is settled by it. What a lead wishes goes further, and stays."""
    for asked in await waivers.requests_for(session, occurrence_id, to_change=True):
        if not is_wish(asked):
            await _withdraw(session, desk, asked, by)


async def _withdraw(session: AsyncSession, desk: Desk, asked: Waiver, by: str | None) -> None:
    asked.state, asked.ended_by, asked.ended_at = WaiverState.WITHDRAWN, by, desk.now()
    session.add(asked)
    entries.append(session, Event.WAIVER_WITHDRAWN, by or "socrates", desk.now(), asked)
    await close_all(session, desk, ObligationKind.DECIDE_WAIVER, asked.id)
