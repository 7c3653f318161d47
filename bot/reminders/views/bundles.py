"""A person's one reminder of the day. Each request in it can be done on the spot, and none is shown in part."""

from collections.abc import Sequence
from datetime import date

from bot.blocks import limits
from bot.blocks.kit import Message, context, header, lines, md, prose, section
from bot.blocks.packing import divided_blocks, joined_within, left_out_note, messages_that_fit
from bot.blocks.text import day as spelled


def bundle_message(requests: Sequence[Message], name: str, day: date, more: int = 0) -> Message:
    """`day` is the person's own date; `more` counts requests that are not among `requests`."""
    head = [
        header(f"Reminder for {spelled(day)}"),
        section(
            md("Hello {name}. This is what I ask of you, and each of it can be done right here.", name=name)
        ),
    ]
    greeting = f"Hello {name}, this is my reminder for {spelled(day)}."
    whole = messages_that_fit(requests, head)
    rest = left_out_note(more + len(requests) - len(whole))
    room = limits.MESSAGE_TEXT_BYTES - len(lines(greeting, rest).encode()) - len("\n")
    return Message(
        lines(greeting, joined_within([request.text for request in whole], room), rest),
        [*head, *divided_blocks(whole), *([context(rest)] if rest else [])],
    )


def superseded_message(day: date) -> Message:
    words = f"These requests moved to my reminder of {spelled(day)}."
    return Message(words, [prose(words)])
