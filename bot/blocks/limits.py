"""What Slack accepts, in one table, and how to keep to it: cut a text, end a list of blocks early.

Characters unless a line says otherwise. Sources: docs.slack.dev, Block Kit reference and method pages.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from bot.blocks.text import Mrkdwn

Block = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT_BYTES = 4_000  # chat.update counts UTF-8 bytes
# A message may be refused as msg_blocks_too_long above some 13,200 characters, where each block costs about
# 100 beside its text (slackapi/bolt-js#2509, #2867); Slack publishes no number.
MESSAGE_WEIGHT = 12_000
BLOCK_WEIGHT = 100

HEADER = 150
SECTION = 3_000
SECTION_FIELD = 2_000
SECTION_FIELDS = 10  # count
CONTEXT_ELEMENT = 2_000
CONTEXT_ELEMENTS = 10  # count
ACTIONS = 25  # count
RICH_TEXT = 3_000  # ours: Slack names none

BUTTON_LABEL = 75
BUTTON_SAYS = 75
BUTTON_VALUE = 2_000
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30

INPUT_LABEL = 2_000
INPUT_HINT = 2_000
INPUT_TEXT = 3_000
SEARCH = 100  # ours
OPTION_LABEL = 75
OPTION_VALUE = 75
OPTIONS = 100  # count, also of groups
RADIOS = 10  # count
CHECKS = 10  # count
FILES = 10  # count

VIEW_TITLE = 24
VIEW_BUTTON = 24
VIEW_SUBJECT = 3_000  # private_metadata

TABLE_ROWS = 100  # count, header row not included
TABLE_COLUMNS = 20  # count
TABLE_TEXT = 10_000  # all cells of a message together
TABLE_CELL = 240  # ours: a full header and one full row fit in TABLE_TEXT

S = TypeVar("S", bound=str)


def shorten(text: S, limit: int) -> S:
    """The text, or as much of it as fits with a closing "…"; markup is never cut in half."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    if isinstance(text, Mrkdwn):
        kept = _whole(kept)
    return type(text)(f"{kept.rstrip()}…")


def shorten_bytes(text: S, limit: int) -> S:
    """As `shorten`, with the limit in UTF-8 bytes."""
    encoded = text.encode()
    if len(encoded) <= limit:
        return text
    room = limit - len("…".encode())
    return shorten(text, len(encoded[:room].decode(errors="ignore")) + 1)


def _whole(kept: str) -> str:
    """Drops a `<…>` or an `&…;` that lost its end; in Mrkdwn both signs begin nothing else."""
    if kept.rfind("<") > kept.rfind(">"):
        kept = kept[: kept.rfind("<")]
    if kept.rfind("&") > kept.rfind(";"):
        kept = kept[: kept.rfind("&")]
    return kept


def fit(blocks: Sequence[Block], limit: int, max_weight: int | None = None) -> list[Block]:
    """The blocks, or the first of them and a line that says how many are missing.

    `limit` counts blocks; `max_weight` adds up their characters and a fixed cost each.
    """
    if len(blocks) <= limit and (max_weight is None or weight(blocks) <= max_weight):
        return list(blocks)
    kept = list(blocks[: limit - 1])
    while max_weight is not None and kept and weight(kept) + BLOCK_WEIGHT > max_weight:
        kept.pop()
    note = f"and {len(blocks) - len(kept)} more parts, not shown here"
    return [*kept, {"type": "context", "elements": [{"type": "plain_text", "text": note, "emoji": False}]}]


def weight(blocks: Sequence[Block]) -> int:
    return sum(BLOCK_WEIGHT + text_length(block) for block in blocks)


def text_length(part: object) -> int:
    """The number of characters in all texts inside a block."""
    if isinstance(part, dict):
        own = part.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(map(text_length, part.values()))
    if isinstance(part, list):
        return sum(map(text_length, part))
    return 0


def at_most(most: int, items: Sequence[object], what: str) -> None:
    """Raises ValueError also for no items at all."""
    if not 1 <= len(items) <= most:
        raise ValueError(f"Slack allows 1 to {most} {what}, not {len(items)}")


def within(most: int, text: str, what: str) -> None:
    """Raises ValueError for an id or an address that is too long, since cutting it would break it."""
    if len(text) > most:
        raise ValueError(f"{what} has at most {most} characters, not {len(text)}")
