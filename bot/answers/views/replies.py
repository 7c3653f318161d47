"""The reply to one message, with an answer to each of its questions, and the forms in which people ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.blocks import limits
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import Message, actions, button, context, fit, md, modal, paragraphs, text_input
from bot.blocks.text import Mrkdwn, escaped

ASK = "Ask a question"
FOLLOW_UP = "Ask a follow-up"

_QUOTED_BYTES = 150
_AROUND_BLOCKS, _AROUND_WEIGHT, _AROUND_BYTES = 3, 1_200, 500
"""Room that is kept for the lines above and below the parts."""


@dataclass(frozen=True)
class ReplyPart:
    """A question and the message that answers it."""

    question: str
    message: Message


def reply_message(
    parts: Sequence[ReplyPart], *, asked_by: str = "", closing: str = "", follow_up: str = ""
) -> Message:
    """``asked_by`` ("You asked") introduces questions that nobody can read above the reply.

    ``closing`` is the last line. ``follow_up`` is the id of the question that a follow-up goes on from.
    """
    if len(parts) == 1:
        messages = [parts[0].message]
        lead = md("{by}: {question}", by=asked_by, question=_quoted(parts[0].question)) if asked_by else ""
    else:
        messages = [_numbered(number, part) for number, part in enumerate(parts, start=1)]
        lead = md("{by} {count} questions:", by=asked_by, count=len(parts)) if asked_by else ""
    if not (lead or closing or follow_up) and len(parts) == 1:
        return messages[0]
    how = f"To go on from this answer, press “{FOLLOW_UP}”." if follow_up else ""
    bounded = [_bounded(message, len(parts)) for message in messages]
    return Message(
        paragraphs(lead, *(message.text for message in bounded), closing, how),
        [
            *([context(lead)] if lead else []),
            *(block for message in bounded for block in message.blocks),
            *([context(closing)] if closing else []),
            *([actions(_follow_up_button(follow_up))] if follow_up else []),
        ],
    )


def ask_button() -> dict[str, Any]:
    return button(ASK, Action.OPEN_ASK)


def question_modal() -> dict[str, Any]:
    hint = "The answer comes to you in a direct message."
    return _form(ASK, Callback.ASK, hint)


def follow_up_modal(question_id: str, question: str) -> dict[str, Any]:
    """Everybody in the channel reads the answer, so the form says so."""
    hint = "Your question, with your name, and the answer come in the same thread, for all to read."
    return _form(FOLLOW_UP, Callback.FOLLOW_UP, hint, question_id, question)


def _form(
    title: str, callback: Callback, hint: str, question_id: str = "", earlier: str = ""
) -> dict[str, Any]:
    """``earlier`` is the text of the question that a follow-up goes on from, and ``question_id`` its id."""
    about = [context(md("Goes on from: {question}", question=_quoted(earlier)))] if earlier else []
    field = text_input(Field.QUESTION, "Your question", multiline=True, hint=hint)
    return modal(title, callback, [*about, field], submit="Ask", subject=question_id)


def _numbered(number: int, part: ReplyPart) -> Message:
    heading = md("{number}. {question}", number=number, question=_quoted(part.question))
    return Message(paragraphs(heading, part.message.text), [context(heading), *part.message.blocks])


def _bounded(message: Message, parts: int) -> Message:
    """As much of the message as fits beside the others, and always its last row, the buttons."""
    *body, buttons = message.blocks
    blocks = (limits.MESSAGE_BLOCKS - _AROUND_BLOCKS) // parts - 1
    weight = (limits.MESSAGE_WEIGHT - _AROUND_WEIGHT) // parts - limits.weight([buttons])
    size = (limits.MESSAGE_TEXT_BYTES - _AROUND_BYTES) // parts
    text = limits.shorten_bytes(escaped(message.text), size)
    return Message(text, [*fit(body, blocks, weight), buttons])


def _quoted(text: str) -> Mrkdwn:
    return md("“{text}”", text=limits.shorten_bytes(escaped(" ".join(text.split())), _QUOTED_BYTES))


def _follow_up_button(question_id: str) -> dict[str, Any]:
    says = "Ask a follow-up in this thread"
    return button(FOLLOW_UP, Action.OPEN_FOLLOW_UP, question_id, says=says)
