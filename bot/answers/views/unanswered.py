"""What people asked in vain, for the leads: the groups in Home, and the form that answers one of them."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from bot.answers.rules.unanswered import UnansweredGroup
from bot.answers.views.proposals import reply_modal
from bot.blocks import limits
from bot.blocks.due import counted, frequency
from bot.blocks.ids import Action, Callback
from bot.blocks.kit import Block, actions, button, context, header, listing, prose
from content.models import KnowledgeEntry
from storage.people import Person

SHOWN = 5
_QUESTION = 200
_LONGEST = 3_000
_ROOM = 30_000
"""Characters of questions in a form, which with its menu of entries may have 250 kB."""


def queue(gaps: Sequence[UnansweredGroup]) -> list[Block]:
    if not gaps:
        return []
    shown = [
        block
        for gap in gaps[:SHOWN]
        for block in (
            prose(f"“{limits.shorten(gap.text, _QUESTION)}”: {_asked_by(gap)}"),
            actions(button("Answer", Action.OPEN_GAP, gap.questions[0].id, says=f"Answer {gap.text}")),
        )
    ]
    left = len(gaps) - SHOWN
    return [
        header("What I could not answer"),
        *shown,
        *(
            [context(f"and {counted(left, 'more topic')}, shown here as you answer these")]
            if left > 0
            else []
        ),
    ]


def _asked_by(gap: UnansweredGroup) -> str:
    return f"asked by {frequency(gap.people, len(gap.questions))}"


def answer_modal(
    gap: UnansweredGroup, askers: Mapping[str, Person], entries: Sequence[KnowledgeEntry], most: int
) -> dict[str, Any]:
    """Answers the first `most` questions, or as many as there is room for: those that it shows, and whose ids it
    carries.
    """
    told = [
        f"{_name(askers, question.asker)}: “{limits.shorten(question.text, _LONGEST)}”"
        for question in gap.questions[:most]
    ]
    shown = sum(size <= _ROOM for size in accumulate(map(len, told)))
    left = len(gap.questions) - shown
    return reply_modal(
        Callback.ANSWER_GAP,
        " ".join(question.id for question in gap.questions[:shown]),
        [
            prose(f"This was {_asked_by(gap)}:"),
            *listing(told[:shown]),
            *([context(f"and {counted(left, 'more question')} like these, to answer next")] if left else []),
        ],
        gap.text,
        entries,
        "Everybody who asked gets it in a message, once, with your name.",
    )


def _name(askers: Mapping[str, Person], asker: str) -> str:
    return askers[asker].name if asker in askers else "Somebody who has left"
