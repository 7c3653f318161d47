"""The thresholds of the content are chosen by a rule, the same each time, and kept where the library reads them."""

from dataclasses import replace
from pathlib import Path

from bot.search.rank import build_index
from content.library import THRESHOLDS, load_library
from tests.calibrate import choose, spelled
from tests.grading import Question, passes, replies
from tests.test_cli import copy_content

LIBRARY = load_library()
INDEX = build_index(LIBRARY.knowledge, LIBRARY.decoys, LIBRARY.vocabulary, LIBRARY.thresholds)


def test_a_wrong_answer_moves_the_threshold_above_its_confidence(capsys):
    near = Question("x", "how long does a bridge take to build", "out_of_scope")
    far = Question("y", "how long is a type 2 window", "in_scope", must=("12 months",))
    lax = replace(INDEX, thresholds=INDEX.thresholds.model_copy(update={"answer_from": 0.3}))
    assert not passes(near, replies([near], lax)["x"])
    chosen = choose([near, far], lax)
    assert passes(near, replies([near], replace(INDEX, thresholds=chosen))["x"])
    assert chosen == choose([near, far], INDEX)
    assert chosen.calibrated_for == LIBRARY.knowledge_version
    assert "answer_from 0.30  cost   2  correct 100.0%" in capsys.readouterr().out


def test_what_is_written_is_what_the_library_reads(tmp_path: Path):
    folder = copy_content(tmp_path / "content")
    chosen = LIBRARY.thresholds.model_copy(update={"answer_from": 0.61})
    (folder / THRESHOLDS).write_text("\n".join(spelled(chosen, ["some.jsonl"])), encoding="utf-8")
    read = load_library(folder)
    assert read.thresholds == chosen
    assert (read.version, read.knowledge_version) == (LIBRARY.version, LIBRARY.knowledge_version)
