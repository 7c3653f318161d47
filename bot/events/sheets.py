"""Events from a sheet: a preview of what it would report, and the report of all of it or nothing."""

from collections.abc import Sequence

from bot.desk import Desk
from bot.errors import ReasonMissing
from bot.events.raising import raise_event
from bot.events.reporting import effect_if_reported
from bot.events.rules.events import EventEffect, EventReport, reportable_kinds
from bot.events.rules.sheets import Circumstances, EventPlan, read_events
from bot.obligations import refresh_lead_homes
from bot.people import importing_lead
from bot.work import Work
from content.cells import SheetLine
from storage import programme, triggers
from storage.people import Person
from storage.terms import TriggerSource


async def preview_events(
    work: Work, lines: Sequence[SheetLine]
) -> tuple[EventPlan, list[tuple[EventReport, EventEffect]]]:
    """The plan, and each report with what it would set off. Raises SheetError, and SheetMistakes with every mistake."""
    plan = read_events(lines, await _circumstances(work))
    return plan, [(report, await effect_if_reported(work, report)) for report in plan.reports]


async def import_events(
    desk: Desk, named: str, lines: Sequence[SheetLine], reason: str
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
            raised = await raise_event(work, report, lead.id, TriggerSource.SHEET, reason=reason.strip())
            scheduled += len(raised.scheduled) if raised else 0
        if plan.reports:
            await refresh_lead_homes(work)
    return plan, scheduled, lead


async def _circumstances(work: Work) -> Circumstances:
    kinds = reportable_kinds(await programme.controls(work.session))
    return Circumstances(await triggers.triggers(work.session), kinds, work.today)
