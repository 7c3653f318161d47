"""What leads see of a question that waits for a person."""

from datetime import timedelta

import pytest

from bot.answers.views import routed_questions
from bot.blocks.ids import Action
from storage.terms import Outcome, QuestionState
from tests.bot.samples import LONG, SPELL, TODAY, Faults, actions_of, question, read, sound


def test_cleo_reads_who_asks_and_why_it_came_to_her():
    shown = routed_questions.question_request(question(), "Ada Okafor", TODAY - timedelta(days=3), TODAY)

    assert read(shown) == (
        "Ada Okafor asked 3 days ago:\n"
        "> Do we need a bridge letter in January?\n"
        "I have no answer to it. Ada Okafor reads your answer where they asked, with your name.\n"
        "[Answer]"
    )
    assert actions_of(shown) == {Action.OPEN_ANSWER: "q1"}
    for words in ("Ada Okafor", "3 days ago", "bridge letter in January?", "Press Answer"):
        assert words in shown.text


def test_each_way_to_fail_has_its_own_words():
    shown = {
        read(routed_questions.question_request(question(outcome=outcome), "Ada", TODAY, TODAY)).splitlines()[
            2
        ]
        for outcome in Outcome
    }

    assert len(shown) == len(Outcome)


@pytest.mark.parametrize(
    ("state", "by", "words"),
    [
        (QuestionState.ANSWERED, "Dan Whitfield", "Answered by Dan Whitfield:"),
        (QuestionState.SETTLED, None, "Closed, no answer is needed from you any more:"),
    ],
)
def test_settled_it_has_no_button(state: QuestionState, by: str | None, words: str):
    shown = routed_questions.question_receipt(question(state=state), by)

    assert read(shown) == f"{words} “Do we need a bridge letter in January?”"
    assert not actions_of(shown)
    assert "bridge letter" in shown.text


@pytest.mark.parametrize("text", ["", SPELL, LONG * 3])
def test_whatever_was_asked(text: str, faults: Faults):
    sound(routed_questions.question_request(question(text=text), SPELL, TODAY, TODAY), faults)
    sound(routed_questions.question_receipt(question(text=text, state=QuestionState.ANSWERED), SPELL), faults)
