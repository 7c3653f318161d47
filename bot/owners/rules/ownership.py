"""Who answers for a control: now, by its current ownerships, or at an instant, by the times in all of them.

Also the values that show an owner or a hand-over: on a list, on a control's card and in the digest.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.owners.rules.leave import Absence
from storage.ownership import Ownership, OwnershipTimes
from storage.terms import HandoverState, OwnershipRole, OwnershipState


@dataclass(frozen=True, slots=True)
class InCharge:
    """Who was in charge of a control, by person id: the owner, who had accepted it ``since`` then, and the backup.

    ``asked`` is who had been asked to own it and had not answered.
    """

    owner: str | None = None
    since: datetime | None = None
    backup: str | None = None
    asked: str | None = None

    @property
    def is_given(self) -> bool:
        """Whether somebody owns it, or is asked to."""
        return bool(self.owner or self.asked)


NOBODY_IN_CHARGE = InCharge()


@dataclass(frozen=True, slots=True)
class Holder:
    """Who owns a control, or is asked to; ``absence`` while an owner is away."""

    name: str
    accepted: bool
    absence: Absence | None = None


@dataclass(frozen=True, slots=True)
class PendingHandover:
    """A hand-over that is not settled; ``answer`` says why the person named has not taken the control, once known."""

    on: date
    by: str
    to: str | None
    reason: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class DigestHandover:
    """A hand-over for the digest. ``on`` is the day on which it was settled or, until then, begun.

    ``to`` is None where the owner named nobody.
    """

    control_id: str
    by: str
    to: str | None
    state: HandoverState
    on: date


def holders(
    ownerships: Iterable[Ownership], able: Collection[str]
) -> dict[tuple[str, OwnershipRole], Ownership]:
    """Control id and role → the current ownership, offered or accepted, of somebody who is ``able`` to act.

    During a hand-over one role has two ownerships, and the accepted one hides the offer.
    """
    accepted_last = sorted(
        (row for row in ownerships if row.person_id in able),
        key=lambda row: row.state is OwnershipState.ACCEPTED,
    )
    return {(row.control_id, row.role): row for row in accepted_last}


def accepted_person_ids(ownerships: Mapping[str, Ownership]) -> dict[str, str]:
    """Control id → the person id, of those ownerships that are accepted."""
    return {
        control_id: row.person_id
        for control_id, row in ownerships.items()
        if row.state is OwnershipState.ACCEPTED
    }


def answering_owners(ownerships: Iterable[Ownership], able: Collection[str]) -> dict[str, str]:
    """Control id → the person who is asked for its evidence: the owner who has accepted it.

    Until the person who is asked to own a control has accepted, its backup answers for it, if they have accepted.
    """
    current = holders(ownerships, able)
    person_ids: dict[str, str] = {}
    for (control_id, role), primary in current.items():
        if role is OwnershipRole.PRIMARY:
            backup = current.get((control_id, OwnershipRole.BACKUP))
            answering = primary if primary.state is OwnershipState.ACCEPTED else backup
            if answering and answering.state is OwnershipState.ACCEPTED:
                person_ids[control_id] = answering.person_id
    return person_ids


def ended_by_acceptance(accepted: Ownership, current: Iterable[Ownership]) -> list[Ownership]:
    """The ownerships that end when an offer is accepted: another's in the same role, and the new owner's as backup."""
    return [
        row
        for row in current
        if row.id != accepted.id
        and row.control_id == accepted.control_id
        and (
            row.role is accepted.role
            or (accepted.role is OwnershipRole.PRIMARY and row.person_id == accepted.person_id)
        )
    ]


def backup_of_leaver(ended: Iterable[Ownership], staying: Sequence[Ownership]) -> str | None:
    """The id of the backup to whom a control is offered when its owner leaves; None if somebody is asked already.

    ``ended`` are the leavers' ownerships of the control, ``staying`` those of people who can act.
    """
    owner_left = any(row.role is OwnershipRole.PRIMARY and row.decided_at for row in ended)
    return next_in_line(staying) if owner_left else None


def next_in_line(staying: Sequence[Ownership], but: str | None = None) -> str | None:
    """The id of the backup of a control that nobody owns or is asked to own; never ``but``, who has just said no."""
    if any(row.role is OwnershipRole.PRIMARY for row in staying):
        return None
    accepted = (row.person_id for row in staying if row.state is OwnershipState.ACCEPTED)
    return next((person_id for person_id in accepted if person_id != but), None)


def state_at(row: Ownership | OwnershipTimes, instant: datetime) -> OwnershipState | None:
    """None before it was offered. An ownership that ended without a decision was an offer until then."""
    if instant < row.offered_at:
        return None
    if row.ended_at and row.ended_at <= instant:
        return OwnershipState.ENDED
    if row.decided_at is None or instant < row.decided_at:
        return OwnershipState.OFFERED
    declined = row.state is OwnershipState.DECLINED
    return OwnershipState.DECLINED if declined else OwnershipState.ACCEPTED


def roster_at(
    ownerships: Iterable[Ownership | OwnershipTimes], able: Collection[str], instant: datetime
) -> dict[str, InCharge]:
    """Control id → who was in charge. Only the people who were ``able`` to act then count.

    A control that nobody owned, backed up or was asked to own is left out.
    """
    roster: dict[str, InCharge] = {}
    for row in ownerships:
        state = state_at(row, instant)
        if row.person_id in able and state in (OwnershipState.OFFERED, OwnershipState.ACCEPTED):
            charge = roster.get(row.control_id, NOBODY_IN_CHARGE)
            roster[row.control_id] = _with(charge, row, accepted=state is OwnershipState.ACCEPTED)
    return roster


def _with(charge: InCharge, row: Ownership | OwnershipTimes, *, accepted: bool) -> InCharge:
    if row.role is OwnershipRole.BACKUP:
        backup = row.person_id if accepted else charge.backup
        return InCharge(charge.owner, charge.since, backup, charge.asked)
    if accepted:
        return InCharge(row.person_id, row.decided_at, charge.backup, charge.asked)
    return InCharge(charge.owner, charge.since, charge.backup, row.person_id)
