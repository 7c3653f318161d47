"""The grader's own rules: what passes for each kind of question."""

import pytest

from handlers.commands.ask import read_index
from tests.grading import Question, Reply, grade, passes, replies

MUST = ("three|3",)
ANSWER, WRONG = Reply(True, False, "Three to twelve months."), Reply(True, False, "A year.")
BACK = Reply(False, True, "Did you mean one of these?")
NO, SILENT = Reply(False, False, "I do not know."), Reply(False, False, "Windows.")


@pytest.mark.parametrize(
    ("question", "good", "bad"),
    [
        (Question("1", "q", "in_scope", must=MUST), [ANSWER], [WRONG, BACK, NO]),
        (Question("1", "q", "in_scope", must=MUST, must_not=("twelve",)), [], [ANSWER]),
        (Question("1", "q", "follow_up", must=MUST), [ANSWER], [WRONG, BACK, NO]),
        (Question("1", "q", "follow_up", expect="decline"), [NO, BACK], [ANSWER, SILENT]),
        (Question("1", "q", "ambiguous", must=MUST), [ANSWER, BACK], [WRONG, NO]),
        (Question("1", "q", "out_of_scope"), [NO, BACK], [ANSWER, SILENT]),
        (Question("1", "q", "out_of_scope", accept=MUST), [ANSWER, NO], [WRONG]),
        (Question("1", "q", "out_of_scope", must_not=("know",)), [], [NO]),
    ],
)
def test_what_passes(question: Question, good: list[Reply], bad: list[Reply]):
    assert [reply for reply in good if not passes(question, reply)] == []
    assert [reply for reply in bad if passes(question, reply)] == []


def test_what_is_graded_is_what_a_message_gets():
    question = Question("1", "what is a bridge letter? and who signs the assertion?", "in_scope")
    reply = replies([question], read_index(None))["1"]
    assert reply.answered
    assert "Entry bridge-letter" in reply.text
    assert "Entry management-assertion" in reply.text


def test_declining_everything_is_no_way_to_pass():
    questions = [
        Question("1", "q", "in_scope", must=MUST),
        Question("2", "q", "in_scope", must=MUST),
        Question("3", "q", "out_of_scope"),
    ]
    figures = grade(questions, {"1": ANSWER, "2": NO, "3": NO})
    assert (figures.correct, figures.accuracy, figures.declined) == (0.5, 1.0, 1.0)
    assert grade(questions, {"1": NO, "2": NO, "3": NO}).correct == 0.0
