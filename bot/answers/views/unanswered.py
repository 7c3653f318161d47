"""Questions without a helpful answer, for the leads: the groups in Home, and the form that answers a group."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from bot.answers.rules.unanswered import UnansweredGroup
from bot.answers.views.proposals import reply_modal
from bot.blocks import limits
from bot.blocks.ids import Action, Callback
from bot.blocks.kit import Block, actions, button, context, header, listing, prose
from bot.blocks.wording import counted, frequency
from content.models import KnowledgeEntry
from storage.people import Person

SHOWN = 5
_QUESTION = 200
_LONGEST = 3_000
_ROOM = 30_000
"""Characters of questions in a form, which with its menu of entries may have 250 kB."""


def unanswered_queue(groups: Sequence[UnansweredGroup]) -> list[Block]:
    if not groups:
        return []
    rows = [
        block
        for group in groups[:SHOWN]
        for block in (
            prose(f"“{limits.shorten(group.text, _QUESTION)}”: {_asked_by(group)}"),
            actions(button("Answer", Action.OPEN_GAP, group.questions[0].id, says=f"Answer {group.text}")),
        )
    ]
    left = len(groups) - SHOWN
    return [
        header("What I could not answer"),
        *rows,
        *(
            [context(f"and {counted(left, 'more topic')}, shown here as you answer these")]
            if left > 0
            else []
        ),
    ]


def _asked_by(group: UnansweredGroup) -> str:
    return f"asked by {frequency(group.people, len(group.questions))}"


def answer_group_modal(
    group: UnansweredGroup, askers: Mapping[str, Person], entries: Sequence[KnowledgeEntry], most: int
) -> dict[str, Any]:
    """The form shows up to ``most`` questions, as many as it has room for, and answers only those.

    ``askers`` are by id.
    """
    questions = [
        f"{_name(askers, question.asker_id)}: “{limits.shorten(question.text, _LONGEST)}”"
        for question in group.questions[:most]
    ]
    count = sum(size <= _ROOM for size in accumulate(map(len, questions)))
    left = len(group.questions) - count
    return reply_modal(
        Callback.ANSWER_GAP,
        " ".join(question.id for question in group.questions[:count]),
        [
            prose(f"This was {_asked_by(group)}:"),
            *listing(questions[:count]),
            *([context(f"and {counted(left, 'more question')} like these, to answer next")] if left else []),
        ],
        group.text,
        entries,
        "Everybody who asked gets it in a message, once, with your name.",
    )


def _name(askers: Mapping[str, Person], asker_id: str) -> str:
    return askers[asker_id].name if asker_id in askers else "Somebody who has left"
