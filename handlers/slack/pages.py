"""Pages that leads turn: a modal opened over what is there, or another page in the place of the one shown."""

from typing import Any

from slack_sdk.errors import SlackApiError

from bot.desk import Desk
from bot.errors import RequestClosed
from handlers.slack.payloads import Click

# Pressed twice, or closed meanwhile: what the person sees is newer than what we would show.
OVERTAKEN = {"hash_conflict", "not_found", "view_not_found"}


async def open_page(desk: Desk, click: Click, view: dict[str, Any]) -> None:
    if click.in_modal:
        await desk.slack.views_push(trigger_id=click.trigger_id, view=view)
    else:
        await desk.slack.views_open(trigger_id=click.trigger_id, view=view)


async def turn_page(desk: Desk, click: Click, view: dict[str, Any]) -> None:
    if not click.in_modal:
        raise RequestClosed
    try:
        await desk.slack.views_update(view_id=click.view_id, hash=click.view_hash, view=view)
    except SlackApiError as refusal:
        if refusal.response.get("error") not in OVERTAKEN:
            raise


def page_number(value: str) -> int:
    """What a button to another page carries; the first page for anything else."""
    return int(value) if value.isdecimal() else 1
