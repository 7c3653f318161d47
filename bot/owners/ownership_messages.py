"""What the person who is asked to own a control reads of the offer, and leads of a control that lacks an owner."""

from datetime import datetime

from bot.blocks.kit import Message
from bot.calendar.periods import local_date
from bot.owners import handovers
from bot.owners.current_owners import current_holders
from bot.owners.offers import require_control
from bot.owners.views.handovers import (
    owner_left_request,
    stepping_in_words,
    taking_over_words,
    unclaimed_request,
)
from bot.owners.views.ownership import (
    NOBODY_ASKED,
    declined_words,
    former_holder_words,
    leaver_words,
    missing_backup_request,
    offer_receipt,
    offer_request,
    promoted_backup_words,
    unowned_receipt,
    unowned_request,
)
from bot.people import name_of
from bot.work import Work
from storage import ownership, people
from storage.handovers import pending_handover
from storage.obligations import Obligation
from storage.ownership import Ownership
from storage.programme import Control
from storage.record.recorded import Actor
from storage.terms import ObligationState, OwnershipRole, OwnershipState


async def offer_message(work: Work, obligation: Obligation) -> Message | None:
    """An offer, for the person who is asked to own the control."""
    row = await ownership.ownership(work.session, obligation.subject)
    if row is None:
        return None
    control = await require_control(work, row.control_id)
    if row.state is not OwnershipState.OFFERED:
        return offer_receipt(row, control)
    if row.offered_by == Actor.SOCRATES:
        vacancy = await _why_vacant(work, control.id, OwnershipRole.PRIMARY)
        return offer_request(row, control, "", stepping_in_words(vacancy))
    offered_by = await name_of(work, row.offered_by)
    if handover := await handovers.unanswered_handover(work, row.id):
        why = taking_over_words(offered_by, handover.reason)
        return offer_request(row, control, offered_by, why, goes_to=offered_by)
    return offer_request(row, control, offered_by)


async def unowned_message(work: Work, obligation: Obligation) -> Message | None:
    """A control without an owner, or without a backup, for a lead."""
    control = await require_control(work, obligation.subject)
    current = await current_holders(work, control.id)
    primary = current.get((control.id, OwnershipRole.PRIMARY))
    owner = await name_of(work, primary.person_id) if primary else None
    if obligation.state is not ObligationState.OPEN:
        return unowned_receipt(control, owner, backed=(control.id, OwnershipRole.BACKUP) in current)
    if primary is None or owner is None:
        return unowned_request(control, await _why_vacant(work, control.id, OwnershipRole.PRIMARY))
    if message := await _handed_on(work, control, primary, owner):
        return message
    last_backup = await ownership.last_ended_ownership(work.session, control.id, OwnershipRole.BACKUP)
    if last_backup and last_backup.person_id == primary.person_id:
        return missing_backup_request(control, owner, promoted_backup_words(owner))
    return missing_backup_request(control, owner, await _why_vacant(work, control.id, OwnershipRole.BACKUP))


async def _handed_on(work: Work, control: Control, primary: Ownership, owner: str) -> Message | None:
    """For a lead: the owner does not know who should own it; or the owner has left, and no lead chose who is asked."""
    handover = await pending_handover(work.session, control.id)
    if handover and handover.to_id is None:
        return unclaimed_request(control, owner, handover.reason)
    backup_asked = primary.offered_by == Actor.SOCRATES
    if primary.state is not OwnershipState.OFFERED or not (handover or backup_asked):
        return None
    vacancy = await _why_vacant(work, control.id, OwnershipRole.PRIMARY)
    return owner_left_request(control, owner, vacancy, backup=backup_asked)


async def _why_vacant(work: Work, control_id: str, role: OwnershipRole) -> str:
    """In words: who declined this role last, or who had it last and until when."""
    declined = await ownership.last_declined_ownership(work.session, control_id, role)
    ended = await ownership.last_ended_ownership(work.session, control_id, role)
    last = max((row for row in (declined, ended) if row), key=_settled_at, default=None)
    if last is None:
        return NOBODY_ASKED
    name, person = await name_of(work, last.person_id), await people.person(work.session, last.person_id)
    if last.state is OwnershipState.DECLINED:
        return declined_words(last, name)
    if person is None or not person.may_act:
        return leaver_words(name)
    return former_holder_words(last, name, local_date(_settled_at(last), work.zone))


def _settled_at(row: Ownership) -> datetime:
    return row.ended_at or row.decided_at or row.offered_at
