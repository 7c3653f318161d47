"""What becomes of the controls of somebody who cannot act any more: the backup is offered them, the leads are told."""

from collections.abc import Sequence

from bot.desk import Desk
from bot.obligations import show_boards
from bot.owners import handovers
from bot.owners.offers import SOCRATES, ask_leads_to_assign, end, offer_to_backup, withdraw_requests
from bot.owners.rules.ownership import heir
from bot.work import Work
from storage import ownership, people, programme
from storage.ownership import Ownership
from storage.terms import OwnershipRole


async def pass_on_what_leavers_held(desk: Desk) -> None:
    """Tick: whoever cannot act any more holds nothing, and does not get it back by coming back.

    Nothing is done while nobody leads compliance, since what nobody takes over goes to the leads.
    """
    async with desk.reading() as work:
        if not await _left_behind(work):
            return
    async with desk.work() as work:
        for control_id in await _left_behind(work):
            await programme.control(work.session, control_id, to_change=True)
            left = await _of_leavers(work, await ownership.ownerships_of_control(work.session, control_id))
            for held in left:
                await end(work, held, SOCRATES)
                await withdraw_requests(work, held.person_id, control_id)
            await _pass_on(work, control_id, left)
        await show_boards(work)


async def _left_behind(work: Work) -> list[str]:
    """The ids of the controls of which people hold anything who cannot act."""
    if not await people.leads(work.session):
        return []
    held = await _of_leavers(work, await ownership.current_ownerships(work.session))
    return sorted({row.control_id for row in held})


async def _of_leavers(work: Work, current: Sequence[Ownership]) -> list[Ownership]:
    known = await people.people_by_id(work.session, {row.person_id for row in current})
    return [row for row in current if not known[row.person_id].may_act]


async def _pass_on(work: Work, control_id: str, left: Sequence[Ownership]) -> None:
    """What was only an offer of its owner's is theirs to decide again; of all else the leads learn."""
    if any(held.role is OwnershipRole.PRIMARY and held.decided_at for held in left):
        await handovers.giver_left(work, control_id)
    backup_id = heir(left, await ownership.ownerships_of_control(work.session, control_id))
    await offer_to_backup(work, control_id, backup_id)
    for held in left:
        if not await handovers.come_back(work, held, SOCRATES):
            await ask_leads_to_assign(work, control_id)
