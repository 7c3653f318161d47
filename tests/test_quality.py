"""How well people's own questions are answered does not drop. The floors lie at most two questions below what
was measured; whoever raises the figures raises the floors. The files that chose the thresholds guard against a
drop and promise nothing; the file that chose none says most about questions that nobody has seen.
"""

from collections import Counter
from pathlib import Path

import pytest

from handlers.commands.ask import read_index
from tests.grading import CHOOSING, JUDGING, Figures, grade, read_questions, replies

FLOORS = {
    CHOOSING[0]: Figures(correct=0.98, accuracy=0.98, declined=0.97, follow_up=0.99, ambiguous=0.99),
    CHOOSING[1]: Figures(correct=0.87, accuracy=0.92, declined=0.96, follow_up=0.90, ambiguous=0.95),
    JUDGING: Figures(correct=0.85, accuracy=0.95, declined=0.97, follow_up=0.84, ambiguous=0.90),
}
by_file = pytest.mark.parametrize("file", FLOORS, ids=lambda file: file.name)


@by_file
def test_no_figure_falls_below_its_floor(file: Path):
    questions = read_questions(file)
    figures = grade(questions, replies(questions, read_index(None)))
    fallen = {
        name: (figure, floor)
        for name, figure in vars(figures).items()
        if figure < (floor := vars(FLOORS[file])[name])
    }
    assert fallen == {}, figures.told()


@by_file
def test_there_are_enough_questions_of_each_kind_and_none_twice(file: Path):
    questions = read_questions(file)
    assert len(questions) >= 140
    assert min(Counter(each.kind for each in questions).values()) >= 8
    assert (
        len({each.id for each in questions})
        == len({(each.q, each.thread) for each in questions})
        == len(questions)
    )
    assert {each.kind for each in questions} == {"in_scope", "out_of_scope", "follow_up", "ambiguous"}
