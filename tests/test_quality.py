"""How well people's own questions are answered does not drop. The floors lie one or two questions below what
was measured; whoever raises the figures raises the floors. Half of these questions also chose the thresholds, so
that the figures guard against a drop and promise nothing about questions that nobody has seen.
"""

from collections import Counter

from handlers.asking import read_index
from tests.grading import QUESTIONS, Figures, grade, read_questions, replies

ASKED = read_questions(QUESTIONS)
FLOORS = Figures(correct=0.64, accuracy=0.92, declined=0.96, follow_up=0.80, ambiguous=0.83)


def test_no_figure_falls_below_its_floor():
    figures = grade(ASKED, replies(ASKED, read_index(None)))
    fallen = {
        name: (figure, floor)
        for name, figure in vars(figures).items()
        if figure < (floor := vars(FLOORS)[name])
    }
    assert fallen == {}, figures.told()


def test_there_are_enough_questions_of_each_kind_and_none_twice():
    assert len(ASKED) >= 150
    assert min(Counter(each.kind for each in ASKED).values()) >= 10
    assert len({each.id for each in ASKED}) == len({(each.q, each.thread) for each in ASKED}) == len(ASKED)
    assert {each.kind for each in ASKED} == {"in_scope", "out_of_scope", "follow_up", "ambiguous"}
