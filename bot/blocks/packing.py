"""Many requests in one message: those that fit are shown whole, and the rest is counted."""

from collections.abc import Sequence

from bot.blocks import limits
from bot.blocks.due import counted
from bot.blocks.kit import Block, Message, Mrkdwn, divider
from bot.blocks.text import escaped

_BETWEEN = "\n\n"
_REST_WEIGHT = 2 * limits.BLOCK_WEIGHT


def fitting(
    items: Sequence[Message],
    around: Sequence[Block],
    blocks: int = limits.MESSAGE_BLOCKS,
    weight: int = limits.MESSAGE_WEIGHT,
) -> Sequence[Message]:
    """The first requests that fit whole beside the blocks `around` them, and a line on those left out."""
    blocks -= len(around) + 1
    weight -= _weight(around) + _REST_WEIGHT
    for index, item in enumerate(items):
        blocks -= len(item.blocks) + 1
        weight -= _weight(item.blocks) + limits.BLOCK_WEIGHT
        if blocks < 0 or weight < 0:
            return items[:index]
    return items


def shown_whole(message: Message, items: Sequence[Message]) -> int:
    """How many of the requests, from the first, stand in the message."""
    for index, item in enumerate(items):
        if item.blocks[-1] not in message.blocks:
            return index
    return len(items)


def stacked(items: Sequence[Message]) -> list[Block]:
    return [block for item in items for block in (divider(), *item.blocks)]


def together(texts: Sequence[str], room: int) -> Mrkdwn:
    """All of them in `room` bytes: what is short stays whole, what is long shares the rest."""
    safe = [escaped(text) for text in texts]
    most = _share([len(text.encode()) + len(_BETWEEN) for text in safe], room) - len(_BETWEEN)
    return Mrkdwn(_BETWEEN.join(limits.shorten_bytes(text, most) for text in safe))


def _share(sizes: Sequence[int], room: int) -> int:
    """The most that each may have so that all fit."""
    share = room
    for index, size in enumerate(sorted(sizes)):
        share = room // (len(sizes) - index)
        if size > share:
            break
        room -= size
        share = size
    return share


def left_out(count: int) -> str:
    return f"and {counted(count, 'more request')}: open my Home tab" if count else ""


def _weight(blocks: Sequence[Block]) -> int:
    return limits.BLOCK_WEIGHT * len(blocks) + limits.text_length(list(blocks))
