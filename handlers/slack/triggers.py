"""Events as leads report them: by /soc event or in the form, the list of all of them, and taking one back."""

from datetime import date
from typing import Any

from bot import triggers
from bot.desk import Desk
from bot.errors import BadEvent, RequestClosed
from bot.rules.triggers import Fault, Report, ordered
from bot.views import triggers as view
from bot.views.blocks import Message
from bot.views.ids import Field
from handlers.slack.assigning import MENTION
from handlers.slack.heard import Click, Ordered, Submission
from handlers.slack.pages import open_page, page_number, turn_page
from handlers.slack.rhythms import digest
from storage.terms import TriggerKind, TriggerSource


async def report_ordered(order: Ordered, desk: Desk) -> Message:
    """/soc event KIND DATE WORDS; without them, how it is done."""
    kinds = await triggers.kinds_to_report(desk, order.person_id)
    if not order.rest or not kinds:
        return view.how(kinds)
    words = await _with_names(order, desk)
    report = ordered(words, await triggers.today_for(desk, order.person_id))
    if isinstance(report, Fault):
        return view.how(kinds, report)
    trigger, effect = await triggers.report_event(desk, order.person_id, report, TriggerSource.COMMAND)
    return view.reported(trigger, effect)


async def open_list(click: Click, desk: Desk) -> None:
    await open_page(desk, click, view.list_modal(await triggers.all_events(desk, click.person_id)))


async def turn_list(click: Click, desk: Desk) -> None:
    page = await triggers.all_events(desk, click.person_id, page_number(click.value))
    await turn_page(desk, click, view.list_modal(page))


async def open_report(click: Click, desk: Desk) -> None:
    """In the place of the list."""
    kinds = await triggers.kinds_to_report(desk, click.person_id)
    show_page = turn_page if click.in_modal else open_page
    await show_page(desk, click, view.report_modal(kinds))


async def report(form: Submission, desk: Desk) -> dict[str, Any]:
    """First what it means, then, sent once more unchanged, the report; the list stands there afterwards."""
    told = _report(form)
    effect = await triggers.effect_of_report(desk, form.person_id, told)
    token = digest(told, effect)
    if form.subject != token:
        kinds = await triggers.kinds_to_report(desk, form.person_id)
        return view.report_modal(kinds, told, effect, token)
    raised, _ = await triggers.report_event(desk, form.person_id, told, TriggerSource.FORM)
    page = await triggers.all_events(desk, form.person_id)
    return view.list_modal(page, view.done_words(raised))


async def open_withdraw(click: Click, desk: Desk) -> None:
    listed = await triggers.event_to_withdraw(desk, click.person_id, click.value)
    await turn_page(desk, click, view.withdraw_modal(listed))


async def withdraw(form: Submission, desk: Desk) -> dict[str, Any]:
    raised, done = await triggers.withdraw_event(desk, form.person_id, form.subject, form.text(Field.REASON))
    page = await triggers.all_events(desk, form.person_id)
    return view.list_modal(page, view.withdrawn_words(raised, done))


async def _with_names(order: Ordered, desk: Desk) -> str:
    """What was typed, with the names of those who are mentioned."""
    names = await triggers.names_of(desk, order.person_id, MENTION.findall(order.rest))
    return MENTION.sub(lambda mention: names.get(mention[1], mention[1]), order.rest)


def _report(form: Submission) -> Report:
    chosen = form.choice(Field.KIND)
    if chosen not in tuple(TriggerKind):
        raise RequestClosed
    return Report(
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
