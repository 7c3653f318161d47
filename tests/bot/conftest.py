"""A reader of Slack's rules to hold every view against: the sandbox's table, which shares no number with
`bot.blocks.limits`, and what would let a value speak as markup.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SdkBlock

from handlers.sandbox.blocks.limits import block_problems

Part = dict[str, Any]
Faults = Callable[..., list[str]]

MARKUP = re.compile(r"<!date\^\d+\^[^|<>]+\|[^|<>]+>")
ENTITY = re.compile(r"&(amp|lt|gt);")


@pytest.fixture(scope="session")
def faults() -> Faults:
    """What Slack would refuse in these blocks, or what would let a value speak as markup."""
    return lambda blocks, surface="message": list(_all_faults(blocks, surface))


@pytest.fixture(scope="session")
def nasty() -> st.SearchStrategy[str]:
    """What people may write, on purpose or not."""
    spells = [
        "<!channel>",
        "<!here|x>",
        "<@U1>",
        "<#C1>",
        "<https://evil.example|click>",
        "&lt;",
        "&",
        "<",
        ">",
    ]
    spells += [
        "<!date^1^{date}|now>",
        "*",
        "_",
        "`",
        "{name}",
        "{0.__class__}",
        "\n",
        " ",
        ":tada:",
        "é",
        "漢",
    ]
    words = st.lists(st.sampled_from(spells) | st.text(max_size=8), max_size=12).map("".join)
    return words | st.builds(lambda text, times: text * times, words, st.integers(1, 400))


def _all_faults(blocks: Sequence[Part], surface: str) -> Iterator[str]:
    if not blocks:
        yield f"no block in a {surface}"
    for what, place in block_problems(list(blocks), surface):
        yield f"{what} at {place}"
    for block in blocks:
        if block["type"] == "input" and surface == "message":
            yield "an input in a message"
        if block["type"] not in ("rich_text", "data_table") and _sdk(block) != block:
            yield f"slack_sdk understands another {block['type']}: {_sdk(block)}"
    yield from _text_faults(list(blocks))


def _text_faults(part: object) -> Iterator[str]:
    """Texts that show nothing, and marks that nobody wrote as marks, however deep."""
    if isinstance(part, list):
        for child in part:
            yield from _text_faults(child)
    if not isinstance(part, dict):
        return
    kind = part.get("type")
    if kind in ("mrkdwn", "plain_text", "link", "raw_text") and not part["text"].strip():
        yield f"an empty {kind}"
    if kind == "mrkdwn":
        rest = ENTITY.sub("", MARKUP.sub("", part["text"]))
        if any(sign in rest for sign in "<>&"):
            yield f"unescaped: {rest[:80]!r}"
    yield from _text_faults(list(part.values()))


def _sdk(block: Part) -> Part:
    parsed = SdkBlock.parse(block)
    assert parsed is not None, f"slack_sdk knows no {block['type']}"
    return parsed.to_dict()
