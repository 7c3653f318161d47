"""Who answers for a control: a lead offers it, the owner accepts or declines, and the lead learns of it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.blocks.kit import Message
from bot.blocks.text import day, local_moment
from bot.calendar.periods import local_date
from bot.desk import Desk
from bot.errors import AlreadyDone, NoSuchControl, NotTheOwner, ReasonMissing, RequestClosed, SamePerson
from bot.obligations import close_all, show_boards
from bot.owners import handovers
from bot.owners.offers import SOCRATES, able, ask_leads_to_assign, end, offer, withdraw_requests
from bot.owners.rules.ownership import Charge, answering_owners, holders, roster_at
from bot.owners.views import handovers as handovers_view
from bot.owners.views.ownership import (
    ask,
    moved_up,
    no_longer,
    settled,
    unowned,
    unowned_settled,
    without_backup,
)
from bot.people import acting, acting_lead, name_of
from bot.work import Work
from storage import ownership, people, programme
from storage.handovers import Handover, pending_handover
from storage.obligations import Obligation
from storage.ownership import Ownership
from storage.people import Person
from storage.programme import Control
from storage.terms import Event, ObligationKind, ObligationState, OwnershipRole, OwnershipState


async def assign_control(
    desk: Desk, lead_id: str, control_id: str, owner_id: str, backup_id: str | None = None
) -> None:
    """Offer a control to an owner, and to a backup; who holds it already keeps it, anybody else is relieved."""
    if owner_id == backup_id:
        raise SamePerson(field="backup")
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        control = await programme.control(work.session, control_id, to_change=True)
        if control is None:
            raise NoSuchControl(field="control")
        chosen = {OwnershipRole.PRIMARY: await able(work, owner_id, "owner")}
        if backup_id:
            chosen[OwnershipRole.BACKUP] = await able(work, backup_id, "backup")
        await give(work, lead, control, chosen)
        await show_boards(work)


async def give(
    work: Work,
    lead: Person,
    control: Control,
    chosen: Mapping[OwnershipRole, Person],
    *,
    keep_backup: bool = False,
) -> None:
    """Offer a control, whose row is held, to those chosen; ``keep_backup`` leaves a backup who is not the owner.

    Whom its owner has asked to take it over stays asked while a lead leaves that owner in place.
    """
    passing = await _passed_on_by(work, control.id, chosen.get(OwnershipRole.PRIMARY))
    if passing is None:
        await handovers.end_pending(work, control.id, lead.id)
    spared = {passing.ownership_id} if passing else set()
    kept = await _relieve(work, lead, control, chosen, keep_backup=keep_backup, spared=spared)
    for role, person in chosen.items():
        if role not in kept:
            await offer(work, lead.id, control.id, person, role)
    if passing is None or passing.to_id:
        await close_all(work, ObligationKind.ASSIGN, control.id, done_by=lead.id)
    if chosen.keys() - kept:
        await close_all(work, ObligationKind.COVER, control.id, done_by=lead.id)


async def accept_ownership(desk: Desk, person_id: str, ownership_id: str) -> None:
    async with desk.work() as work:
        held = await _offered_to(work, person_id, ownership_id)
        held.state, held.decided_at = OwnershipState.ACCEPTED, work.now
        work.record(Event.OWNERSHIP_ACCEPTED, person_id, held)
        await close_all(work, ObligationKind.ACCEPT_OWNERSHIP, held.id, done_by=person_id)
        if held.role is OwnershipRole.PRIMARY:
            await handovers.take_over(work, held)


async def decline_ownership(desk: Desk, person_id: str, ownership_id: str, reason: str) -> None:
    """The reason reaches the owner who asked, or else every lead, as a request to find somebody else.

    Whoever stands in for an owner on leave stays asked in their place.
    """
    if not reason.strip():
        raise ReasonMissing(field="reason")
    async with desk.work() as work:
        held = await _offered_to(work, person_id, ownership_id)
        held.state, held.decided_at, held.reason = OwnershipState.DECLINED, work.now, reason.strip()
        work.record(Event.OWNERSHIP_DECLINED, person_id, held)
        await close_all(work, ObligationKind.ACCEPT_OWNERSHIP, held.id, done_by=person_id)
        if held.control_id not in answering_owners(*await _rows_and_able(work, held.control_id)):
            await withdraw_requests(work, person_id, held.control_id)
        if not await handovers.come_back(work, held, person_id):
            await ask_leads_to_assign(work, held.control_id)


async def offer_to_decide(desk: Desk, person_id: str, ownership_id: str) -> tuple[Ownership, Control]:
    """For the modal that asks for a reason."""
    async with desk.reading() as work:
        held = await _offered_to(work, person_id, ownership_id)
        return held, await _control(work, held.control_id)


async def controls_to_assign(
    desk: Desk, lead_id: str, chosen: str | None = None
) -> list[tuple[Control, str | None]]:
    """Every control with its present primary owner's name; those without an owner first."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        if chosen and not await programme.control(work.session, chosen):
            raise RequestClosed
        primaries = await primary_owners(work)
        names = await people.people_by_id(work.session, {held.person_id for held in primaries.values()})
        rows: list[tuple[Control, str | None]] = []
        for control in await programme.controls(work.session):
            held = primaries.get(control.id)
            rows.append((control, names[held.person_id].name if held else None))
        return sorted(rows, key=lambda row: row[1] is not None)


async def held_now(work: Work, control_id: str | None = None) -> dict[tuple[str, OwnershipRole], Ownership]:
    """Control id and role → what is held, of one control or of all, by somebody who can act."""
    return holders(*await _rows_and_able(work, control_id))


async def primary_owners(work: Work) -> dict[str, Ownership]:
    """Control id → its primary ownership, accepted or else offered, of somebody who can act."""
    return await _held_as(work, OwnershipRole.PRIMARY)


async def backups(work: Work) -> dict[str, Ownership]:
    """The same of its backup."""
    return await _held_as(work, OwnershipRole.BACKUP)


def accepted(held: Mapping[str, Ownership]) -> dict[str, str]:
    """Control id → the person, for those who have said yes."""
    return {
        control_id: row.person_id for control_id, row in held.items() if row.state is OwnershipState.ACCEPTED
    }


async def owners_to_ask(work: Work) -> dict[str, str]:
    """Control id → the person who is asked for its evidence, unless they are away."""
    return answering_owners(*await _rows_and_able(work))


async def roster(work: Work, instant: datetime) -> dict[str, Charge]:
    """Control id → who was in charge of it at an instant that has passed, as far as they could act then."""
    offered = await ownership.ownerships_until(work.session, instant)
    able = await people.able_to_act(work.session, {held.person_id for held in offered}, instant)
    return roster_at(offered, able, instant)


async def offer_item(work: Work, owed: Obligation) -> Message | None:
    """How an offer stands in the owner's bundle."""
    held = await ownership.ownership(work.session, owed.subject)
    if held is None:
        return None
    control = await _control(work, held.control_id)
    if held.state is not OwnershipState.OFFERED:
        return settled(held, control)
    if held.offered_by == SOCRATES:
        gone = await _how_it_came(work, control.id, OwnershipRole.PRIMARY)
        return ask(held, control, "", handovers_view.stepping_in(gone))
    by = await name_of(work, held.offered_by)
    if asked := await handovers.asked_by(work, held.id):
        return ask(held, control, by, handovers_view.taking_over(by, asked.reason), goes_to=by)
    return ask(held, control, by)


async def unowned_item(work: Work, owed: Obligation) -> Message | None:
    """How a control that misses its owner, or its backup, stands in a lead's bundle."""
    control = await _control(work, owed.subject)
    held = await held_now(work, control.id)
    primary = held.get((control.id, OwnershipRole.PRIMARY))
    owner = await name_of(work, primary.person_id) if primary else None
    if owed.state is not ObligationState.OPEN:
        backed = (control.id, OwnershipRole.BACKUP) in held
        return unowned_settled(control, owner, backed=backed)
    if primary is None or owner is None:
        why = await _how_it_came(work, control.id, OwnershipRole.PRIMARY)
        return unowned(control, why)
    if passing := await _passing(work, control, primary, owner):
        return passing
    was_backup = await ownership.last_ended(work.session, control.id, OwnershipRole.BACKUP)
    if was_backup and was_backup.person_id == primary.person_id:
        return without_backup(control, owner, moved_up(owner))
    why = await _how_it_came(work, control.id, OwnershipRole.BACKUP)
    return without_backup(control, owner, why)


async def _passing(work: Work, control: Control, primary: Ownership, owner: str) -> Message | None:
    """Its owner does not know whose it is; or has left, and somebody is asked whom no lead has chosen."""
    pending = await pending_handover(work.session, control.id)
    if pending and pending.to_id is None:
        return handovers_view.unclaimed(control, owner, pending.reason)
    stepping_in = primary.offered_by == SOCRATES
    if primary.state is not OwnershipState.OFFERED or not (pending or stepping_in):
        return None
    gone = await _how_it_came(work, control.id, OwnershipRole.PRIMARY)
    return handovers_view.passed_on(control, owner, gone, backup=stepping_in)


async def _relieve(
    work: Work,
    lead: Person,
    control: Control,
    chosen: Mapping[OwnershipRole, Person],
    *,
    keep_backup: bool,
    spared: Collection[str | None],
) -> set[OwnershipRole]:
    """End what is held by anybody else than those chosen, but for the ids `spared`; the roles that stay as they are."""
    kept: set[OwnershipRole] = set()
    asked = {person.id for person in chosen.values()}
    for held in await ownership.ownerships_of_control(work.session, control.id):
        if held.role in chosen and chosen[held.role].id == held.person_id:
            kept.add(held.role)
            continue
        if held.id in spared:
            continue
        if keep_backup and held.role is OwnershipRole.BACKUP and held.person_id not in asked:
            continue
        await end(work, held, lead.id)
        await withdraw_requests(work, held.person_id, control.id)
    return kept


async def _passed_on_by(work: Work, control_id: str, owner: Person | None) -> Handover | None:
    """The hand-over that waits, if its giver is this person, who owns the control and is there."""
    asked = await pending_handover(work.session, control_id)
    if asked is None or owner is None or not owner.may_act or asked.from_id != owner.id:
        return None
    return asked if await handovers.still_owns(work, owner.id, control_id) else None


async def _how_it_came(work: Work, control_id: str, role: OwnershipRole) -> str:
    """Why the place is empty: the last who said no, or the last whose time in it ended."""
    declined = await ownership.last_declined(work.session, control_id, role)
    ended = await ownership.last_ended(work.session, control_id, role)
    last = max((row for row in (declined, ended) if row), key=_settled_at, default=None)
    if last is None:
        return "Nobody has been asked yet."
    name, person = await name_of(work, last.person_id), await people.person(work.session, last.person_id)
    if last.state is OwnershipState.DECLINED:
        return f"{name} declined: “{last.reason}”"
    if person is None or not person.may_act:
        return f"{name}, who was to see to it, cannot act in this workspace any more."
    return no_longer(last, name, day(local_date(_settled_at(last), work.zone)))


def _settled_at(held: Ownership) -> datetime:
    return held.ended_at or held.decided_at or held.offered_at


async def _held_as(work: Work, role: OwnershipRole) -> dict[str, Ownership]:
    current = await held_now(work)
    return {control_id: row for (control_id, held_as), row in current.items() if held_as is role}


async def _rows_and_able(work: Work, control_id: str | None = None) -> tuple[list[Ownership], set[str]]:
    """What is held now, of one control or of all, and who of its holders can act."""
    held = (
        await ownership.ownerships_of_control(work.session, control_id)
        if control_id
        else await ownership.current_ownerships(work.session)
    )
    known = await people.people_by_id(work.session, {row.person_id for row in held})
    return held, {person_id for person_id, person in known.items() if person.may_act}


async def _offered_to(work: Work, person_id: str, ownership_id: str) -> Ownership:
    """The offer, to be answered by this person; its control's row is held too."""
    person = await acting(work, person_id)
    held = await ownership.ownership(work.session, ownership_id)
    if held is None:
        raise RequestClosed
    await programme.control(work.session, held.control_id, to_change=True)
    held = await ownership.ownership(work.session, ownership_id, to_change=True)
    if held is None:
        raise RequestClosed
    if held.person_id != person.id:
        asked = await name_of(work, held.person_id)
        raise NotTheOwner(f"Only {asked}, who was asked, can answer this.")
    if held.state is OwnershipState.ENDED:
        raise RequestClosed(f"{held.control_id} is not offered to you any more, so this request has closed.")
    if held.state is not OwnershipState.OFFERED:
        when = local_moment(held.decided_at, person.zone) if held.decided_at else ""
        raise AlreadyDone(f"This is already recorded: {held.state}, {when}.")
    return held


async def _control(work: Work, control_id: str) -> Control:
    control = await programme.control(work.session, control_id)
    if control is None:
        raise NoSuchControl
    return control
