"""Who owns each control now, who is asked for its evidence, and who was in charge of it at an instant in the past."""

from collections.abc import Mapping
from datetime import datetime

from bot.owners.rules.ownership import InCharge, answering_owners, holders, roster_at
from bot.work import Work
from storage import ownership, people
from storage.ownership import Ownership
from storage.terms import OwnershipRole

CurrentRoster = tuple[Mapping[str, InCharge], Mapping[str | None, str]]


async def current_holders(
    work: Work, control_id: str | None = None
) -> dict[tuple[str, OwnershipRole], Ownership]:
    """Control id and role → the current ownership, if its holder can act; of one control or of all."""
    return holders(*await _current_and_able(work, control_id))


async def primary_ownerships(work: Work) -> dict[str, Ownership]:
    """Control id → its primary ownership, accepted or else offered, of somebody who can act."""
    return await _current_in(work, OwnershipRole.PRIMARY)


async def backup_ownerships(work: Work) -> dict[str, Ownership]:
    """Control id → its backup's ownership, accepted or else offered, of somebody who can act."""
    return await _current_in(work, OwnershipRole.BACKUP)


async def owners_to_ask(work: Work, control_id: str | None = None) -> dict[str, str]:
    """Control id → the person who is asked for its evidence, unless they are away; of one control or of all."""
    return answering_owners(*await _current_and_able(work, control_id))


async def roster(work: Work, instant: datetime) -> dict[str, InCharge]:
    """Control id → who was in charge of it at an instant in the past, of the people who could act then."""
    ownerships = await ownership.ownerships_at(work.session, instant)
    able_ids = await people.member_ids_at(work.session, {row.person_id for row in ownerships}, instant)
    return roster_at(ownerships, able_ids, instant)


async def roster_now(work: Work) -> CurrentRoster:
    """Control id → who is in charge of it, and the names by person id."""
    ownerships = await ownership.ownerships_at(work.session, work.now)
    people_by_id = await people.people_by_id(work.session, {row.person_id for row in ownerships})
    able_ids = {person_id for person_id, person in people_by_id.items() if person.may_act}
    names: dict[str | None, str] = {person_id: person.name for person_id, person in people_by_id.items()}
    return roster_at(ownerships, able_ids, work.now), names


async def _current_in(work: Work, role: OwnershipRole) -> dict[str, Ownership]:
    current = await current_holders(work)
    return {control_id: row for (control_id, row_role), row in current.items() if row_role is role}


async def _current_and_able(work: Work, control_id: str | None = None) -> tuple[list[Ownership], set[str]]:
    """The current ownerships, of one control or of all, and the ids of their holders who can act."""
    current = (
        await ownership.ownerships_of_control(work.session, control_id)
        if control_id
        else await ownership.current_ownerships(work.session)
    )
    people_by_id = await people.people_by_id(work.session, {row.person_id for row in current})
    return current, {person_id for person_id, person in people_by_id.items() if person.may_act}
