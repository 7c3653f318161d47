"""Entries whose review is due: a lead reads them again, and says that they are still right."""

from bot.answers import entry_reviews
from bot.answers.views.entry_reviews import read_modal
from bot.desk import Desk
from handlers.slack.pages import open_page, turn_page
from handlers.slack.payloads import Click


async def still_right(click: Click, desk: Desk) -> None:
    obligation_id, _, shown = click.value.partition(" ")
    await entry_reviews.verify_entries(desk, click.person_id, obligation_id, shown)


async def read(click: Click, desk: Desk) -> None:
    """The first page in a modal of its own, and each further page in the place of the last."""
    obligation_id, _, start = click.value.partition(" ")
    due = await entry_reviews.entries_to_verify(desk, click.person_id, obligation_id)
    page = read_modal(obligation_id, due, start)
    show = turn_page if click.in_modal else open_page
    await show(desk, click, page)
