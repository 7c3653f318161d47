"""How what a person owes is shown, in bundles, digests and Home alike."""

from collections.abc import Iterable

from bot.answers.every_duty import DUTIES
from bot.blocks.kit import Message
from bot.work import Work
from storage.obligations import Obligation


async def messages_of(work: Work, rows: Iterable[Obligation]) -> tuple[list[Message], tuple[str, ...]]:
    """A message for each obligation that has one, and beside it the ids of those obligations."""
    messages: list[Message] = []
    ids: list[str] = []
    for obligation in rows:
        if message := await DUTIES[obligation.kind].message(work, obligation):
            messages.append(message)
            ids.append(obligation.id)
    return messages, tuple(ids)
