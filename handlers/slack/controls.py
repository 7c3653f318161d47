"""Controls as leads run them: the list and its search, and a control's card."""

from typing import Any

from bot.blocks.ids import Field
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.register import controls
from bot.register.views.controls import card_modal, list_message, list_modal
from handlers.slack.pages import open_page, page_number, turn_page
from handlers.slack.payloads import Click, Ordered, Submission


async def list_found(order: Ordered, desk: Desk) -> Message:
    """/soc controls WORDS"""
    page = await controls.find_controls(desk, order.person_id, order.rest, 1)
    return list_message(page, order.rest)


async def open_list(click: Click, desk: Desk) -> None:
    """All of it; from the catalogue it takes that page's place."""
    page = await controls.find_controls(desk, click.person_id, "", 1)
    show_page = turn_page if click.in_modal else open_page
    await show_page(desk, click, list_modal(page, ""))


async def search(click: Click, desk: Desk) -> None:
    """Enter was pressed."""
    await _show_list(click, desk, 1)


async def turn_list(click: Click, desk: Desk) -> None:
    await _show_list(click, desk, page_number(click.value))


async def submit_search(form: Submission, desk: Desk) -> dict[str, Any]:
    words = form.text(Field.SEARCH)
    return list_modal(await controls.find_controls(desk, form.person_id, words, 1), words)


async def show(click: Click, desk: Desk) -> None:
    card = await controls.control_card(desk, click.person_id, click.value)
    await open_page(desk, click, card_modal(card))


async def turn_history(click: Click, desk: Desk) -> None:
    control_id, _, page = click.value.rpartition(" ")
    card = await controls.control_card(desk, click.person_id, control_id, page_number(page))
    await turn_page(desk, click, card_modal(card))


async def _show_list(click: Click, desk: Desk, page: int) -> None:
    words = click.typed.text(Field.SEARCH)
    found = await controls.find_controls(desk, click.person_id, words, page)
    await turn_page(desk, click, list_modal(found, words))
