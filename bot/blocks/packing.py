"""Many requests in one message: it shows whole those that fit, and counts the rest."""

from collections.abc import Sequence

from bot.blocks import limits
from bot.blocks.kit import Block, Message, Mrkdwn, divider
from bot.blocks.text import escaped
from bot.blocks.wording import counted

_BETWEEN = "\n\n"
# Room for the line on what was left out.
REST_WEIGHT = 2 * limits.BLOCK_WEIGHT


def messages_that_fit(
    items: Sequence[Message],
    around: Sequence[Block],
    blocks: int = limits.MESSAGE_BLOCKS,
    weight: int = limits.MESSAGE_WEIGHT,
) -> Sequence[Message]:
    """The first requests that fit whole, with room for the blocks `around` them and a line on the rest."""
    blocks -= len(around) + 1
    weight -= limits.weight(around) + REST_WEIGHT
    for index, item in enumerate(items):
        blocks -= len(item.blocks) + 1
        weight -= limits.weight(item.blocks) + limits.BLOCK_WEIGHT
        if blocks < 0 or weight < 0:
            return items[:index]
    return items


def count_shown_whole(message: Message, items: Sequence[Message]) -> int:
    """How many of the requests the message shows whole, counted from the first."""
    for index, item in enumerate(items):
        if item.blocks[-1] not in message.blocks:
            return index
    return len(items)


def divided_blocks(items: Sequence[Message]) -> list[Block]:
    return [block for item in items for block in (divider(), *item.blocks)]


def joined_within(texts: Sequence[str], room: int) -> Mrkdwn:
    """All texts in `room` bytes: short ones stay whole, long ones share the rest."""
    all_escaped = [escaped(text) for text in texts]
    most = _share([len(text.encode()) + len(_BETWEEN) for text in all_escaped], room) - len(_BETWEEN)
    return Mrkdwn(_BETWEEN.join(limits.shorten_bytes(text, most) for text in all_escaped))


def _share(sizes: Sequence[int], room: int) -> int:
    """The largest size that each may have so that all fit."""
    share = room
    for index, size in enumerate(sorted(sizes)):
        share = room // (len(sizes) - index)
        if size > share:
            break
        room -= size
        share = size
    return share


def left_out_note(count: int) -> str:
    return f"and {counted(count, 'more request')}: open my Home tab" if count else ""
