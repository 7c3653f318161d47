"""Meeting the workspace: whose database this is, who works here, and who leads compliance."""

from bot.blocks.due import GONE
from bot.desk import Desk
from bot.errors import NobodyKnown, NotALead, NotAMember
from bot.work import Work
from storage import people
from storage.people import Person, directory, person_named


async def acting(work: Work, person_id: str) -> Person:
    """The person, if they may act at all. Raises NotAMember."""
    found = await people.person(work.session, person_id)
    if found is None or not found.may_act:
        raise NotAMember
    return found


async def require_member(desk: Desk, person_id: str) -> None:
    """For what is answered without a transaction. Raises NotAMember."""
    async with desk.reading() as work:
        await acting(work, person_id)


async def acting_lead(work: Work, person_id: str) -> Person:
    """The person, if they lead compliance. Raises NotALead with the names of those who do."""
    found = await acting(work, person_id)
    if not found.is_lead:
        names = [lead.name for lead in await people.leads(work.session)]
        raise NotALead(f"Only a compliance lead can do this: {' or '.join(names)}." if names else None)
    return found


async def name_of(work: Work, person_id: str | None) -> str:
    found = await people.person(work.session, person_id) if person_id else None
    return found.name if found else GONE


async def importing_lead(work: Work, named: str) -> Person:
    """Who imports, by e-mail or Slack id. Raises NobodyKnown and NotALead."""
    person = person_named(named.strip(), directory(await people.everyone(work.session)))
    if person is None:
        leads = " or ".join(lead.name for lead in await people.leads(work.session)) or "nobody yet"
        raise NobodyKnown(
            f"Nobody in this workspace is known as {named}. An import is done by a compliance lead: {leads}."
        )
    return await acting_lead(work, person.id)
