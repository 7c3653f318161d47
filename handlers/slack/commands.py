"""What /soc does: the words that mean something else than a question, each with its verb."""

from collections.abc import Awaitable, Callable

from bot.desk import Desk
from bot.views.blocks import Message
from handlers.slack import assigning, controls, leave, questions, sampling, triggers
from handlers.slack.heard import Ordered

WORDS: dict[str, Callable[[Ordered, Desk], Awaitable[Message]]] = {
    "controls": controls.list_found,
    "assign": assigning.assign_ordered,
    "event": triggers.report_ordered,
    "sample": sampling.command,
    "away": leave.ordered,
}


async def soc(order: Ordered, desk: Desk) -> Message:
    """What ends as a question is one, whatever it begins with."""
    verb = None if order.text.endswith("?") else WORDS.get(order.word)
    return await (verb or questions.command)(order, desk)
