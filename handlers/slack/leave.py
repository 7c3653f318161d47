"""Being away: the form from Home and from a control's card, the command, and the buttons that end it."""

import re
from datetime import date
from typing import Any

from bot.blocks.ids import Field
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.errors import BadLeave
from bot.owners import leave
from bot.owners.rules.leave import PlannedLeave
from bot.owners.views import leave as view
from bot.register.assigning import person_named
from bot.register.controls import control_card
from bot.register.views.controls import card_modal
from handlers.slack import notices
from handlers.slack.pages import turn_page
from handlers.slack.payloads import MENTION, Click, Ordered, Submission

DAY = re.compile(r"\b\d{4}-\d{1,2}-\d{1,2}\b")
# What people write around dates.
BETWEEN = re.compile(r"\b(from|to|until|till)\b|[–—,]|\s-\s", re.IGNORECASE)

# Somebody's own days, written in another way, are not taken for a name.
NO_NAME = re.compile(
    r"\d|\b(today|tomorrow|next|week|monday|tuesday|wednesday|thursday|friday)\b", re.IGNORECASE
)


async def open_form(click: Click, desk: Desk) -> None:
    """One's own; from a control's card a lead's, in the card's place."""
    if not click.value:
        await desk.slack.views_open(trigger_id=click.trigger_id, view=view.form())
        return
    owner_id = await leave.owner_to_note(desk, click.person_id, click.value)
    await turn_page(desk, click, view.form(click.value, owner_id))


async def note(form: Submission, desk: Desk) -> dict[str, Any] | None:
    person_id = form.person(Field.PERSON)
    starts_on, ends_on = form.day(Field.STARTS_ON), form.day(Field.ENDS_ON)
    await leave.note_leave(desk, form.person_id, person_id, starts_on, ends_on)
    if not form.subject:
        return None
    return card_modal(await control_card(desk, form.person_id, form.subject))


async def end(click: Click, desk: Desk) -> None:
    planned = await leave.end_leave(desk, click.person_id, click.value)
    if click.channel:
        await notices.tell(desk, click, view.ended(planned))


async def ordered(order: Ordered, desk: Desk) -> Message:
    """/soc away, /soc away FIRST [LAST], or for leads /soc away PERSON [FIRST [LAST]]"""
    days = [_day(written) for written in DAY.findall(order.rest)]
    person_id = await _person(order, desk, BETWEEN.sub(" ", DAY.sub(" ", order.rest)).strip())
    return view.told(await _told(order, desk, person_id, days))


async def _told(order: Ordered, desk: Desk, person_id: str | None, days: list[date]) -> PlannedLeave:
    if not days:
        return await leave.leave_of(desk, order.person_id, person_id)
    if len(days) > 2:
        raise BadLeave(view.HOW)
    return await leave.note_leave(desk, order.person_id, person_id, days[0], days[-1])


async def _person(order: Ordered, desk: Desk, words: str) -> str | None:
    """None for the person themselves."""
    mentioned = MENTION.search(words)
    if mentioned:
        return mentioned.group(1)
    if NO_NAME.search(words):
        raise BadLeave(f"“{words}” is no date that I can read. {view.HOW}")
    return await person_named(desk, order.person_id, words) if words else None


def _day(written: str) -> date:
    try:
        return date(*map(int, written.split("-")))
    except ValueError:
        raise BadLeave(f"“{written}” is no date. {view.HOW}") from None
