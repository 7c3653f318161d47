"""Controls of people who cannot act any more: the backup is offered them, and the leads are asked to assign them."""

from collections.abc import Sequence

from bot.deadlines import Staff
from bot.desk import Desk
from bot.obligations import refresh_lead_homes
from bot.owners import handovers
from bot.owners.offers import (
    ask_leads_to_assign,
    end_ownership,
    offer_to_backup,
    withdraw_evidence_requests,
)
from bot.owners.rules.ownership import backup_of_leaver
from bot.work import Work
from storage import ownership, people, programme
from storage.ownership import Ownership
from storage.record.recorded import Actor
from storage.terms import OwnershipRole


async def leavers_have_controls(work: Work, staff: Staff) -> bool:
    """Not while nobody leads compliance, since a control that nobody takes over goes to the leads."""
    return bool(staff.leads and await ownership.control_ids_of_leavers(work.session))


async def pass_on_controls_of_leavers(desk: Desk) -> None:
    """End the ownerships of people who cannot act any more; they do not get them back by coming back."""
    async with desk.work() as work:
        for control_id in await ownership.control_ids_of_leavers(work.session):
            await programme.control(work.session, control_id, to_change=True)
            current = await ownership.ownerships_of_control(work.session, control_id)
            ownerships = await _of_leavers(work, current)
            for row in ownerships:
                await end_ownership(work, row, Actor.SOCRATES)
                await withdraw_evidence_requests(work, row.person_id, control_id)
            await _pass_on(work, control_id, ownerships)
        await refresh_lead_homes(work)


async def _of_leavers(work: Work, ownerships: Sequence[Ownership]) -> list[Ownership]:
    people_by_id = await people.people_by_id(work.session, {row.person_id for row in ownerships})
    return [row for row in ownerships if not people_by_id[row.person_id].may_act]


async def _pass_on(work: Work, control_id: str, ended: Sequence[Ownership]) -> None:
    """If the leaver was named in a hand-over, its owner decides again; otherwise the leads assign the control."""
    if any(row.role is OwnershipRole.PRIMARY and row.decided_at for row in ended):
        await handovers.end_handover_of_leaver(work, control_id)
    backup_id = backup_of_leaver(ended, await ownership.ownerships_of_control(work.session, control_id))
    await offer_to_backup(work, control_id, backup_id)
    for row in ended:
        if not await handovers.return_handover(work, row, Actor.SOCRATES):
            await ask_leads_to_assign(work, control_id)
