"""How well and how fast Socrates finds answers, beside three search engines with the same texts and questions.

Run ``uv run --group bench python -m tests.bench_answers [QUESTIONS …]``. All figures come from one run, so that
only their ratios count. An engine knows no threshold: it declines below the score from which it answers as many
of the questions in scope as Socrates does, and where a foreign topic comes first.
"""

import argparse
import importlib
import re
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answers.rules.message_questions import rank_each
from bot.search.rank import build_index
from content.library import Library, load_library
from content.models import Decoy, KnowledgeEntry
from handlers.commands.ask import first_answered
from storage.terms import Outcome
from tests.grading import JUDGING, Question, read_questions, says_right

ROOT = Path(__file__).parent.parent
COLD_RUNS = 9
COLD_ASK = ("-m", "handlers.cli", "ask", "how long is a type 2 window?")
COLD_IMPORT = ("-c", "import sqlmodel")
_WORD = re.compile(r"\w+")

Topic = KnowledgeEntry | Decoy
Hit = tuple[Topic, float]
Engine = Callable[[str], Hit | None]


@dataclass(frozen=True)
class Row:
    """Shares of the questions in scope (`first_right`, `answered`) and out of it; times in milliseconds."""

    engine: str
    first_right: float
    answered: float
    declined: float
    p50: float
    p95: float

    def told(self) -> str:
        return (
            f"{self.engine:12} {self.first_right:11.1%} {self.answered:9.1%} {self.declined:9.1%}"
            f" {self.p50:8.3f} {self.p95:8.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", nargs="*", type=Path, help="JSON lines; ours when none is given")
    paths = parser.parse_args().questions or [JUDGING]
    library = load_library()
    for path in paths:
        rows, missing = compared(read_questions(path), library)
        told(
            f"{path.name}, knowledge {library.knowledge_version}",
            f"{'':12} first right  answered  declined   p50 ms   p95 ms",
            *(row.told() for row in rows),
            *(f"{name}: not installed, see --group bench" for name in missing),
        )
    ask, bare = cold(COLD_RUNS)
    told(f"cold ask {ask:.0f} ms, import sqlmodel {bare:.0f} ms: {ask / bare:.2f} times")


def compared(questions: Sequence[Question], library: Library) -> tuple[list[Row], list[str]]:
    """Socrates first, then each engine that is installed; and the names of the others."""
    inside = [each for each in questions if each.kind == "in_scope"]
    outside = [each for each in questions if each.kind == "out_of_scope"]
    rows, missing = [_socrates(inside, outside, library)], []
    for name, made in ENGINES.items():
        try:
            find = made(library)
        except ModuleNotFoundError:
            missing.append(name)
        else:
            rows.append(_engine(name, find, inside, outside, rows[0].answered))
    return rows, missing


def cold(runs: int) -> tuple[float, float]:
    """Milliseconds from nothing to an answer, and to an import of sqlmodel: medians of runs in turn."""
    taken: dict[tuple[str, ...], list[float]] = {COLD_ASK: [], COLD_IMPORT: []}
    for _ in range(runs):
        for words, times in taken.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken[COLD_ASK]), statistics.median(taken[COLD_IMPORT])


def _socrates(inside: Sequence[Question], outside: Sequence[Question], library: Library) -> Row:
    index = build_index(library.knowledge, library.decoys, library.vocabulary, library.thresholds)
    times, rankings = _timed(
        lambda question: first_answered(rank_each(question, index)[0]).ranking, [*inside, *outside]
    )
    firsts = [ranking.first for ranking in rankings]
    return _row("socrates", inside, firsts, [each.outcome is Outcome.ANSWERED for each in rankings], times)


def _engine(
    name: str, find: Engine, inside: Sequence[Question], outside: Sequence[Question], answer_rate: float
) -> Row:
    times, hits = _timed(find, [*inside, *outside])
    scores = [hit[1] if hit and isinstance(hit[0], KnowledgeEntry) else 0.0 for hit in hits]
    best_first = sorted(scores[: len(inside)], reverse=True)
    least = best_first[max(0, round(answer_rate * len(inside)) - 1)]
    return _row(
        name,
        inside,
        [hit and hit[0] for hit in hits],
        [score >= least and score > 0 for score in scores],
        times,
    )


def _row(
    name: str,
    inside: Sequence[Question],
    firsts: Sequence[Topic | None],
    answered: Sequence[bool],
    times: Sequence[float],
) -> Row:
    """`firsts`, `answered` and `times` are of the questions in scope and then of the others."""
    ordered = sorted(times)
    return Row(
        name,
        first_right=_share([_is_right(*pair) for pair in zip(inside, firsts, strict=False)]),
        answered=_share(answered[: len(inside)]),
        declined=1 - _share(answered[len(inside) :]),
        p50=statistics.median(ordered),
        p95=ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
    )


def _is_right(question: Question, first: Topic | None) -> bool:
    return isinstance(first, KnowledgeEntry) and says_right(question, f"{first.answer}\n\n{first.detail}")


def _timed(find: Callable[[str], Any], questions: Sequence[Question]) -> tuple[list[float], list[Any]]:
    times, found = [], []
    for each in questions:
        started = time.perf_counter()
        found.append(find(each.q))
        times.append((time.perf_counter() - started) * 1000)
    return times, found


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def _topics(library: Library) -> tuple[Topic, ...]:
    return (*library.knowledge, *library.decoys)


def _text(topic: Topic) -> str:
    """Everything that Socrates reads of a topic."""
    if isinstance(topic, Decoy):
        return " ".join((topic.title, *topic.phrasings))
    return " ".join((topic.title, *topic.aliases, *topic.phrasings, topic.answer, *topic.tags, topic.detail))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _rank_bm25(library: Library) -> Engine:
    topics = _topics(library)
    found = importlib.import_module("rank_bm25").BM25Okapi([_words(_text(topic)) for topic in topics])

    def find(question: str) -> Hit | None:
        scores = found.get_scores(_words(question))
        best = int(scores.argmax())
        return (topics[best], float(scores[best])) if scores[best] > 0 else None

    return find


def _bm25s(library: Library) -> Engine:
    topics, bm25s = _topics(library), importlib.import_module("bm25s")
    found = bm25s.BM25()
    texts = bm25s.tokenize([_text(topic) for topic in topics], show_progress=False)
    found.index(texts, show_progress=False)

    def find(question: str) -> Hit | None:
        asked = bm25s.tokenize([question], show_progress=False)
        numbers, scores = found.retrieve(asked, k=1, show_progress=False)
        return (topics[int(numbers[0, 0])], float(scores[0, 0])) if scores[0, 0] > 0 else None

    return find


def _fts5(library: Library) -> Engine:
    topics, database = _topics(library), sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE topic USING fts5(body, tokenize = 'porter')")
    rows = [(number, _text(topic)) for number, topic in enumerate(topics)]
    database.executemany("INSERT INTO topic (rowid, body) VALUES (?, ?)", rows)
    query = "SELECT rowid, -bm25(topic) FROM topic WHERE topic MATCH ? ORDER BY bm25(topic) LIMIT 1"

    def find(question: str) -> Hit | None:
        any_word = " OR ".join(f'"{word}"' for word in dict.fromkeys(_words(question)))
        row = database.execute(query, (any_word,)).fetchone() if any_word else None
        return (topics[row[0]], row[1]) if row else None

    return find


ENGINES: dict[str, Callable[[Library], Engine]] = {
    "rank_bm25": _rank_bm25,
    "bm25s": _bm25s,
    "SQLite FTS5": _fts5,
}


def told(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main()
