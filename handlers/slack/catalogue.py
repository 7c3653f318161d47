"""The catalogue as leads search it, one of its controls, and adopting that."""

from typing import Any

from bot.blocks.ids import Field
from bot.desk import Desk
from bot.register import catalogue, controls
from bot.register.views import catalogue as view
from bot.register.views.controls import card_modal
from handlers.slack.pages import open_page, page_number, turn_page
from handlers.slack.payloads import Click, Submission


async def open_list(click: Click, desk: Desk) -> None:
    """In the place of the list of controls, so that a card over it leaves room for what Slack stacks on top."""
    page = await catalogue.find_proposed(desk, click.person_id, "", 1)
    await turn_page(desk, click, view.list_modal(page, ""))


async def search(click: Click, desk: Desk) -> None:
    """Enter was pressed."""
    await _show_list(click, desk, 1)


async def turn_list(click: Click, desk: Desk) -> None:
    await _show_list(click, desk, page_number(click.value))


async def submit_search(form: Submission, desk: Desk) -> dict[str, Any]:
    words = form.text(Field.SEARCH_CATALOGUE)
    return view.list_modal(await catalogue.find_proposed(desk, form.person_id, words, 1), words)


async def show(click: Click, desk: Desk) -> None:
    control, requests = await catalogue.proposed_control(desk, click.person_id, click.value)
    await open_page(desk, click, view.card_modal(control, requests))


async def adopt(click: Click, desk: Desk) -> None:
    """In the place of what was proposed stands the card of what is run."""
    await catalogue.adopt_control(desk, click.person_id, click.value)
    card = await controls.control_card(desk, click.person_id, click.value)
    await turn_page(desk, click, card_modal(card))


async def _show_list(click: Click, desk: Desk, page: int) -> None:
    words = click.typed.text(Field.SEARCH_CATALOGUE)
    found = await catalogue.find_proposed(desk, click.person_id, words, page)
    await turn_page(desk, click, view.list_modal(found, words))
