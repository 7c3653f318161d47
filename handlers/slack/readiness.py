"""`/soc status`: where every examination stands, for leads; with a date, where it stood at the end of that day."""

import re
from datetime import date

from bot.desk import Desk
from bot.errors import BadDate
from bot.readiness import show_status
from bot.views import readiness as view
from bot.views.blocks import Message
from handlers.slack.heard import Ordered

STATUS = re.compile(r"status(?:\s+(?P<day>\d{4}-\d{1,2}-\d{1,2}))?", re.IGNORECASE | re.ASCII)


def is_status(order: Ordered) -> bool:
    """Only the word itself, or the word and a date: anything else that begins so is a question."""
    return STATUS.fullmatch(order.text) is not None


async def command(order: Ordered, desk: Desk) -> Message:
    return view.status(await show_status(desk, order.person_id, _day(order.text)))


def _day(text: str) -> date | None:
    asked = STATUS.fullmatch(text)
    written = asked["day"] if asked else None
    if written is None:
        return None
    try:
        return date(*map(int, written.split("-")))
    except ValueError:
        raise BadDate(view.no_date(written)) from None
