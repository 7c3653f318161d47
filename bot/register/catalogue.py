"""The controls of the catalogue that the company does not run yet: finding one, and adopting it."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.blocks.paging import Page, page_of
from bot.desk import Desk
from bot.errors import AlreadyDone, RequestClosed
from bot.obligations import show_boards
from bot.people import acting_lead
from bot.register.adopting import control_of
from bot.register.controls import CONTROLS_A_PAGE
from bot.register.rules.controls import Listed, Source, Standing, find
from bot.schedule.scheduling import carry_out, changes_of
from content.models import Request
from storage import programme
from storage.programme import Control
from storage.terms import Event


async def find_proposed(desk: Desk, lead_id: str, words: str, page: int) -> Page[Listed]:
    """Of what storage does not hold."""
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
        run = {control.id for control in await programme.controls(session)}
    proposed = [
        Listed(control_of(spec), None, None, Standing.UNOWNED)
        for spec in desk.library.catalogue
        if spec.id not in run
    ]
    return page_of(find(proposed, words), page, CONTROLS_A_PAGE)


async def proposed_control(desk: Desk, lead_id: str, control_id: str) -> tuple[Control, Sequence[Request]]:
    """As adopting would write it, and what an auditor typically asks for of it."""
    async with desk.sessions.reading() as session:
        await acting_lead(session, lead_id)
        control = await _proposed(session, desk, control_id)
    return control, [each for each in desk.library.requests if each.number in (control.requests or ())]


async def adopt_control(desk: Desk, lead_id: str, control_id: str) -> None:
    """Scheduled from the period that is not over today, so that none is ever missed before it was adopted."""
    async with desk.transaction() as session:
        lead = await acting_lead(session, lead_id)
        await programme.controls(session, to_change=True)  # two leads at once adopt one after the other
        control = await _proposed(session, desk, control_id)
        session.add(control)
        await session.flush()
        examinations = await programme.examinations(session)
        [(_, change)] = await changes_of(session, desk, [control], examinations)
        await carry_out(
            session, desk, lead.id, control, change, Event.CONTROL_ADDED, control, source=Source.CATALOGUE
        )
        await show_boards(session, desk)


async def _proposed(session: AsyncSession, desk: Desk, control_id: str) -> Control:
    spec = next((each for each in desk.library.catalogue if each.id == control_id), None)
    if spec is None:
        raise RequestClosed
    if await programme.control(session, control_id):
        raise AlreadyDone(f"{spec.id} {spec.title} is adopted already. It stands in the list of controls.")
    return control_of(spec)
