"""Who owns a control: offers, assignment by a lead, handing over, and leave with the backups that stand in."""

import re
from datetime import date
from typing import Any

from bot.blocks.ids import Field
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.errors import BadLeave
from bot.owners import handovers, leave, ownership
from bot.owners.rules.leave import PlannedLeave
from bot.owners.views.handovers import handover_form, handover_notice
from bot.owners.views.leave import LEAVE_USAGE, leave_ended_words, leave_form, leaves_message
from bot.owners.views.ownership import assign_modal, decline_ownership_modal
from bot.register.assigning import only_member_named
from bot.register.controls import control_card
from bot.register.views.controls import control_modal
from handlers.slack.notices import show_notice
from handlers.slack.pages import open_or_turn_page, open_page, turn_page
from handlers.slack.payloads import MENTION, WRITTEN_DAY, Click, SlashCommand, Submission, written_day

DAY = re.compile(rf"\b{WRITTEN_DAY}\b")
# What people write between dates.
BETWEEN = re.compile(r"\b(from|to|until|till)\b|[–—,]|\s-\s", re.IGNORECASE)
# Days written in another way; without this they would be looked up as a person's name.
NO_NAME = re.compile(
    r"\d|\b(today|tomorrow|next|week|monday|tuesday|wednesday|thursday|friday)\b", re.IGNORECASE
)


async def accept_ownership(click: Click, desk: Desk) -> None:
    await ownership.accept_ownership(desk, click.person_id, click.value)


async def open_decline_form(click: Click, desk: Desk) -> None:
    offer, control = await ownership.offer_to_decline(desk, click.person_id, click.value)
    await open_page(desk, click, decline_ownership_modal(offer, control))


async def decline_ownership(form: Submission, desk: Desk) -> None:
    await ownership.decline_ownership(desk, form.person_id, form.subject, form.text(Field.REASON))


async def open_assign_form(click: Click, desk: Desk) -> None:
    """From a control's card the form takes the card's place, and the card comes back afterwards."""
    controls = await ownership.controls_to_assign(desk, click.person_id, click.value or None)
    card_id = click.value if click.in_modal else ""
    await open_or_turn_page(desk, click, assign_modal(controls, click.value or None, back_to=card_id))


async def assign_control(form: Submission, desk: Desk) -> dict[str, Any] | None:
    control_id = form.choice(Field.CONTROL)
    await ownership.assign_control(
        desk, form.person_id, control_id, form.person(Field.OWNER) or "", form.person(Field.BACKUP)
    )
    return control_modal(await control_card(desk, form.person_id, control_id)) if form.subject else None


async def open_handover_form(click: Click, desk: Desk) -> None:
    """A request names the control; from Home the person chooses it in the form."""
    controls = await handovers.controls_to_hand_over(desk, click.person_id, click.value or None)
    await open_page(desk, click, handover_form(controls))


async def hand_over(form: Submission, desk: Desk) -> dict[str, Any]:
    control, receiver = await handovers.hand_over(
        desk,
        form.person_id,
        form.subject or form.choice(Field.CONTROL),
        form.person(Field.OWNER),
        form.text(Field.REASON),
    )
    return handover_notice(control, receiver.name if receiver else None)


async def keep_control(click: Click, desk: Desk) -> None:
    await handovers.keep_control(desk, click.person_id, click.value)


async def open_leave_form(click: Click, desk: Desk) -> None:
    """For one's own leave; from a control's card for its owner's, in the card's place."""
    if not click.value:
        await open_page(desk, click, leave_form())
        return
    owner_id = await leave.owner_for_leave_form(desk, click.person_id, click.value)
    await turn_page(desk, click, leave_form(click.value, owner_id))


async def note_leave(form: Submission, desk: Desk) -> dict[str, Any] | None:
    """After a form from a control's card the card comes back."""
    person_id = form.person(Field.PERSON)
    starts_on, ends_on = form.day(Field.STARTS_ON), form.day(Field.ENDS_ON)
    await leave.note_leave(desk, form.person_id, person_id, starts_on, ends_on)
    return control_modal(await control_card(desk, form.person_id, form.subject)) if form.subject else None


async def end_leave(click: Click, desk: Desk) -> None:
    planned = await leave.end_leave(desk, click.person_id, click.value)
    if click.channel:
        await show_notice(desk, click, leave_ended_words(planned))


async def command_away(command: SlashCommand, desk: Desk) -> Message:
    """/soc away, /soc away FIRST [LAST], or for leads /soc away PERSON [FIRST [LAST]]"""
    days = [
        written_day(text, BadLeave(f"“{text}” is no date. {LEAVE_USAGE}"))
        for text in DAY.findall(command.rest)
    ]
    person_id = await _person(command, desk, BETWEEN.sub(" ", DAY.sub(" ", command.rest)).strip())
    return leaves_message(await _planned_leave(command, desk, person_id, days))


async def _planned_leave(
    command: SlashCommand, desk: Desk, person_id: str | None, days: list[date]
) -> PlannedLeave:
    """Without days the leave that is planned; with one or two the leave that they make."""
    if not days:
        return await leave.leave_of(desk, command.person_id, person_id)
    if len(days) > 2:
        raise BadLeave(LEAVE_USAGE)
    return await leave.note_leave(desk, command.person_id, person_id, days[0], days[-1])


async def _person(command: SlashCommand, desk: Desk, words: str) -> str | None:
    """None for the person who sent the command."""
    mention = MENTION.search(words)
    if mention:
        return mention.group(1)
    if NO_NAME.search(words):
        raise BadLeave(f"“{words}” is no date that I can read. {LEAVE_USAGE}")
    return await only_member_named(desk, command.person_id, words) if words else None
