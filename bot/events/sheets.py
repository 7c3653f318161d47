"""Events from a sheet: a preview of what it would report, and the report of all of it or nothing."""

from collections.abc import Sequence

from bot.desk import Desk
from bot.errors import ReasonMissing
from bot.events.raising import raise_trigger
from bot.events.reporting import foreseen
from bot.events.rules.sheets import Circumstances, EventPlan, read_events
from bot.events.rules.triggers import EventEffect, EventReport, reportable
from bot.obligations import show_boards
from bot.people import importing_lead
from bot.work import Work
from content.cells import Line
from storage import programme, triggers
from storage.people import Person
from storage.terms import TriggerSource


async def preview_events(
    work: Work, lines: Sequence[Line]
) -> tuple[EventPlan, list[tuple[EventReport, EventEffect]]]:
    """The plan, and each report with what it would set off. Raises SheetError, and Mistaken with every mistake."""
    plan = read_events(lines, await _circumstances(work))
    return plan, [(report, await foreseen(work, report)) for report in plan.reports]


async def import_events(
    desk: Desk, named: str, lines: Sequence[Line], reason: str
) -> tuple[EventPlan, int, Person]:
    """Report all events of the sheet as the lead who is ``named`` by e-mail or Slack id.

    An event that is known already, or was withdrawn, stays as it is: the same sheet twice changes nothing the second
    time. Besides the plan and the lead, the number of occurrences that the events scheduled.
    """
    if not reason.strip():
        raise ReasonMissing("Please give a reason: the record keeps it with each event.")
    async with desk.work() as work:
        lead = await importing_lead(work, named)
        await programme.controls(work.session, to_change=True)
        plan = read_events(lines, await _circumstances(work))
        scheduled = 0
        for report in plan.reports:
            raised = await raise_trigger(work, report, lead.id, TriggerSource.SHEET, reason=reason.strip())
            scheduled += len(raised.scheduled) if raised else 0
        if plan.reports:
            await show_boards(work)
    return plan, scheduled, lead


async def _circumstances(work: Work) -> Circumstances:
    kinds = reportable(await programme.controls(work.session))
    return Circumstances(await triggers.triggers(work.session), kinds, work.today)
