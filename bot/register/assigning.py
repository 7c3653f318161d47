"""Assigning by a command, and many controls at once: those of one owner, of a criterion, or all that nobody owns."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk import Desk
from bot.errors import NoSuchControl, NoSuchPerson, NothingChosen, SamePerson, TooMany
from bot.events.rules.directory import named
from bot.obligations import show_boards
from bot.owners.offers import able
from bot.owners.ownership import give, primary_owners
from bot.people import acting_lead
from bot.register.controls import listed_controls
from bot.register.rules.controls import ListedControl, find_by_id, serves
from bot.register.views.controls import unknown_control
from bot.work import Work
from storage import people, programme
from storage.ownership import Ownership
from storage.people import Person
from storage.programme import Control
from storage.terms import OwnershipRole

# Slack waits three seconds for the answer to a form, and 100 take about one.
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Selection:
    """Which controls are meant; all that is given must be true of each.

    ``serves`` is a criterion, a series of them, or a control objective.
    """

    owned_by: str | None = None
    serves: str | None = None
    only_unowned: bool = False

    @property
    def empty(self) -> bool:
        return not (self.owned_by or self.serves or self.only_unowned)


@dataclass(frozen=True)
class Offer:
    """What pressing once more would do: these controls go to this person, if one is named already."""

    controls: Sequence[ListedControl]
    owner: Person | None


async def assign_many(desk: Desk, lead_id: str, selection: Selection, owner_id: str) -> Offer:
    """All of them in one transaction; backups stay, but for one who becomes the owner."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        owner = await able(work, owner_id, "owner")
        meant = await _meant(work, selection, owner)
        for each in meant:
            control = await programme.control(work.session, each.control.id, to_change=True)
            if control:
                await give(work, lead, control, {OwnershipRole.PRIMARY: owner}, keep_backup=True)
        await show_boards(work)
    return Offer(meant, owner)


async def many_to_assign(desk: Desk, lead_id: str, selection: Selection, owner_id: str | None) -> Offer:
    """What `assign_many` would do; nothing is changed."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        owner = await able(work, owner_id, "owner") if owner_id else None
        return Offer(await _meant(work, selection, owner), owner)


async def assign_named(
    desk: Desk, lead_id: str, control_id: str, owner_id: str, backup_id: str | None
) -> tuple[Control, Person, Person | None]:
    """One control by a command. Without a new backup the present one stays."""
    if owner_id == backup_id:
        raise SamePerson
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        control = await programme.control(work.session, control_id, to_change=True)
        if control is None:
            raise NoSuchControl
        owner = await able(work, owner_id, "owner")
        backup = await able(work, backup_id, "backup") if backup_id else None
        chosen = {OwnershipRole.PRIMARY: owner} | ({OwnershipRole.BACKUP: backup} if backup else {})
        await give(work, lead, control, chosen, keep_backup=backup is None)
        await show_boards(work)
    return control, owner, backup


async def control_named(desk: Desk, lead_id: str, words: str) -> Control | None:
    """The control with this id, however it is spelled; None for a criterion or objective that some control serves.

    Raises NoSuchControl for anything else.
    """
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        known = await programme.controls(work.session)
        control = find_by_id(known, words)
        if control is None and not any(serves(each, words) for each in known):
            raise NoSuchControl(unknown_control(words))
        return control


async def person_named(desk: Desk, lead_id: str, words: str) -> str:
    """The id of the only member who is called so. Raises NoSuchPerson with the names of those who might be meant."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        meant = named(await people.members(work.session), words)
    if len(meant) != 1:
        names = " or ".join(person.name for person in meant[:5])
        raise NoSuchPerson(f"Who is meant: {names}? Mention the person." if meant else None)
    return meant[0].id


async def references(desk: Desk, lead_id: str) -> list[str]:
    """Every criterion and objective that some control serves, in order."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        known = await programme.controls(work.session)
    return sorted({each for control in known for each in (*control.criteria, *control.objectives)})


async def _meant(work: Work, selection: Selection, owner: Person | None) -> list[ListedControl]:
    """The controls that would change hands. Raises NothingChosen and TooMany."""
    if selection.empty:
        raise NothingChosen("Choose whose controls, or what they serve.", field="owned_by")
    primaries = await primary_owners(work)
    meant = [
        each
        for each in await listed_controls(work)
        if _fits(each.control, primaries.get(each.control.id), selection, owner)
    ]
    if not meant:
        raise NothingChosen(
            "There is nothing to assign: no control fits, or all are theirs.", field="owned_by"
        )
    if len(meant) > MOST_AT_ONCE:
        told = f"These are {len(meant):,} controls; assign at most {MOST_AT_ONCE} at once, by owner or criterion."
        raise TooMany(told, field="owned_by")
    return meant


def _fits(control: Control, held: Ownership | None, selection: Selection, owner: Person | None) -> bool:
    if owner and held and held.person_id == owner.id:
        return False
    if selection.owned_by and (held is None or held.person_id != selection.owned_by):
        return False
    if selection.serves and not serves(control, selection.serves):
        return False
    return held is None or not selection.only_unowned
