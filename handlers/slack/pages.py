"""Modals: one opened over what the person sees, or the next page in the place of the last."""

from hashlib import sha256
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.desk import Desk
from bot.errors import RequestClosed
from handlers.slack.payloads import Click

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


def page_number(value: str) -> int:
    """From the value of a button that turns to another page; 1 when the value is no number."""
    return int(value) if value.isdecimal() else 1


def mark_of(*shown: object) -> str:
    """16 hex digits that change with what a form shows: a form is saved only under the mark of what it showed."""
    return sha256(repr(shown).encode()).hexdigest()[:16]
