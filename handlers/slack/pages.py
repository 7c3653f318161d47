"""Modals: one opened over what the person sees, or the next page in the place of the last."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic

from slack_sdk.errors import SlackApiError

from bot.blocks.ids import Field
from bot.blocks.paging import Item, Page
from bot.desk import Desk
from bot.errors import RequestClosed
from handlers.slack.payloads import Click, Submission

# Somebody pressed twice or closed the modal: what the person sees is newer than the page that we would show.
OVERTAKEN = {"hash_conflict", "not_found", "view_not_found"}


async def open_page(desk: Desk, click: Click, page: dict[str, Any]) -> None:
    """Over the modal in which the button was pressed, or as a modal of its own."""
    if click.in_modal:
        await desk.slack.views_push(trigger_id=click.trigger_id, view=page)
    else:
        await desk.slack.views_open(trigger_id=click.trigger_id, view=page)


async def turn_page(desk: Desk, click: Click, page: dict[str, Any]) -> None:
    """In the place of the modal in which the button was pressed. Raises RequestClosed outside of a modal."""
    if not click.in_modal:
        raise RequestClosed
    try:
        await desk.slack.views_update(view_id=click.view_id, hash=click.view_hash, view=page)
    except SlackApiError as refusal:
        if refusal.response.get("error") not in OVERTAKEN:
            raise


async def open_or_turn_page(desk: Desk, click: Click, page: dict[str, Any]) -> None:
    """In the place of the modal in which the button was pressed, or as a modal of its own."""
    await (turn_page if click.in_modal else open_page)(desk, click, page)


@dataclass(frozen=True)
class SearchedList(Generic[Item]):
    """A list in a modal that a lead searches and turns; the input ``field`` keeps the words of the search.

    ``find`` takes the desk, the lead's id, the words and the number of the page.
    """

    field: Field
    find: Callable[[Desk, str, str, int], Awaitable[Page[Item]]]
    modal: Callable[[Page[Item], str], dict[str, Any]]

    async def first_page(self, desk: Desk, lead_id: str, words: str = "") -> dict[str, Any]:
        return self.modal(await self.find(desk, lead_id, words, 1), words)

    async def search(self, click: Click, desk: Desk) -> None:
        """The lead pressed Enter in the search field."""
        await turn_page(
            desk, click, await self.first_page(desk, click.person_id, click.inputs.text(self.field))
        )

    async def turn(self, click: Click, desk: Desk) -> None:
        words = click.inputs.text(self.field)
        page = await self.find(desk, click.person_id, words, page_number(click.value))
        await turn_page(desk, click, self.modal(page, words))

    async def submit(self, form: Submission, desk: Desk) -> dict[str, Any]:
        return await self.first_page(desk, form.person_id, form.text(self.field))


def page_number(value: str) -> int:
    """From the value of a button that turns to another page; 1 when the value is no number."""
    return int(value) if value.isdecimal() else 1
