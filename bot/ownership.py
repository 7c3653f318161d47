"""Who answers for a control: a lead offers it, the owner accepts or declines, and the lead learns of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk import Desk
from bot.errors import (
    AlreadyDone,
    CannotOwn,
    NoSuchControl,
    NotTheOwner,
    ReasonMissing,
    RequestClosed,
    SamePerson,
)
from bot.obligations import close_all, close_obligation, open_obligation, show_boards
from bot.people import acting, acting_lead, name_of
from bot.rules.ownership import Charge, roster_at
from bot.views import ownership as view
from bot.views.blocks import Message
from bot.views.text import local_moment
from bot.workdays import deadline
from storage import evidence, obligations, ownership, people, programme, record
from storage.obligations import Obligation
from storage.ownership import Ownership
from storage.people import Person
from storage.programme import Control
from storage.terms import Event, ObligationKind, ObligationState, OwnershipRole, OwnershipState

DECIDE_WITHIN = timedelta(days=3)


async def assign_control(
    desk: Desk, lead_id: str, control_id: str, owner_id: str, backup_id: str | None = None
) -> None:
    """Offer a control to an owner, and to a backup; who holds it already keeps it, anybody else is relieved."""
    if owner_id == backup_id:
        raise SamePerson(field="backup")
    async with desk.transaction() as session:
        lead = await acting_lead(session, lead_id)
        control = await programme.control(session, control_id, to_change=True)
        if control is None:
            raise NoSuchControl(field="control")
        chosen = {OwnershipRole.PRIMARY: await able(session, owner_id, "owner")}
        if backup_id:
            chosen[OwnershipRole.BACKUP] = await able(session, backup_id, "backup")
        await give(session, desk, lead, control, chosen)
        await show_boards(session, desk)


async def give(
    session: AsyncSession,
    desk: Desk,
    lead: Person,
    control: Control,
    chosen: Mapping[OwnershipRole, Person],
    *,
    keep_backup: bool = False,
) -> None:
    """Offer a control, whose row is held, to those chosen; ``keep_backup`` leaves a backup who is not the owner."""
    kept = await _relieve(session, desk, lead, control, chosen, keep_backup=keep_backup)
    for role, person in chosen.items():
        if role not in kept:
            await _offer(session, desk, lead, control, person, role)
    for kind in (ObligationKind.ASSIGN, ObligationKind.COVER):
        await close_all(session, desk, kind, control.id, done_by=lead.id)


async def able(session: AsyncSession, person_id: str, field: str) -> Person:
    """The person, if they may own a control. Raises CannotOwn at this field."""
    person = await people.person(session, person_id)
    if person is None or not person.may_act:
        raise CannotOwn(field=field)
    return person


async def accept_ownership(desk: Desk, person_id: str, ownership_id: str) -> None:
    async with desk.transaction() as session:
        held = await _offered_to(session, person_id, ownership_id)
        held.state, held.decided_at = OwnershipState.ACCEPTED, desk.now()
        session.add(held)
        record.append(session, Event.OWNERSHIP_ACCEPTED, person_id, desk.now(), held)
        await close_all(session, desk, ObligationKind.ACCEPT_OWNERSHIP, held.id, done_by=person_id)


async def decline_ownership(desk: Desk, person_id: str, ownership_id: str, reason: str) -> None:
    """The reason reaches every lead, as a request to assign somebody else."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    async with desk.transaction() as session:
        held = await _offered_to(session, person_id, ownership_id)
        held.state, held.decided_at, held.reason = OwnershipState.DECLINED, desk.now(), reason.strip()
        session.add(held)
        record.append(session, Event.OWNERSHIP_DECLINED, person_id, desk.now(), held)
        await close_all(session, desk, ObligationKind.ACCEPT_OWNERSHIP, held.id, done_by=person_id)
        await _ask_leads_to_assign(session, desk, held.control_id)


async def pass_on_what_leavers_held(desk: Desk) -> None:
    """Tick: a control whose owner cannot act any more is put before the leads, and its requests are withdrawn."""
    async with desk.sessions.reading() as session:
        if not await _left_behind(session):
            return
    async with desk.transaction() as session:
        for held in await _left_behind(session):
            await _withdraw_requests(session, desk, held)
            await _ask_leads_to_assign(session, desk, held.control_id)
        await show_boards(session, desk)


async def offer_to_decide(desk: Desk, person_id: str, ownership_id: str) -> tuple[Ownership, Control]:
    """For the modal that asks for a reason."""
    async with desk.sessions.reading() as session:
        held = await _offered_to(session, person_id, ownership_id)
        return held, await _control(session, held.control_id)


async def controls_to_assign(
    desk: Desk, lead_id: str, chosen: str | None = None
) -> list[tuple[Control, str | None]]:
    """Every control with its present primary owner's name; those without an owner first."""
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
        if chosen and not await programme.control(session, chosen):
            raise RequestClosed
        primaries = await primary_owners(session)
        names = await people.people_by_id(session, {held.person_id for held in primaries.values()})
        rows: list[tuple[Control, str | None]] = []
        for control in await programme.controls(session):
            held = primaries.get(control.id)
            rows.append((control, names[held.person_id].name if held else None))
        return sorted(rows, key=lambda row: row[1] is not None)


async def primary_owners(session: AsyncSession) -> dict[str, Ownership]:
    """Control id → its primary ownership, offered or accepted, of somebody who can act."""
    return await _held_as(session, OwnershipRole.PRIMARY)


async def backups(session: AsyncSession) -> dict[str, Ownership]:
    """The same of its backup."""
    return await _held_as(session, OwnershipRole.BACKUP)


def accepted(held: Mapping[str, Ownership]) -> dict[str, str]:
    """Control id → the person, for those who have said yes."""
    return {
        control_id: row.person_id for control_id, row in held.items() if row.state is OwnershipState.ACCEPTED
    }


async def accepted_owners(session: AsyncSession) -> dict[str, str]:
    """Control id → the person who accepted to own it."""
    return accepted(await primary_owners(session))


async def roster(session: AsyncSession, instant: datetime) -> dict[str, Charge]:
    """Control id → who was in charge of it at an instant that has passed, as far as they could act then."""
    offered = await ownership.ownerships_until(session, instant)
    able = await people.able_to_act(session, {held.person_id for held in offered}, instant)
    return roster_at(offered, able, instant)


async def offer_item(session: AsyncSession, _desk: Desk, owed: Obligation) -> Message | None:
    """How an offer stands in the owner's bundle."""
    held = await ownership.ownership(session, owed.subject)
    if held is None:
        return None
    control = await _control(session, held.control_id)
    if held.state is OwnershipState.OFFERED:
        return view.ask(held, control, await name_of(session, held.offered_by))
    return view.settled(held, control)


async def unowned_item(session: AsyncSession, _desk: Desk, owed: Obligation) -> Message | None:
    """How a control that misses its owner, or its backup, stands in a lead's bundle."""
    control = await _control(session, owed.subject)
    held = (await primary_owners(session)).get(control.id)
    owner = await name_of(session, held.person_id) if held else None
    if owed.state is not ObligationState.OPEN:
        return view.unowned_settled(control, owner)
    why = await _why_unowned(session, control)
    return view.without_backup(control, owner, why) if owner else view.unowned(control, why)


async def _offer(
    session: AsyncSession,
    desk: Desk,
    lead: Person,
    control: Control,
    person: Person,
    role: OwnershipRole,
) -> None:
    held = Ownership(
        control_id=control.id, person_id=person.id, role=role, offered_by=lead.id, offered_at=desk.now()
    )
    session.add(held)
    record.append(session, Event.OWNERSHIP_OFFERED, lead.id, desk.now(), held)
    due_on = await deadline(session, desk, person, DECIDE_WITHIN)
    await open_obligation(session, desk, person, ObligationKind.ACCEPT_OWNERSHIP, held.id, due_on)


async def _relieve(
    session: AsyncSession,
    desk: Desk,
    lead: Person,
    control: Control,
    chosen: Mapping[OwnershipRole, Person],
    *,
    keep_backup: bool,
) -> set[OwnershipRole]:
    """End what is held by anybody else than those chosen; the roles that stay as they are."""
    kept: set[OwnershipRole] = set()
    asked = {person.id for person in chosen.values()}
    for held in await ownership.ownerships_of_control(session, control.id):
        if held.role in chosen and chosen[held.role].id == held.person_id:
            kept.add(held.role)
            continue
        if keep_backup and held.role is OwnershipRole.BACKUP and held.person_id not in asked:
            continue
        held.state, held.ended_at = OwnershipState.ENDED, desk.now()
        session.add(held)
        record.append(session, Event.OWNERSHIP_ENDED, lead.id, desk.now(), held)
        await _withdraw_requests(session, desk, held)
    return kept


async def _held_as(session: AsyncSession, role: OwnershipRole) -> dict[str, Ownership]:
    held = [row for row in await ownership.current_ownerships(session) if row.role is role]
    holders = await people.people_by_id(session, {row.person_id for row in held})
    return {row.control_id: row for row in held if holders[row.person_id].may_act}


async def _withdraw_requests(session: AsyncSession, desk: Desk, held: Ownership) -> None:
    """Who does not answer for a control any more is not asked about it any more."""
    await close_all(session, desk, ObligationKind.ACCEPT_OWNERSHIP, held.id)
    for owed in await obligations.open_obligations(session, held.person_id):
        if owed.kind is ObligationKind.EVIDENCE:
            occurrence = await evidence.occurrence(session, owed.subject)
            if occurrence and occurrence.control_id == held.control_id:
                await close_obligation(session, desk, owed, ObligationState.WITHDRAWN)


async def _left_behind(session: AsyncSession) -> list[Ownership]:
    """What people hold who cannot act, and no lead has been asked to assign anew."""
    asked = await obligations.open_subjects(session, ObligationKind.ASSIGN)
    current = [row for row in await ownership.current_ownerships(session) if row.control_id not in asked]
    holders = await people.people_by_id(session, {row.person_id for row in current})
    return [row for row in current if not holders[row.person_id].may_act]


async def _ask_leads_to_assign(session: AsyncSession, desk: Desk, control_id: str) -> None:
    for lead in await people.leads(session):
        due_on = await deadline(session, desk, lead, DECIDE_WITHIN)
        await open_obligation(session, desk, lead, ObligationKind.ASSIGN, control_id, due_on)


async def _why_unowned(session: AsyncSession, control: Control) -> str:
    for held in await ownership.ownerships_of_control(session, control.id):
        person = await people.person(session, held.person_id)
        if person and not person.may_act:
            return f"{person.name}, who was to see to it, cannot act in this workspace any more."
    declined = await ownership.last_declined(session, control.id)
    if declined is None:
        return "Nobody has been asked yet."
    return f"{await name_of(session, declined.person_id)} declined: “{declined.reason}”"


async def _offered_to(session: AsyncSession, person_id: str, ownership_id: str) -> Ownership:
    person = await acting(session, person_id)
    held = await ownership.ownership(session, ownership_id, to_change=True)
    if held is None:
        raise RequestClosed
    if held.person_id != person.id:
        asked = await name_of(session, held.person_id)
        raise NotTheOwner(f"Only {asked}, who was asked, can answer this.")
    if held.state is OwnershipState.ENDED:
        raise RequestClosed(f"{held.control_id} has been assigned anew, so this request has closed.")
    if held.state is not OwnershipState.OFFERED:
        when = local_moment(held.decided_at, person.zone) if held.decided_at else ""
        raise AlreadyDone(f"This is already recorded: {held.state}, {when}.")
    return held


async def _control(session: AsyncSession, control_id: str) -> Control:
    control = await programme.control(session, control_id)
    if control is None:
        raise NoSuchControl
    return control
