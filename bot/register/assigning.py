"""Assigns a control by a command, or many at once: those of one owner, of a criterion, or without an owner."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.errors import NoSuchControl, NothingChosen, SamePerson, TooMany, UnclearPerson
from bot.obligations import refresh_lead_homes
from bot.owners.current_owners import primary_ownerships
from bot.owners.offers import require_able_owner
from bot.owners.ownership import assign_owners
from bot.people import acting_lead
from bot.register.controls import listed_controls
from bot.register.rules.controls import ListedControl, control_by_id, serves
from bot.register.views.controls import unknown_control
from bot.work import Work
from storage import people, programme
from storage.ownership import Ownership
from storage.people import Person, people_with_name
from storage.programme import Control
from storage.terms import OwnershipRole

# Slack waits three seconds for the answer to a form, and 100 take about one.
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class ControlSelection:
    """Which controls to assign: every condition that is set must hold for each of them.

    ``owned_by`` is a person's id; ``serves`` is a criterion, a series of criteria, or a control objective.
    """

    owned_by: str | None = None
    serves: str | None = None
    only_unowned: bool = False

    @property
    def empty(self) -> bool:
        return not (self.owned_by or self.serves or self.only_unowned)


@dataclass(frozen=True)
class BulkAssignment:
    """The controls that go to the owner; ``owner`` is None while the lead has named nobody."""

    controls: Sequence[ListedControl]
    owner: Person | None


async def assign_many(desk: Desk, lead_id: str, selection: ControlSelection, owner_id: str) -> BulkAssignment:
    """Assign all of them in one transaction. A backup stays, unless that person becomes the owner."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        owner = await require_able_owner(work, owner_id, Field.OWNER)
        selected = await _selected(work, selection, owner)
        for each in selected:
            control = await programme.control(work.session, each.control.id, to_change=True)
            if control:
                await assign_owners(work, lead, control, {OwnershipRole.PRIMARY: owner}, keep_backup=True)
        await refresh_lead_homes(work)
    return BulkAssignment(selected, owner)


async def preview_of_assign_many(
    desk: Desk, lead_id: str, selection: ControlSelection, owner_id: str | None
) -> BulkAssignment:
    """What `assign_many` would do; nothing is changed."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        owner = await require_able_owner(work, owner_id, Field.OWNER) if owner_id else None
        return BulkAssignment(await _selected(work, selection, owner), owner)


async def assign_by_command(
    desk: Desk, lead_id: str, control_id: str, owner_id: str, backup_id: str | None
) -> tuple[Control, Person, Person | None]:
    """Assign one control. Without a new backup the present one stays."""
    if owner_id == backup_id:
        raise SamePerson
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        control = await programme.control(work.session, control_id, to_change=True)
        if control is None:
            raise NoSuchControl
        owner = await require_able_owner(work, owner_id, Field.OWNER)
        backup = await require_able_owner(work, backup_id, Field.BACKUP) if backup_id else None
        chosen = {OwnershipRole.PRIMARY: owner} | ({OwnershipRole.BACKUP: backup} if backup else {})
        await assign_owners(work, lead, control, chosen, keep_backup=backup is None)
        await refresh_lead_homes(work)
    return control, owner, backup


async def control_named(desk: Desk, lead_id: str, words: str) -> Control | None:
    """The control with this id in any spelling, or None where the words are a criterion or objective in use.

    Raises NoSuchControl for anything else.
    """
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        controls = await programme.controls(work.session)
        control = control_by_id(controls, words)
        if control is None and not any(serves(each, words) for each in controls):
            raise NoSuchControl(unknown_control(words))
        return control


async def only_member_named(desk: Desk, lead_id: str, words: str) -> str:
    """The id of the only member with this name. Raises UnclearPerson, with the names if several members have it."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        namesakes = people_with_name(await people.members(work.session), words)
    if len(namesakes) != 1:
        names = " or ".join(person.name for person in namesakes[:5])
        raise UnclearPerson(f"Who is meant: {names}? Mention the person." if namesakes else None)
    return namesakes[0].id


async def served_references(desk: Desk, lead_id: str) -> list[str]:
    """Every criterion and objective that some control serves, in order."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        controls = await programme.controls(work.session)
    return sorted({each for control in controls for each in (*control.criteria, *control.objectives)})


async def _selected(work: Work, selection: ControlSelection, owner: Person | None) -> list[ListedControl]:
    """The controls that would get another owner. Raises NothingChosen and TooMany."""
    if selection.empty:
        raise NothingChosen("Choose whose controls, or what they serve.", field=Field.OWNED_BY)
    primaries = await primary_ownerships(work)
    selected = [
        each
        for each in await listed_controls(work)
        if _fits(each.control, primaries.get(each.control.id), selection, owner)
    ]
    if not selected:
        raise NothingChosen(
            "There is nothing to assign: no control fits, or all are theirs.", field=Field.OWNED_BY
        )
    if len(selected) > MOST_AT_ONCE:
        limit = f"assign at most {MOST_AT_ONCE} at once, by owner or criterion."
        raise TooMany(f"These are {len(selected):,} controls; {limit}", field=Field.OWNED_BY)
    return selected


def _fits(
    control: Control, primary: Ownership | None, selection: ControlSelection, owner: Person | None
) -> bool:
    if owner and primary and primary.person_id == owner.id:
        return False
    if selection.owned_by and (primary is None or primary.person_id != selection.owned_by):
        return False
    if selection.serves and not serves(control, selection.serves):
        return False
    return primary is None or not selection.only_unowned
