"""Who answered for a control at an instant, read from the times at which it was offered, decided and ended."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from storage.ownership import Ownership
from storage.terms import OwnershipRole, OwnershipState


@dataclass(frozen=True, slots=True)
class Charge:
    """By person id: who had accepted to own a control, since when, their backup, and who was asked in vain so far."""

    owner: str | None = None
    since: datetime | None = None
    backup: str | None = None
    asked: str | None = None


NOBODY = Charge()


def state_at(held: Ownership, instant: datetime) -> OwnershipState | None:
    """None before it was offered. What ended without a decision was an offer to its end."""
    if instant < held.offered_at:
        return None
    if held.ended_at and held.ended_at <= instant:
        return OwnershipState.ENDED
    if held.decided_at is None or instant < held.decided_at:
        return OwnershipState.OFFERED
    declined = held.state is OwnershipState.DECLINED
    return OwnershipState.DECLINED if declined else OwnershipState.ACCEPTED


def roster_at(ownerships: Iterable[Ownership], able: Collection[str], instant: datetime) -> dict[str, Charge]:
    """Control id → who was in charge. `able` are the people who could act then: nobody else answers for anything.

    A control that had nobody at all is left out.
    """
    roster: dict[str, Charge] = {}
    for held in ownerships:
        state = state_at(held, instant)
        if held.person_id in able and state in (OwnershipState.OFFERED, OwnershipState.ACCEPTED):
            known = roster.get(held.control_id, NOBODY)
            roster[held.control_id] = _with(known, held, accepted=state is OwnershipState.ACCEPTED)
    return roster


def _with(known: Charge, held: Ownership, *, accepted: bool) -> Charge:
    if held.role is OwnershipRole.BACKUP:
        return replace(known, backup=held.person_id) if accepted else known
    if accepted:
        return replace(known, owner=held.person_id, since=held.decided_at)
    return replace(known, asked=held.person_id)
