"""What /soc does: the words that mean something else than a question, each with its verb."""

from collections.abc import Awaitable, Callable

from bot.blocks.kit import Message
from bot.desk import Desk
from handlers.slack import assigning, controls, events, leave, questions, sampling
from handlers.slack.payloads import Ordered

WORDS: dict[str, Callable[[Ordered, Desk], Awaitable[Message]]] = {
    "controls": controls.list_found,
    "assign": assigning.assign_ordered,
    "event": events.report_ordered,
    "sample": sampling.command,
    "away": leave.ordered,
}


async def soc(order: Ordered, desk: Desk) -> Message:
    """What ends as a question is one, whatever it begins with."""
    verb = None if order.text.endswith("?") else WORDS.get(order.word)
    return await (verb or questions.command)(order, desk)
