"""Entries whose review is due: a lead reads them again, and says that they are still right."""

from bot import reviews
from bot.desk import Desk
from bot.views import reviews as view
from handlers.slack.heard import Click


async def still_right(click: Click, desk: Desk) -> None:
    await reviews.verify_entries(desk, click.person_id, click.value)


async def read(click: Click, desk: Desk) -> None:
    due = await reviews.entries_to_verify(desk, click.person_id, click.value)
    await desk.slack.views_open(trigger_id=click.trigger_id, view=view.read_modal(due))
