"""Entries whose review is due: a lead reads them again, and says that they are still right."""

from bot import reviews
from bot.desk import Desk
from bot.views import reviews as view
from handlers.slack.heard import Click
from handlers.slack.pages import open_page, turn_page


async def still_right(click: Click, desk: Desk) -> None:
    obligation_id, _, shown = click.value.partition(" ")
    await reviews.verify_entries(desk, click.person_id, obligation_id, shown)


async def read(click: Click, desk: Desk) -> None:
    """The first page in a modal of its own, and each further page in the place of the last."""
    obligation_id, _, start = click.value.partition(" ")
    due = await reviews.entries_to_verify(desk, click.person_id, obligation_id)
    page = view.read_modal(obligation_id, due, start)
    show = turn_page if click.in_modal else open_page
    await show(desk, click, page)
