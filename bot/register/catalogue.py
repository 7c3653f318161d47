"""The controls of the catalogue that the company does not run yet: a lead finds one, and adopts it."""

from collections.abc import Sequence

from bot.blocks.paging import Page, page_of
from bot.desk import Desk
from bot.errors import AlreadyDone, RequestClosed
from bot.obligations import refresh_lead_homes
from bot.people import acting_lead
from bot.register.content_adoption import control_from_spec
from bot.register.controls import CONTROLS_A_PAGE
from bot.register.rules.controls import AdoptionSource, ControlStatus, ListedControl, matching_controls
from bot.schedule.scheduling import carry_out_schedule_change, schedule_changes_of
from bot.work import Work
from content.models import Request
from storage import programme
from storage.programme import Control
from storage.terms import Event


async def find_in_catalogue(desk: Desk, lead_id: str, words: str, page: int) -> Page[ListedControl]:
    """The controls of the catalogue that are not adopted and fit the words."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        adopted = {control.id for control in await programme.controls(work.session)}
    proposed = [
        ListedControl(control_from_spec(spec), None, None, ControlStatus.UNOWNED)
        for spec in desk.library.catalogue
        if spec.id not in adopted
    ]
    return page_of(matching_controls(proposed, words), page, CONTROLS_A_PAGE)


async def catalogue_control(desk: Desk, lead_id: str, control_id: str) -> tuple[Control, Sequence[Request]]:
    """The control as adopting would write it, and the typical requests of an auditor that it serves."""
    async with desk.reading() as work:
        await acting_lead(work, lead_id)
        control = await _proposed(work, control_id)
    return control, [each for each in desk.library.requests if each.number in control.requests]


async def adopt_control(desk: Desk, lead_id: str, control_id: str) -> None:
    """Adopt the control, and schedule it from the period that is not over today: no earlier one is ever missed."""
    async with desk.work() as work:
        lead = await acting_lead(work, lead_id)
        await programme.controls(work.session, to_change=True)  # of two leads at once, the second waits
        control = await _proposed(work, control_id)
        work.session.add(control)
        await work.session.flush()
        examinations = await programme.examinations(work.session)
        [(_, change)] = await schedule_changes_of(work, [control], examinations)
        await carry_out_schedule_change(
            work, lead.id, control, change, Event.CONTROL_ADDED, control, source=AdoptionSource.CATALOGUE
        )
        await refresh_lead_homes(work)


async def _proposed(work: Work, control_id: str) -> Control:
    spec = next((each for each in work.content.catalogue if each.id == control_id), None)
    if spec is None:
        raise RequestClosed
    if await programme.control(work.session, control_id):
        raise AlreadyDone(f"{spec.id} {spec.title} is adopted already. It stands in the list of controls.")
    return control_from_spec(spec)
