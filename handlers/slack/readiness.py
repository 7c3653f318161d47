"""`/soc status`: where every examination stands, for leads; with a date, where it stood at the end of that day.

With a control's id: who is in charge of it, or was on that day.
"""

import re
from datetime import date

from bot.blocks.kit import Message
from bot.desk import Desk
from bot.errors import BadDate
from bot.readiness.status import show_control, show_status
from bot.readiness.views import status
from handlers.slack.payloads import Ordered

DAY = r"(?P<day>\d{4}-\d{1,2}-\d{1,2})"
# Behind a date anything names a control; without one, only what looks like its id does.
STATUS = re.compile(
    rf"status(?:\s+{DAY}(?:\s+(?P<then>\S+))?|\s+(?P<now>[a-z]{{2,}}-\d{{2,}}))?", re.IGNORECASE | re.ASCII
)


def is_status(order: Ordered) -> bool:
    """Only the word itself, with a date, a control or both behind it: anything else that begins so is a question."""
    return STATUS.fullmatch(order.text) is not None


async def command(order: Ordered, desk: Desk) -> Message:
    asked = STATUS.fullmatch(order.text)
    day = _day(asked["day"]) if asked and asked["day"] else None
    if asked and (control := asked["then"] or asked["now"]):
        return status.control(await show_control(desk, order.person_id, day, control))
    return status.status(await show_status(desk, order.person_id, day))


def _day(written: str) -> date:
    try:
        return date(*map(int, written.split("-")))
    except ValueError:
        raise BadDate(status.no_date(written)) from None
