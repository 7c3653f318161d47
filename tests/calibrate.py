"""Choose the thresholds of the answers anew, and show what every other choice would give.

Run ``uv run python -m tests.calibrate [QUESTIONS …] [--write]``. The questions of the files choose; those of a
file of its own only judge the choice. Nothing is drawn by lot, so that everyone gets the same.
``--write`` keeps it in ``content/thresholds.yaml``.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.search.rank import Index
from content.library import PACKAGED, THRESHOLDS, Thresholds, load_library
from handlers.commands.ask import read_index
from tests.grading import CHOOSING, JUDGING, Question, Reply, grade, passes, read_questions, replies

TRIED = {
    "answer_from": [share / 100 for share in range(30, 82, 2)],
    "ask_back_from": [share / 100 for share in range(10, 52, 4)],
    "foreign_from": [share / 100 for share in range(10, 52, 4)],
}
ROUNDS = 2
"""A threshold that was chosen early is chosen again with the later ones in place."""
WRONG, UNANSWERED = 2, 1
"""What a wrong answer costs, or an answer where there is none, against a question left open."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", nargs="*", type=Path, help="JSON lines; ours when none is given")
    parser.add_argument("--write", action="store_true", help="keep the choice in the content")
    given = parser.parse_args()
    paths = given.questions or CHOOSING
    choosing, judging = [each for path in paths for each in read_questions(path)], read_questions(JUDGING)
    index = read_index(None)
    chosen = choose(choosing, index)
    for name, some in (("Choosing", choosing), ("Judging", judging)):
        told(f"{name}, {len(some)} questions: {_figures(some, index, chosen)}")
    lines = spelled(chosen, [path.name for path in paths])
    told(*lines)
    if given.write:
        (PACKAGED / THRESHOLDS).write_text("\n".join([*lines, ""]), encoding="utf-8")


def choose(questions: Sequence[Question], index: Index) -> Thresholds:
    """One threshold after the other: the middle of the values that cost least."""
    chosen = index.thresholds.model_copy(update={"calibrated_for": load_library().knowledge_version})
    for turn in range(ROUNDS):
        for name, values in TRIED.items():
            costs = {}
            for value in values:
                tried = chosen.model_copy(update={name: value})
                if tried.ask_back_from <= tried.answer_from:
                    costs[value] = _cost(questions, index, tried)
                    if turn == ROUNDS - 1:
                        told(
                            f"{name} {value:.2f}  cost {costs[value]:3}  {_figures(questions, index, tried)}"
                        )
            best = [value for value, cost in costs.items() if cost == min(costs.values())]
            chosen = chosen.model_copy(update={name: best[len(best) // 2]})
    return chosen


def spelled(chosen: Thresholds, names: Sequence[str]) -> list[str]:
    """The lines of the content file, with the names of the files whose questions chose."""
    return [
        "# From which confidence a question is answered; chosen by: python -m tests.calibrate --write",
        f"# on {' and '.join(names)}.",
        *(f"{name}: {value}" for name, value in chosen.model_dump().items()),
    ]


def told(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _cost(questions: Sequence[Question], index: Index, tried: Thresholds) -> int:
    found = _replies(questions, index, tried)
    failed = [found[each.id] for each in questions if not passes(each, found[each.id])]
    return sum(WRONG if reply.answered else UNANSWERED for reply in failed)


def _figures(questions: Sequence[Question], index: Index, tried: Thresholds) -> str:
    return grade(questions, _replies(questions, index, tried)).told()


def _replies(questions: Sequence[Question], index: Index, tried: Thresholds) -> dict[str, Reply]:
    return replies(questions, replace(index, thresholds=tried))


if __name__ == "__main__":
    main()
