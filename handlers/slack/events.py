"""Events as leads report them: by /soc event or in the form, the list of all of them, and taking one back."""

from datetime import date
from typing import Any

from bot.blocks.ids import Field
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.errors import BadEvent, RequestClosed
from bot.events import reporting
from bot.events.rules.triggers import EventReport, ReportFault, ordered
from bot.events.views.triggers import (
    done_words,
    how,
    list_modal,
    report_modal,
    reported,
    withdraw_modal,
    withdrawn_words,
)
from handlers.slack.cadence import digest
from handlers.slack.pages import open_page, page_number, turn_page
from handlers.slack.payloads import MENTION, Click, Ordered, Submission
from storage.terms import TriggerKind, TriggerSource


async def report_ordered(order: Ordered, desk: Desk) -> Message:
    """/soc event KIND DATE WORDS; without them, how it is done."""
    kinds = await reporting.kinds_to_report(desk, order.person_id)
    if not order.rest or not kinds:
        return how(kinds)
    words = await _with_names(order, desk)
    report = ordered(words, await reporting.today_for(desk, order.person_id))
    if isinstance(report, ReportFault):
        return how(kinds, report)
    trigger, effect = await reporting.report_event(desk, order.person_id, report, TriggerSource.COMMAND)
    return reported(trigger, effect)


async def open_list(click: Click, desk: Desk) -> None:
    await open_page(desk, click, list_modal(await reporting.all_events(desk, click.person_id)))


async def turn_list(click: Click, desk: Desk) -> None:
    page = await reporting.all_events(desk, click.person_id, page_number(click.value))
    await turn_page(desk, click, list_modal(page))


async def open_report(click: Click, desk: Desk) -> None:
    """In the place of the list."""
    kinds = await reporting.kinds_to_report(desk, click.person_id)
    show_page = turn_page if click.in_modal else open_page
    await show_page(desk, click, report_modal(kinds))


async def report(form: Submission, desk: Desk) -> dict[str, Any]:
    """First what it means, then, sent once more unchanged, the report; the list stands there afterwards."""
    told = _report(form)
    effect = await reporting.effect_of_report(desk, form.person_id, told)
    token = digest(told, effect)
    if form.subject != token:
        kinds = await reporting.kinds_to_report(desk, form.person_id)
        return report_modal(kinds, told, effect, token)
    raised, _ = await reporting.report_event(desk, form.person_id, told, TriggerSource.FORM)
    page = await reporting.all_events(desk, form.person_id)
    return list_modal(page, done_words(raised))


async def open_withdraw(click: Click, desk: Desk) -> None:
    listed = await reporting.event_to_withdraw(desk, click.person_id, click.value)
    await turn_page(desk, click, withdraw_modal(listed))


async def withdraw(form: Submission, desk: Desk) -> dict[str, Any]:
    raised, done = await reporting.withdraw_event(desk, form.person_id, form.subject, form.text(Field.REASON))
    page = await reporting.all_events(desk, form.person_id)
    return list_modal(page, withdrawn_words(raised, done))


async def _with_names(order: Ordered, desk: Desk) -> str:
    """What was typed, with the names of those who are mentioned."""
    names = await reporting.names_of(desk, order.person_id, MENTION.findall(order.rest))
    return MENTION.sub(lambda mention: names.get(mention[1], mention[1]), order.rest)


def _report(form: Submission) -> EventReport:
    chosen = form.choice(Field.KIND)
    if chosen not in tuple(TriggerKind):
        raise RequestClosed
    return EventReport(
        TriggerKind(chosen),
        _day(form),
        form.text(Field.WHAT).strip(),
        form.text(Field.REFERENCE).strip() or None,
    )


def _day(form: Submission) -> date:
    picked = form.day(Field.HAPPENED_ON)
    if picked is None:
        raise BadEvent("Please give the day on which it happened.", field=Field.HAPPENED_ON)
    return picked
