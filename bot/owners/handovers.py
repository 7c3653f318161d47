"""An owner says that a control is not theirs: it is offered to whom they name, and is theirs until that is accepted."""

from bot.blocks.kit import Message
from bot.desk import Desk
from bot.errors import AlreadyDone, NobodyToAsk, NotTheOwner, ReasonMissing, RequestClosed, SamePerson
from bot.obligations import close_all, open_obligation, show_boards, show_home, show_to_all
from bot.owners.offers import (
    SOCRATES,
    able,
    ask_leads_to_assign,
    decide_by,
    end,
    offer,
    offer_to_backup,
    withdraw_requests,
)
from bot.owners.rules.ownership import gives_way, next_in_line
from bot.owners.views.handovers import asked_already, returned, settled, settled_already
from bot.people import acting, name_of
from bot.work import Work
from storage import handovers, ownership, people, programme
from storage.handovers import PENDING, Handover
from storage.obligations import Obligation
from storage.ownership import Ownership
from storage.people import Person
from storage.programme import Control
from storage.terms import Event, HandoverState, ObligationKind, OwnershipRole, OwnershipState

ENTRIES = {
    HandoverState.ASKED: Event.HANDOVER_ASKED,
    HandoverState.ACCEPTED: Event.HANDOVER_ACCEPTED,
    HandoverState.RETURNED: Event.HANDOVER_RETURNED,
    HandoverState.KEPT: Event.HANDOVER_KEPT,
    HandoverState.ENDED: Event.HANDOVER_ENDED,
}


async def hand_over(
    desk: Desk, person_id: str, control_id: str, to_id: str | None, reason: str
) -> tuple[Control, Person | None]:
    """Offer what one owns to somebody else; without a name the leads are asked to find the owner.

    The owner stays the owner until an offer is accepted, or a lead has assigned the control.
    """
    async with desk.work() as work:
        giver, control = await _owned(work, person_id, control_id)
        if not reason.strip():
            raise ReasonMissing(field="reason")
        await _require_unasked(work, control.id)
        to = await _successor(work, giver, to_id)
        await end_pending(work, control.id, giver.id, done_by=giver.id)
        held = await offer(work, giver.id, control.id, to, OwnershipRole.PRIMARY) if to else None
        await work.session.flush()
        asked = Handover(
            control_id=control.id,
            from_id=giver.id,
            to_id=to.id if to else None,
            ownership_id=held.id if held else None,
            reason=reason.strip(),
            asked_at=work.now,
        )
        _write(work, asked, HandoverState.ASKED, giver.id)
        if to is None:
            await ask_leads_to_assign(work, control.id)
        await _show(work, asked)
    return control, to


async def keep_control(desk: Desk, person_id: str, handover_id: str) -> None:
    """The owner takes back what they asked, or keeps what came back to them."""
    async with desk.work() as work:
        person = await acting(work, person_id)
        asked = await handovers.handover(work.session, handover_id)
        if asked is None:
            raise RequestClosed
        await _owned(work, person.id, asked.control_id)
        asked = await handovers.handover(work.session, handover_id, to_change=True)
        if asked is None or asked.from_id != person.id:
            raise NotTheOwner
        if asked.state not in PENDING:
            raise AlreadyDone(settled_already(asked))
        if asked.to_id is None:
            await _relieve_leads(work, asked.control_id)
        elif asked.state is HandoverState.ASKED:
            await _end_offer(work, asked, person.id)
        _write(work, asked, HandoverState.KEPT, person.id)
        await close_all(work, ObligationKind.DECIDE_HANDOVER, asked.id, done_by=person.id)
        await _show(work, asked)


async def _relieve_leads(work: Work, control_id: str) -> None:
    """Its owner keeps it: leads stay asked for a backup if there was to be one and nobody is."""
    current = await ownership.ownerships_of_control(work.session, control_id)
    backed = any(row.role is OwnershipRole.BACKUP for row in current)
    if backed or not await ownership.was_ever_backed(work.session, control_id):
        await close_all(work, ObligationKind.ASSIGN, control_id)
    else:
        await show_to_all(work, ObligationKind.ASSIGN, control_id)


async def controls_to_hand_over(desk: Desk, person_id: str, control_id: str | None = None) -> list[Control]:
    """For the form: this one, or all that the person owns and has asked nobody to take over."""
    async with desk.reading() as work:
        if control_id:
            _, control = await _owned(work, person_id, control_id)
            await _require_unasked(work, control.id)
            return [control]
        person = await acting(work, person_id)
        owned = await owned_and_unasked(work, person.id)
        if not owned:
            raise NotTheOwner("You own no control that you could hand over.")
        known = await programme.controls_by_id(work.session, owned)
        return [known[each] for each in sorted(owned)]


async def owned_and_unasked(work: Work, person_id: str) -> set[str]:
    """The ids of the controls that this person could hand over."""
    asked = {
        row.control_id
        for row in await handovers.pending_handovers(work.session, person_id)
        if row.state is HandoverState.ASKED
    }
    held = await ownership.ownerships_of_person(work.session, person_id)
    return {row.control_id for row in held if _owns(row)} - asked


async def take_over(work: Work, taken: Ownership) -> None:
    """An offer to own a control was accepted: whoever owned it is relieved, and so is its new owner as the backup."""
    current = await ownership.ownerships_of_control(work.session, taken.control_id)
    ended = gives_way(taken, current)
    for row in ended:
        await end(work, row, taken.person_id)
        if row.person_id != taken.person_id:
            await withdraw_requests(work, row.person_id, taken.control_id)
    asked = await asked_by(work, taken.id)
    if asked:
        _write(work, asked, HandoverState.ACCEPTED, taken.person_id)
        await _show(work, asked)
    relieved = {row.role for row in ended}
    if (asked or taken.offered_by == SOCRATES) and OwnershipRole.PRIMARY not in relieved:
        await close_all(work, ObligationKind.ASSIGN, taken.control_id)
    elif OwnershipRole.BACKUP in relieved:
        await ask_leads_to_assign(work, taken.control_id)


async def come_back(work: Work, held: Ownership, actor_id: str) -> bool:
    """An offer came to nothing: its hand-over is its owner's to decide again, or its backup is next.

    False if no owner had asked.
    """
    asked = await asked_by(work, held.id)
    if asked is None:
        return False
    giver = await people.person(work.session, asked.from_id)
    if giver and giver.may_act and await still_owns(work, giver.id, asked.control_id):
        _write(work, asked, HandoverState.RETURNED, actor_id)
        due_on = await decide_by(work, giver)
        await open_obligation(work, giver, ObligationKind.DECIDE_HANDOVER, asked.id, due_on)
    else:
        _write(work, asked, HandoverState.ENDED, actor_id)
        current = await ownership.ownerships_of_control(work.session, asked.control_id)
        known = await people.people_by_id(work.session, {row.person_id for row in current})
        staying = [row for row in current if known[row.person_id].may_act]
        await offer_to_backup(work, asked.control_id, next_in_line(staying, but=held.person_id))
        await ask_leads_to_assign(work, asked.control_id)
    await _show(work, asked)
    return True


async def giver_left(work: Work, control_id: str) -> None:
    """Its owner cannot act any more: an offer that they made stands, anything else of a hand-over has ended."""
    asked = await handovers.pending_handover(work.session, control_id)
    if asked and not (asked.state is HandoverState.ASKED and asked.ownership_id):
        await end_pending(work, control_id, SOCRATES)


async def end_pending(work: Work, control_id: str, actor_id: str, done_by: str | None = None) -> None:
    """What was asked before gives way. The offer itself, if it is still one, is the caller's."""
    asked = await handovers.pending_handover(work.session, control_id)
    if asked:
        _write(work, asked, HandoverState.ENDED, actor_id)
        await close_all(work, ObligationKind.DECIDE_HANDOVER, asked.id, done_by=done_by)
        await _show(work, asked)


async def asked_by(work: Work, ownership_id: str) -> Handover | None:
    """The hand-over that this offer belongs to, while it waits for the answer."""
    asked = await handovers.handover_of_offer(work.session, ownership_id)
    return asked if asked and asked.state is HandoverState.ASKED else None


async def still_owns(work: Work, person_id: str, control_id: str) -> bool:
    current = await ownership.ownerships_of_control(work.session, control_id)
    return any(row.person_id == person_id and _owns(row) for row in current)


async def item(work: Work, owed: Obligation) -> Message | None:
    """How a hand-over that came back stands in its owner's bundle."""
    asked = await handovers.handover(work.session, owed.subject)
    control = await programme.control(work.session, asked.control_id) if asked else None
    if asked is None or control is None:
        return None
    if asked.state is HandoverState.RETURNED:
        return returned(asked, control, await why_returned(work, asked))
    return settled(asked, control)


async def why_returned(work: Work, asked: Handover) -> str:
    """In words; they may hold the reason of the person named."""
    held = await ownership.ownership(work.session, asked.ownership_id) if asked.ownership_id else None
    name = await name_of(work, asked.to_id)
    if held and held.state is OwnershipState.DECLINED:
        return f"{name} declined: “{held.reason}”"
    return f"{name}, whom you asked, cannot act in this workspace any more."


async def _owned(work: Work, person_id: str, control_id: str) -> tuple[Person, Control]:
    """The person and the control, whose row is held, if it is theirs. Raises NotTheOwner."""
    person = await acting(work, person_id)
    control = await programme.control(work.session, control_id, to_change=True)
    if control is None:
        raise RequestClosed
    current = await ownership.ownerships_of_control(work.session, control.id)
    mine = [row for row in current if row.person_id == person.id]
    if any(_owns(row) for row in mine):
        return person, control
    if any(row.role is OwnershipRole.PRIMARY for row in mine):
        raise NotTheOwner(f"You have not accepted {control.id} yet. Open my Home tab to decline it.")
    raise NotTheOwner


async def _require_unasked(work: Work, control_id: str) -> None:
    """One hand-over at a time. Raises AlreadyDone."""
    asked = await handovers.pending_handover(work.session, control_id)
    if asked and asked.state is HandoverState.ASKED:
        whom = await name_of(work, asked.to_id) if asked.to_id else None
        raise AlreadyDone(asked_already(control_id, whom))


async def _successor(work: Work, giver: Person, to_id: str | None) -> Person | None:
    if to_id == giver.id:
        raise SamePerson(
            "It is yours already. Name somebody else, or nobody if you do not know.", field="owner"
        )
    if to_id:
        return await able(work, to_id, "owner")
    if not await people.leads(work.session):
        raise NobodyToAsk(
            "Nobody leads compliance yet who could find an owner. Name somebody.", field="owner"
        )
    return None


async def _end_offer(work: Work, asked: Handover, actor_id: str) -> None:
    held = await ownership.ownership(work.session, asked.ownership_id or "", to_change=True)
    if held and held.state is OwnershipState.OFFERED:
        await end(work, held, actor_id)


def _owns(held: Ownership) -> bool:
    return held.role is OwnershipRole.PRIMARY and held.state is OwnershipState.ACCEPTED


def _write(work: Work, asked: Handover, state: HandoverState, actor_id: str) -> None:
    asked.state = state
    asked.closed_at = None if state in PENDING else work.now
    work.record(ENTRIES[state], actor_id, asked)


async def _show(work: Work, asked: Handover) -> None:
    """Its owner's Home, and the leads'."""
    await show_home(work, asked.from_id)
    await show_boards(work)
