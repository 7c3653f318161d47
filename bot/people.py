"""Who may act, who leads compliance, and what people are called."""

from bot.blocks.wording import SOMEBODY_WHO_LEFT
from bot.desk import Desk
from bot.errors import NotALead, NotAMember, UnknownPerson
from bot.work import Work
from storage import people
from storage.people import Person, directory, person_named
from storage.terms import AccountKind


async def acting_person(work: Work, person_id: str) -> Person:
    """The person, if they may act in this workspace. Raises NotAMember."""
    person = await people.person(work.session, person_id)
    if person is None or not person.may_act:
        raise NotAMember
    return person


async def check_member(work: Work, person_id: str) -> None:
    """Where only the id matters. Raises NotAMember for a person who may not act in this workspace."""
    if await people.account_kind(work.session, person_id) is not AccountKind.MEMBER:
        raise NotAMember


async def require_member(desk: Desk, person_id: str) -> None:
    """For a verb that needs no transaction of its own. Raises NotAMember."""
    async with desk.reading() as work:
        await check_member(work, person_id)


async def leads_compliance(desk: Desk, person_id: str) -> bool:
    """Whether the person leads compliance. Raises NotAMember."""
    async with desk.reading() as work:
        return (await acting_person(work, person_id)).is_lead


async def acting_lead(work: Work, person_id: str) -> Person:
    """The person, if they lead compliance. Raises NotALead with the names of those who do."""
    person = await acting_person(work, person_id)
    if not person.is_lead:
        names = [lead.name for lead in await people.leads(work.session)]
        raise NotALead(f"Only a compliance lead can do this: {' or '.join(names)}." if names else None)
    return person


async def name_of(work: Work, person_id: str | None) -> str:
    """For a person whom we do not know, words that say so."""
    person = await people.person(work.session, person_id) if person_id else None
    return person.name if person else SOMEBODY_WHO_LEFT


async def importing_lead(work: Work, named: str) -> Person:
    """The lead who imports, ``named`` by e-mail or Slack id. Raises UnknownPerson and NotALead."""
    person = person_named(named.strip(), directory(await people.everyone(work.session)))
    if person is None:
        leads = " or ".join(lead.name for lead in await people.leads(work.session)) or "nobody yet"
        raise UnknownPerson(
            f"Nobody in this workspace is known as {named}. An import is done by a compliance lead: {leads}."
        )
    return await acting_lead(work, person.id)
