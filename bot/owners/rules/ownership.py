"""Who answers for a control: by the rows that are held now, or at an instant by the times that stand in them."""

from collections.abc import Collection, Iterable, Sequence
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


def holders(held: Iterable[Ownership], able: Collection[str]) -> dict[tuple[str, OwnershipRole], Ownership]:
    """Control id and role → what is held now, offered or accepted, by somebody of the `able`.

    While an owner hands over there are two for one place: an offer never hides who has accepted.
    """
    known = sorted(
        (row for row in held if row.person_id in able), key=lambda row: row.state is OwnershipState.ACCEPTED
    )
    return {(row.control_id, row.role): row for row in known}


def answering_owners(held: Iterable[Ownership], able: Collection[str]) -> dict[str, str]:
    """Control id → the person who is asked for its evidence: its owner, once they have accepted.

    While somebody is asked to own a control that has no owner, a backup who has accepted answers for it.
    """
    current = holders(held, able)
    asked: dict[str, str] = {}
    for (control_id, role), row in current.items():
        if role is OwnershipRole.PRIMARY:
            backup = current.get((control_id, OwnershipRole.BACKUP))
            answers = row if row.state is OwnershipState.ACCEPTED else backup
            if answers and answers.state is OwnershipState.ACCEPTED:
                asked[control_id] = answers.person_id
    return asked


def gives_way(taken: Ownership, current: Iterable[Ownership]) -> list[Ownership]:
    """What ends when an offer is accepted: another's hold on the same place, and the new owner's as the backup."""
    return [
        row
        for row in current
        if row.id != taken.id
        and row.control_id == taken.control_id
        and (
            row.role is taken.role
            or (taken.role is OwnershipRole.PRIMARY and row.person_id == taken.person_id)
        )
    ]


def heir(left: Iterable[Ownership], staying: Sequence[Ownership]) -> str | None:
    """The backup, who is offered a control that its owner `left`; nobody while somebody else is asked already.

    `staying` are held by people who can act.
    """
    owner_left = any(row.role is OwnershipRole.PRIMARY and row.decided_at for row in left)
    return next_in_line(staying) if owner_left else None


def next_in_line(staying: Sequence[Ownership], but: str | None = None) -> str | None:
    """The backup of a control that nobody owns or is asked to own, ``but`` for somebody who has just said no."""
    if any(row.role is OwnershipRole.PRIMARY for row in staying):
        return None
    accepted = (row.person_id for row in staying if row.state is OwnershipState.ACCEPTED)
    return next((person_id for person_id in accepted if person_id != but), None)


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
