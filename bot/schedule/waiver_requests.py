"""Withdraws waiver requests that no lead needs to decide any more; in `schedule`, which withdraws periods itself.

The verbs of waivers are in `evidence`, which imports `schedule`.
"""

from bot.obligations import close_obligations_about
from bot.work import Work
from storage import waivers
from storage.record.recorded import Actor
from storage.terms import Event, ObligationKind, WaiverState
from storage.waivers import Waiver, requested_by_lead


async def withdraw_waiver_requests(work: Work, occurrence_id: str, by: str | None = None) -> None:
    """Withdraw every request to waive this occurrence, whose row is locked."""
    for waiver in await waivers.requested_waivers_for(work.session, occurrence_id, to_change=True):
        await _withdraw(work, waiver, by)


async def withdraw_owners_requests(work: Work, occurrence_id: str, by: str) -> None:
    """Evidence answers an owner's "not applicable". A lead's request reaches further, and stays."""
    for waiver in await waivers.requested_waivers_for(work.session, occurrence_id, to_change=True):
        if not requested_by_lead(waiver):
            await _withdraw(work, waiver, by)


async def _withdraw(work: Work, waiver: Waiver, by: str | None) -> None:
    waiver.state, waiver.ended_by, waiver.ended_at = WaiverState.WITHDRAWN, by, work.now
    work.record(Event.WAIVER_WITHDRAWN, by or Actor.SOCRATES, waiver)
    await close_obligations_about(work, ObligationKind.DECIDE_WAIVER, waiver.id)
