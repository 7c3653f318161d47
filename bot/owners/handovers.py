"""An owner says that a control is not theirs and names who should own it, or asks the leads to find somebody.

The owner stays the owner until that offer is accepted. If it is not, the owner decides again.
"""

from bot.blocks.ids import Field
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.errors import AlreadyDone, NobodyToAsk, NotTheOwner, ReasonMissing, RequestClosed, SamePerson
from bot.obligations import (
    close_obligations_about,
    open_obligation,
    refresh_home,
    refresh_lead_homes,
    refresh_messages_about,
)
from bot.owners.offers import (
    ask_leads_to_assign,
    decision_due_on,
    end_ownership,
    offer_ownership,
    offer_to_backup,
    require_able_owner,
    withdraw_evidence_requests,
)
from bot.owners.rules.ownership import ended_by_acceptance, next_in_line
from bot.owners.views.handovers import (
    handover_receipt,
    handover_settled_words,
    handover_unanswered_words,
    returned_handover_request,
    successor_left_words,
)
from bot.owners.views.ownership import declined_words
from bot.people import acting_person, name_of
from bot.work import Work
from storage import handovers, ownership, people, programme
from storage.handovers import PENDING, Handover
from storage.obligations import Obligation
from storage.ownership import Ownership
from storage.people import Person
from storage.programme import Control
from storage.record.recorded import Actor
from storage.terms import Event, HandoverState, ObligationKind, OwnershipRole, OwnershipState

_EVENT_OF_STATE = {
    HandoverState.ASKED: Event.HANDOVER_ASKED,
    HandoverState.ACCEPTED: Event.HANDOVER_ACCEPTED,
    HandoverState.RETURNED: Event.HANDOVER_RETURNED,
    HandoverState.KEPT: Event.HANDOVER_KEPT,
    HandoverState.ENDED: Event.HANDOVER_ENDED,
}


async def hand_over(
    desk: Desk, person_id: str, control_id: str, to_id: str | None, reason: str
) -> tuple[Control, Person | None]:
    """The owner offers a control to the person named; without a name the leads are asked to find an owner.

    The owner stays the owner until that person accepts, or until a lead assigns the control.
    """
    async with desk.work() as work:
        owner, control = await _owned(work, person_id, control_id)
        if not reason.strip():
            raise ReasonMissing(field=Field.REASON)
        await _require_no_unanswered(work, control.id)
        successor = await _successor(work, owner, to_id)
        await end_pending_handover(work, control.id, owner.id, done_by=owner.id)
        ownership_offer = (
            await offer_ownership(work, owner.id, control.id, successor, OwnershipRole.PRIMARY)
            if successor
            else None
        )
        await work.session.flush()
        handover = Handover(
            control_id=control.id,
            from_id=owner.id,
            to_id=successor.id if successor else None,
            ownership_id=ownership_offer.id if ownership_offer else None,
            reason=reason.strip(),
            asked_at=work.now,
        )
        _enter(work, handover, HandoverState.ASKED, owner.id)
        if successor is None:
            await ask_leads_to_assign(work, control.id)
        await _refresh_homes(work, handover)
    return control, successor


async def keep_control(desk: Desk, person_id: str, handover_id: str) -> None:
    """The owner withdraws a hand-over that is not answered, or keeps a control that came back."""
    async with desk.work() as work:
        person = await acting_person(work, person_id)
        handover = await handovers.handover(work.session, handover_id)
        if handover is None:
            raise RequestClosed
        await _owned(work, person.id, handover.control_id)
        handover = await handovers.handover(work.session, handover_id, to_change=True)
        if handover is None or handover.from_id != person.id:
            raise NotTheOwner
        if handover.state not in PENDING:
            raise AlreadyDone(handover_settled_words(handover))
        if handover.to_id is None:
            await _stop_search_for_owner(work, handover.control_id)
        elif handover.state is HandoverState.ASKED:
            await _end_offer(work, handover, person.id)
        _enter(work, handover, HandoverState.KEPT, person.id)
        await close_obligations_about(work, ObligationKind.DECIDE_HANDOVER, handover.id, done_by=person.id)
        await _refresh_homes(work, handover)


async def _stop_search_for_owner(work: Work, control_id: str) -> None:
    """Leads need not find an owner any more. They still assign a backup where the control had one and has none now."""
    current = await ownership.ownerships_of_control(work.session, control_id)
    has_backup = any(row.role is OwnershipRole.BACKUP for row in current)
    if has_backup or not await ownership.backup_was_ever_offered(work.session, control_id):
        await close_obligations_about(work, ObligationKind.ASSIGN, control_id)
    else:
        await refresh_messages_about(work, ObligationKind.ASSIGN, control_id)


async def controls_to_hand_over(desk: Desk, person_id: str, control_id: str | None = None) -> list[Control]:
    """For the form: this one control, or all that the person owns and is not handing over already."""
    async with desk.reading() as work:
        if control_id:
            _, control = await _owned(work, person_id, control_id)
            await _require_no_unanswered(work, control.id)
            return [control]
        person = await acting_person(work, person_id)
        control_ids = await ids_to_hand_over(work, person.id)
        if not control_ids:
            raise NotTheOwner("You own no control that you could hand over.")
        controls = await programme.controls_by_id(work.session, control_ids)
        return [controls[each] for each in sorted(control_ids)]


async def ids_to_hand_over(work: Work, person_id: str) -> set[str]:
    """The ids of the controls that this person could hand over."""
    unanswered = {
        row.control_id
        for row in await handovers.pending_handovers(work.session, person_id)
        if row.state is HandoverState.ASKED
    }
    ownerships = await ownership.ownerships_of_person(work.session, person_id)
    return {row.control_id for row in ownerships if _owns(row)} - unanswered


async def take_over(work: Work, accepted: Ownership) -> None:
    """The new owner has accepted: the former owner is relieved, and the new owner is not the backup any more."""
    current = await ownership.ownerships_of_control(work.session, accepted.control_id)
    ended = ended_by_acceptance(accepted, current)
    for row in ended:
        await end_ownership(work, row, accepted.person_id)
        if row.person_id != accepted.person_id:
            await withdraw_evidence_requests(work, row.person_id, accepted.control_id)
    handover = await unanswered_handover(work, accepted.id)
    if handover:
        _enter(work, handover, HandoverState.ACCEPTED, accepted.person_id)
        await _refresh_homes(work, handover)
    ended_roles = {row.role for row in ended}
    if (handover or accepted.offered_by == Actor.SOCRATES) and OwnershipRole.PRIMARY not in ended_roles:
        await close_obligations_about(work, ObligationKind.ASSIGN, accepted.control_id)
    elif OwnershipRole.BACKUP in ended_roles:
        await ask_leads_to_assign(work, accepted.control_id)


async def return_handover(work: Work, ended_offer: Ownership, actor_id: str) -> bool:
    """The person named did not take the control: the owner who handed it over decides again.

    If that owner cannot act or does not own it any more, the control is offered to its backup and the leads are
    asked to assign it. False if the offer belongs to no hand-over.
    """
    handover = await unanswered_handover(work, ended_offer.id)
    if handover is None:
        return False
    owner = await people.person(work.session, handover.from_id)
    if owner and owner.may_act and await still_owns(work, owner.id, handover.control_id):
        _enter(work, handover, HandoverState.RETURNED, actor_id)
        due_on = await decision_due_on(work, owner)
        await open_obligation(work, owner, ObligationKind.DECIDE_HANDOVER, handover.id, due_on)
    else:
        _enter(work, handover, HandoverState.ENDED, actor_id)
        current = await ownership.ownerships_of_control(work.session, handover.control_id)
        people_by_id = await people.people_by_id(work.session, {row.person_id for row in current})
        staying = [row for row in current if people_by_id[row.person_id].may_act]
        await offer_to_backup(work, handover.control_id, next_in_line(staying, but=ended_offer.person_id))
        await ask_leads_to_assign(work, handover.control_id)
    await _refresh_homes(work, handover)
    return True


async def end_handover_of_leaver(work: Work, control_id: str) -> None:
    """The owner cannot act any more: their hand-over ends, unless the person named has yet to answer."""
    handover = await handovers.pending_handover(work.session, control_id)
    if handover and not (handover.state is HandoverState.ASKED and handover.ownership_id):
        await end_pending_handover(work, control_id, Actor.SOCRATES)


async def end_pending_handover(
    work: Work, control_id: str, actor_id: str, done_by: str | None = None
) -> None:
    """End the hand-over of this control that is not settled. The caller ends the offer that belongs to it."""
    handover = await handovers.pending_handover(work.session, control_id)
    if handover:
        _enter(work, handover, HandoverState.ENDED, actor_id)
        await close_obligations_about(work, ObligationKind.DECIDE_HANDOVER, handover.id, done_by=done_by)
        await _refresh_homes(work, handover)


async def unanswered_handover(work: Work, ownership_id: str) -> Handover | None:
    """The hand-over that this offer belongs to, until the person named has answered."""
    handover = await handovers.handover_of_offer(work.session, ownership_id)
    return handover if handover and handover.state is HandoverState.ASKED else None


async def still_owns(work: Work, person_id: str, control_id: str) -> bool:
    current = await ownership.ownerships_of_control(work.session, control_id)
    return any(row.person_id == person_id and _owns(row) for row in current)


async def returned_handover_message(work: Work, obligation: Obligation) -> Message | None:
    """A hand-over that came back, for its owner."""
    handover = await handovers.handover(work.session, obligation.subject)
    control = await programme.control(work.session, handover.control_id) if handover else None
    if handover is None or control is None:
        return None
    if handover.state is HandoverState.RETURNED:
        return returned_handover_request(handover, control, await why_returned(work, handover))
    return handover_receipt(handover, control)


async def why_returned(work: Work, handover: Handover) -> str:
    """In words; they may quote the person named."""
    ownership_offer = (
        await ownership.ownership(work.session, handover.ownership_id) if handover.ownership_id else None
    )
    name = await name_of(work, handover.to_id)
    if ownership_offer and ownership_offer.state is OwnershipState.DECLINED:
        return declined_words(ownership_offer, name)
    return successor_left_words(name)


async def _owned(work: Work, person_id: str, control_id: str) -> tuple[Person, Control]:
    """The person and the control that they own, its row locked. Raises NotTheOwner."""
    person = await acting_person(work, person_id)
    control = await programme.control(work.session, control_id, to_change=True)
    if control is None:
        raise RequestClosed
    current = await ownership.ownerships_of_control(work.session, control.id)
    own = [row for row in current if row.person_id == person.id]
    if any(_owns(row) for row in own):
        return person, control
    if any(row.role is OwnershipRole.PRIMARY for row in own):
        raise NotTheOwner(f"You have not accepted {control.id} yet. Open my Home tab to decline it.")
    raise NotTheOwner


async def _require_no_unanswered(work: Work, control_id: str) -> None:
    """A control has one hand-over at a time. Raises AlreadyDone."""
    handover = await handovers.pending_handover(work.session, control_id)
    if handover and handover.state is HandoverState.ASKED:
        name = await name_of(work, handover.to_id) if handover.to_id else None
        raise AlreadyDone(handover_unanswered_words(control_id, name))


async def _successor(work: Work, owner: Person, to_id: str | None) -> Person | None:
    if to_id == owner.id:
        raise SamePerson(
            "It is yours already. Name somebody else, or nobody if you do not know.", field=Field.OWNER
        )
    if to_id:
        return await require_able_owner(work, to_id, Field.OWNER)
    if not await people.leads(work.session):
        raise NobodyToAsk(
            "Nobody leads compliance yet who could find an owner. Name somebody.", field=Field.OWNER
        )
    return None


async def _end_offer(work: Work, handover: Handover, actor_id: str) -> None:
    ownership_offer = await ownership.ownership(work.session, handover.ownership_id or "", to_change=True)
    if ownership_offer and ownership_offer.state is OwnershipState.OFFERED:
        await end_ownership(work, ownership_offer, actor_id)


def _owns(row: Ownership) -> bool:
    return row.role is OwnershipRole.PRIMARY and row.state is OwnershipState.ACCEPTED


def _enter(work: Work, handover: Handover, state: HandoverState, actor_id: str) -> None:
    """Put the hand-over into this state, and that into the record."""
    handover.state = state
    handover.closed_at = None if state in PENDING else work.now
    work.record(_EVENT_OF_STATE[state], actor_id, handover)


async def _refresh_homes(work: Work, handover: Handover) -> None:
    """Its owner's and the leads'."""
    await refresh_home(work, handover.from_id)
    await refresh_lead_homes(work)
