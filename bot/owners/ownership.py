"""Who answers for a control: a lead offers it, and the person who is asked to own it accepts or declines."""

from collections.abc import Collection, Mapping

from bot.blocks.ids import Field
from bot.blocks.text import local_moment
from bot.desk import Desk
from bot.errors import AlreadyDone, NoSuchControl, NotTheOwner, ReasonMissing, RequestClosed, SamePerson
from bot.obligations import close_obligations_about, refresh_lead_homes
from bot.owners import handovers
from bot.owners.current_owners import owners_to_ask, primary_ownerships
from bot.owners.offers import (
    ask_leads_to_assign,
    end_ownership,
    offer_ownership,
    require_able_owner,
    require_control,
    withdraw_evidence_requests,
)
from bot.people import acting_lead, acting_person, name_of
from bot.work import Work
from storage import ownership, people, programme
from storage.handovers import Handover, pending_handover
from storage.ownership import Ownership
from storage.people import Person
from storage.programme import Control
from storage.terms import Event, ObligationKind, OwnershipRole, OwnershipState


async def assign_control(
    desk: Desk, lead_id: str, control_id: str, owner_id: str, backup_id: str | None = None
) -> None:
    """Offer a control to an owner, and to a backup. Their present ownerships stay, those of anybody else end."""
    if owner_id == backup_id:
        raise SamePerson(field=Field.BACKUP)
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        control = await programme.control(work.session, control_id, to_change=True)
        if control is None:
            raise NoSuchControl(field=Field.CONTROL)
        chosen = {OwnershipRole.PRIMARY: await require_able_owner(work, owner_id, Field.OWNER)}
        if backup_id:
            chosen[OwnershipRole.BACKUP] = await require_able_owner(work, backup_id, Field.BACKUP)
        await assign_owners(work, lead, control, chosen)
        await refresh_lead_homes(work)


async def assign_owners(
    work: Work,
    lead: Person,
    control: Control,
    chosen: Mapping[OwnershipRole, Person],
    *,
    keep_backup: bool = False,
) -> None:
    """Offer a control, whose row is locked, to those chosen; ``keep_backup`` leaves a backup who is not the new owner.

    Where a lead leaves the owner in place, that owner's hand-over goes on.
    """
    handover = await _handover_by_owner(work, control.id, chosen.get(OwnershipRole.PRIMARY))
    if handover is None:
        await handovers.end_pending_handover(work, control.id, lead.id)
    spared = {handover.ownership_id} if handover else set()
    kept = await _relieve(work, lead, control, chosen, keep_backup=keep_backup, spared=spared)
    for role, person in chosen.items():
        if role not in kept:
            await offer_ownership(work, lead.id, control.id, person, role)
    if handover is None or handover.to_id:
        await close_obligations_about(work, ObligationKind.ASSIGN, control.id, done_by=lead.id)
    if chosen.keys() - kept:
        await close_obligations_about(work, ObligationKind.COVER, control.id, done_by=lead.id)


async def accept_ownership(desk: Desk, person_id: str, ownership_id: str) -> None:
    async with desk.work() as work:
        row = await _offered_to(work, person_id, ownership_id)
        row.state, row.decided_at = OwnershipState.ACCEPTED, work.now
        work.record(Event.OWNERSHIP_ACCEPTED, person_id, row)
        await close_obligations_about(work, ObligationKind.ACCEPT_OWNERSHIP, row.id, done_by=person_id)
        if row.role is OwnershipRole.PRIMARY:
            await handovers.take_over(work, row)


async def decline_ownership(desk: Desk, person_id: str, ownership_id: str, reason: str) -> None:
    """The owner who handed the control over learns the reason; without a hand-over every lead does, and assigns it.

    A backup who stands in for an owner on leave is still asked for evidence.
    """
    if not reason.strip():
        raise ReasonMissing(field=Field.REASON)
    async with desk.work() as work:
        row = await _offered_to(work, person_id, ownership_id)
        row.state, row.decided_at, row.reason = OwnershipState.DECLINED, work.now, reason.strip()
        work.record(Event.OWNERSHIP_DECLINED, person_id, row)
        await close_obligations_about(work, ObligationKind.ACCEPT_OWNERSHIP, row.id, done_by=person_id)
        if row.control_id not in await owners_to_ask(work, row.control_id):
            await withdraw_evidence_requests(work, person_id, row.control_id)
        if not await handovers.return_handover(work, row, person_id):
            await ask_leads_to_assign(work, row.control_id)


async def offer_to_decline(desk: Desk, person_id: str, ownership_id: str) -> tuple[Ownership, Control]:
    """The offer and its control, for the form that asks why it is declined."""
    async with desk.reading() as work:
        row = await _offered_to(work, person_id, ownership_id)
        return row, await require_control(work, row.control_id)


async def controls_to_assign(
    desk: Desk, lead_id: str, chosen: str | None = None
) -> list[tuple[Control, str | None]]:
    """Every control with the name of its present owner, asked or accepted; those without an owner first."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        if chosen and not await programme.control(work.session, chosen):
            raise RequestClosed
        primaries = await primary_ownerships(work)
        owners = await people.people_by_id(work.session, {row.person_id for row in primaries.values()})
        controls: list[tuple[Control, str | None]] = []
        for control in await programme.controls(work.session):
            primary = primaries.get(control.id)
            controls.append((control, owners[primary.person_id].name if primary else None))
        return sorted(controls, key=lambda each: each[1] is not None)


async def _relieve(
    work: Work,
    lead: Person,
    control: Control,
    chosen: Mapping[OwnershipRole, Person],
    *,
    keep_backup: bool,
    spared: Collection[str | None],
) -> set[OwnershipRole]:
    """End the ownerships of everyone who is not chosen, except the ids ``spared``; the roles that stay as they are."""
    kept: set[OwnershipRole] = set()
    chosen_ids = {person.id for person in chosen.values()}
    for row in await ownership.ownerships_of_control(work.session, control.id):
        if row.role in chosen and chosen[row.role].id == row.person_id:
            kept.add(row.role)
            continue
        if row.id in spared:
            continue
        if keep_backup and row.role is OwnershipRole.BACKUP and row.person_id not in chosen_ids:
            continue
        await end_ownership(work, row, lead.id)
        await withdraw_evidence_requests(work, row.person_id, control.id)
    return kept


async def _handover_by_owner(work: Work, control_id: str, owner: Person | None) -> Handover | None:
    """The hand-over that is not settled, if this person began it, still owns the control and can act."""
    handover = await pending_handover(work.session, control_id)
    if handover is None or owner is None or not owner.may_act or handover.from_id != owner.id:
        return None
    return handover if await handovers.still_owns(work, owner.id, control_id) else None


async def _offered_to(work: Work, person_id: str, ownership_id: str) -> Ownership:
    """The offer that this person has to answer, its row and its control's locked."""
    person = await acting_person(work, person_id)
    row = await ownership.ownership(work.session, ownership_id)
    if row is None:
        raise RequestClosed
    await programme.control(work.session, row.control_id, to_change=True)
    row = await ownership.ownership(work.session, ownership_id, to_change=True)
    if row is None:
        raise RequestClosed
    if row.person_id != person.id:
        name = await name_of(work, row.person_id)
        raise NotTheOwner(f"Only {name}, who was asked, can answer this.")
    if row.state is OwnershipState.ENDED:
        raise RequestClosed(f"{row.control_id} is not offered to you any more, so this request has closed.")
    if row.state is not OwnershipState.OFFERED:
        when = local_moment(row.decided_at, person.zone) if row.decided_at else ""
        raise AlreadyDone(f"This is already recorded: {row.state}, {when}.")
    return row
