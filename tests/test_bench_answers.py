"""The benchmark compares like with like: the same questions and texts for every engine."""

import importlib.util

from content.library import load_library
from tests.bench_answers import ENGINES, compared
from tests.grading import Question

LIBRARY = load_library()
QUESTIONS = [
    *(Question(f"i{at}", each.phrasings[0], "in_scope") for at, each in enumerate(LIBRARY.knowledge[:20])),
    *(Question(f"o{at}", each.phrasings[0], "out_of_scope") for at, each in enumerate(LIBRARY.decoys[:10])),
    Question("t", "how long is a type 2 window", "in_scope", must=("12 months",), must_not=("zebra",)),
    Question("w", "how long is a type 2 window", "in_scope", must=("zebra",)),
    Question("n", "", "in_scope", must=("zebra",)),
]


def test_every_engine_gets_the_same_questions_and_answers_as_many():
    rows, missing = compared(QUESTIONS, LIBRARY)
    assert {row.engine for row in rows} | set(missing) == {"socrates", *ENGINES}
    assert (rows[0].first_right, rows[0].answered, rows[0].declined) == (21 / 23, 22 / 23, 1.0)
    for row in rows:
        assert row.first_right <= 21 / 23, row
        assert row.answered == rows[0].answered, row
        assert 0 < row.p50 <= row.p95 < 1000, row


def test_engines_that_are_not_installed_are_named():
    _, missing = compared(QUESTIONS, LIBRARY)
    assert missing == [name for name in ("rank_bm25", "bm25s") if not importlib.util.find_spec(name)]
