"""The register of controls as leads run it: list and card, the catalogue, the cadence, and assigning many at once."""

import re
from typing import Any

from bot.blocks.forms import mark_of
from bot.blocks.ids import Field
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.errors import BadDays, NoSuchControl, RequestClosed
from bot.register import assigning, cadence, catalogue, controls
from bot.register.assigning import ControlSelection
from bot.register.rules.controls import Rhythm
from bot.register.views.assigning import (
    UNOWNED_OPTION,
    assign_many_message,
    assign_many_modal,
    assigned_many_modal,
    assigned_many_words,
    assigned_message,
    owner_question,
)
from bot.register.views.cadence import rhythm_modal
from bot.register.views.catalogue import catalogue_control_modal, catalogue_modal
from bot.register.views.controls import control_modal, controls_message, controls_modal
from handlers.slack.notices import show_notice
from handlers.slack.pages import SearchedList, open_or_turn_page, open_page, page_number, turn_page
from handlers.slack.payloads import MENTION, Click, SlashCommand, Submission
from storage.terms import Cadence

# The value of an offer's button: a criterion or objective, and a person's id.
OFFER_VALUE = re.compile(r"(\S+) ([UW][A-Z0-9]+)")
HOW_TO_ASSIGN = (
    "Name a control and a person: assign AC-01 @Ada. A second person becomes the backup. "
    "With a criterion or objective in its place, such as CC6.1, all of its controls are meant."
)

CONTROLS = SearchedList(Field.SEARCH, controls.find_controls, controls_modal)
CATALOGUE = SearchedList(Field.SEARCH_CATALOGUE, catalogue.find_in_catalogue, catalogue_modal)


async def command_controls(command: SlashCommand, desk: Desk) -> Message:
    """/soc controls WORDS"""
    page = await controls.find_controls(desk, command.person_id, command.rest, 1)
    return controls_message(page, command.rest)


async def open_control_list(click: Click, desk: Desk) -> None:
    """All controls; from the catalogue the list takes the catalogue's place."""
    await open_or_turn_page(desk, click, await CONTROLS.first_page(desk, click.person_id))


async def show_control(click: Click, desk: Desk) -> None:
    card = await controls.control_card(desk, click.person_id, click.value)
    await open_page(desk, click, control_modal(card))


async def turn_history(click: Click, desk: Desk) -> None:
    """The button's value is the control's id and the number of the history's page."""
    control_id, _, page = click.value.rpartition(" ")
    card = await controls.control_card(desk, click.person_id, control_id, page_number(page))
    await turn_page(desk, click, control_modal(card))


async def open_catalogue(click: Click, desk: Desk) -> None:
    """In the place of the list of controls, since Slack stacks three modals at most and cards open over this one."""
    await turn_page(desk, click, await CATALOGUE.first_page(desk, click.person_id))


async def show_proposed_control(click: Click, desk: Desk) -> None:
    control, requests = await catalogue.catalogue_control(desk, click.person_id, click.value)
    await open_page(desk, click, catalogue_control_modal(control, requests))


async def adopt_control(click: Click, desk: Desk) -> None:
    """The card of the adopted control takes the place of the proposal."""
    await catalogue.adopt_control(desk, click.person_id, click.value)
    card = await controls.control_card(desk, click.person_id, click.value)
    await turn_page(desk, click, control_modal(card))


async def open_cadence_form(click: Click, desk: Desk) -> None:
    """In the place of the control's card."""
    control = await cadence.control_to_change(desk, click.person_id, click.value)
    await turn_page(desk, click, rhythm_modal(control, cadence.rhythm_of(control), "", None, ""))


async def change_cadence(form: Submission, desk: Desk) -> dict[str, Any]:
    """The form first shows the effect; the same form sent again changes, and the control's card comes back."""
    control_id, _, shown_mark = form.subject.partition(" ")
    rhythm = Rhythm(
        Cadence(form.choice(Field.CADENCE)), _days(form, Field.DUE_DAYS), _days(form, Field.GRACE_DAYS)
    )
    reason = form.text(Field.REASON)
    effect = await cadence.effect_of_rhythm(desk, form.person_id, control_id, rhythm)
    mark = mark_of(rhythm, effect)
    if shown_mark != mark:
        control = await cadence.control_to_change(desk, form.person_id, control_id)
        return rhythm_modal(control, rhythm, reason, effect, mark)
    await cadence.change_rhythm(desk, form.person_id, control_id, rhythm, reason)
    return control_modal(await controls.control_card(desk, form.person_id, control_id))


def _days(form: Submission, field: Field) -> int:
    text = form.text(field)
    if not text.isdecimal():
        raise BadDays(field=field)
    return int(text)


async def command_assign(command: SlashCommand, desk: Desk) -> Message:
    """/soc assign CONTROL @owner [@backup], or /soc assign CRITERION [@owner]"""
    target, _, names = command.rest.partition(" ")
    if not target:
        raise NoSuchControl(HOW_TO_ASSIGN)
    control = await assigning.control_named(desk, command.person_id, target)
    people = await _people(command, desk, names.strip())
    if control is None:
        return await _offer(command, desk, target, people[0] if people else None)
    if not people:
        return owner_question(control)
    backup_id = people[1] if len(people) > 1 else None
    control, owner, backup = await assigning.assign_by_command(
        desk, command.person_id, control.id, people[0], backup_id
    )
    return assigned_message(control, owner.name, backup.name if backup else None)


async def _people(command: SlashCommand, desk: Desk, names: str) -> list[str]:
    """The ids of the people who are mentioned, or of the one whose name is typed."""
    mentions = MENTION.findall(names)
    if mentions or not names:
        return mentions
    return [await assigning.only_member_named(desk, command.person_id, names)]


async def _offer(command: SlashCommand, desk: Desk, reference: str, owner_id: str | None) -> Message:
    selection = ControlSelection(serves=reference)
    offer = await assigning.preview_of_assign_many(desk, command.person_id, selection, owner_id)
    owner = offer.owner.name if offer.owner else None
    return assign_many_message(reference.upper(), offer.controls, owner_id, owner)


async def assign_offered(click: Click, desk: Desk) -> None:
    """The lead confirmed the offer below /soc assign CRITERION."""
    offer_value = OFFER_VALUE.fullmatch(click.value)
    if offer_value is None:
        raise RequestClosed
    reference, owner_id = offer_value.groups()
    assigned = await assigning.assign_many(
        desk, click.person_id, ControlSelection(serves=reference), owner_id
    )
    owner = assigned.owner.name if assigned.owner else ""
    await show_notice(desk, click, assigned_many_words(assigned.controls, owner))


async def open_assign_many_form(click: Click, desk: Desk) -> None:
    references = await assigning.served_references(desk, click.person_id)
    await open_page(desk, click, assign_many_modal(references, reference=click.value))


async def assign_many(form: Submission, desk: Desk) -> dict[str, Any]:
    """The form first lists the controls; the same form sent again assigns them."""
    selection = ControlSelection(
        owned_by=form.person(Field.OWNED_BY),
        serves=form.choice(Field.SERVES) or None,
        only_unowned=UNOWNED_OPTION in form.choices(Field.ONLY_UNOWNED),
    )
    owner_id = form.person(Field.OWNER) or ""
    offer = await assigning.preview_of_assign_many(desk, form.person_id, selection, owner_id)
    owner = offer.owner.name if offer.owner else ""
    mark = mark_of(selection, owner_id, [each.control.id for each in offer.controls])
    if form.subject != mark:
        references = await assigning.served_references(desk, form.person_id)
        return assign_many_modal(references, controls=offer.controls, owner=owner, token=mark)
    assigned = await assigning.assign_many(desk, form.person_id, selection, owner_id)
    return assigned_many_modal(assigned.controls, owner)
