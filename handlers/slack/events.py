"""Events that set a control off: a lead reports one by ``/soc event`` or in a form, lists them, and withdraws one."""

from datetime import date
from typing import Any

from bot.blocks.forms import mark_of
from bot.blocks.ids import Field
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.errors import BadEvent, RequestClosed
from bot.events import reporting
from bot.events.rules.events import EventReport, ReportFault, report_from_command
from bot.events.views.events import (
    event_receipt,
    event_recorded_words,
    event_usage,
    event_withdrawn_words,
    events_modal,
    report_event_modal,
    withdraw_event_modal,
)
from handlers.slack.pages import open_or_turn_page, open_page, page_number, turn_page
from handlers.slack.payloads import MENTION, Click, SlashCommand, Submission
from storage.terms import TriggerKind, TriggerSource


async def command_event(command: SlashCommand, desk: Desk) -> Message:
    """/soc event KIND DATE WORDS; without the rest it explains how to report one."""
    kinds = await reporting.kinds_to_report(desk, command.person_id)
    if not command.rest or not kinds:
        return event_usage(kinds)
    words = await _with_names(command, desk)
    report = report_from_command(words, await reporting.company_today_for(desk, command.person_id))
    if isinstance(report, ReportFault):
        return event_usage(kinds, report)
    trigger, effect = await reporting.report_event(desk, command.person_id, report, TriggerSource.COMMAND)
    return event_receipt(trigger, effect)


async def open_event_list(click: Click, desk: Desk) -> None:
    await open_page(desk, click, events_modal(await reporting.all_events(desk, click.person_id)))


async def turn_event_list(click: Click, desk: Desk) -> None:
    page = await reporting.all_events(desk, click.person_id, page_number(click.value))
    await turn_page(desk, click, events_modal(page))


async def open_report_form(click: Click, desk: Desk) -> None:
    """In the place of the list, if the list is open."""
    kinds = await reporting.kinds_to_report(desk, click.person_id)
    await open_or_turn_page(desk, click, report_event_modal(kinds))


async def report_event(form: Submission, desk: Desk) -> dict[str, Any]:
    """The form first shows what the report would do; the same form sent again reports, and the list comes back."""
    report = _report(form)
    effect = await reporting.effect_of_report(desk, form.person_id, report)
    mark = mark_of(report, effect)
    if form.subject != mark:
        kinds = await reporting.kinds_to_report(desk, form.person_id)
        return report_event_modal(kinds, report, effect, mark)
    trigger, _ = await reporting.report_event(desk, form.person_id, report, TriggerSource.FORM)
    page = await reporting.all_events(desk, form.person_id)
    return events_modal(page, event_recorded_words(trigger))


async def open_withdraw_form(click: Click, desk: Desk) -> None:
    event = await reporting.event_to_withdraw(desk, click.person_id, click.value)
    await turn_page(desk, click, withdraw_event_modal(event))


async def withdraw_event(form: Submission, desk: Desk) -> dict[str, Any]:
    """The list takes the place of the form."""
    trigger, withdrawal = await reporting.withdraw_event(
        desk, form.person_id, form.subject, form.text(Field.REASON)
    )
    page = await reporting.all_events(desk, form.person_id)
    return events_modal(page, event_withdrawn_words(trigger, withdrawal))


async def _with_names(command: SlashCommand, desk: Desk) -> str:
    """The words behind /soc event, with each mention as the person's name."""
    names = await reporting.names_by_id(desk, command.person_id, MENTION.findall(command.rest))
    return MENTION.sub(lambda mention: names.get(mention[1], mention[1]), command.rest)


def _report(form: Submission) -> EventReport:
    kind = form.choice(Field.KIND)
    if kind not in tuple(TriggerKind):
        raise RequestClosed
    return EventReport(
        TriggerKind(kind),
        _day(form),
        form.text(Field.WHAT).strip(),
        form.text(Field.REFERENCE).strip() or None,
    )


def _day(form: Submission) -> date:
    happened_on = form.day(Field.HAPPENED_ON)
    if happened_on is None:
        raise BadEvent("Please give the day on which it happened.", field=Field.HAPPENED_ON)
    return happened_on
