"""Grades answers by what they must and must not say. The rules are those of the question files' own format:

`{"id", "q", "thread"?, "kind", "must"?, "must_not"?, "accept"?, "expect"?}`, where the three lists hold regular
expressions and `kind` is in_scope, follow_up, ambiguous or out_of_scope.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bot.answers.rules.message_questions import rank_each
from bot.search.rank import Index
from handlers.commands.ask import first_answered, reply_text
from storage.terms import Outcome

FOLDER = Path(__file__).parent / "questions"
CHOOSING = (FOLDER / "devset.jsonl", FOLDER / "fresh.jsonl")
"""Questions that the entries were developed with, and questions of people who had not seen the entries."""
JUDGING = FOLDER / "second.jsonl"
"""Written later, likewise without sight of the entries; no threshold is chosen by these."""

_FLAGS = re.IGNORECASE | re.DOTALL | re.MULTILINE
DECLINE = re.compile(
    r"\b(do|did|could|can|would|should)(es)? ?(n[’']?t|not)\b[^.\n]{0,60}"
    r"\b(know|answer|help|find|have|cover|advise|share|say|see|tell|discuss|match|sure|understand|disclose|reveal)"
    r"|\bnot\b[^.\n]{0,25}\b(sure|able|confident|covered)|\bcannot\b|\bunable\b|\boutside\b|\bout of (my )?scope\b"
    r"|\bonly (answer|help|cover|know|handle)|\bno (answer|entry|match)\b|\bnothing (on|about|in)\b",
    _FLAGS,
)
"""Words by which a reply says that it does not answer."""
ASKS_BACK = re.compile(
    r"did you mean|do you mean|which (one|of|report|type)|more (specific|detail|context)|rephrase|\?", _FLAGS
)


@dataclass(frozen=True)
class Question:
    """One line of a question file; `thread` are the person's earlier questions, oldest first."""

    id: str
    q: str
    kind: str
    thread: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    expect: str = "answer"

    @property
    def to_decline(self) -> bool:
        return self.kind == "out_of_scope" or self.expect == "decline"


@dataclass(frozen=True)
class Reply:
    answered: bool
    clarify: bool
    text: str


@dataclass(frozen=True)
class Figures:
    """Shares between 0 and 1. `correct` counts all questions in scope, `accuracy` those that were answered."""

    correct: float
    accuracy: float
    declined: float
    follow_up: float
    ambiguous: float

    def told(self) -> str:
        return "  ".join(f"{each.name} {getattr(self, each.name):6.1%}" for each in fields(self))


def replies(questions: Sequence[Question], index: Index) -> dict[str, Reply]:
    """What Socrates says to each, in the words of ``socrates ask``."""
    return {each.id: _reply(each, index) for each in questions}


def _reply(question: Question, index: Index) -> Reply:
    parts, more = rank_each(question.q, index, question.thread)
    outcome = first_answered(parts).ranking.outcome
    return Reply(
        answered=outcome is Outcome.ANSWERED,
        clarify=outcome is Outcome.CLARIFY,
        text=reply_text(parts, more),
    )


def read_questions(path: Path) -> list[Question]:
    return [_question(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _question(values: Mapping[str, Any]) -> Question:
    return Question(
        id=values["id"],
        q=values["q"],
        kind=values["kind"],
        thread=tuple(values.get("thread", ())),
        must=tuple(values.get("must", ())),
        must_not=tuple(values.get("must_not", ())),
        accept=tuple(values.get("accept", ())),
        expect=values.get("expect", "answer"),
    )


def passes(question: Question, reply: Reply) -> bool:
    if question.to_decline:
        return _declines(question, reply)
    if question.kind == "ambiguous" and not reply.answered:
        return reply.clarify or bool(ASKS_BACK.search(reply.text))
    return reply.answered and says_right(question, reply.text)


def says_right(question: Question, text: str) -> bool:
    """Whether a text, taken as the answer, has all that it must say and nothing that it must not."""
    return all(re.search(each, text, _FLAGS) for each in question.must) and not _says_wrong(question, text)


def grade(questions: Sequence[Question], replies: Mapping[str, Reply]) -> Figures:
    """`replies` holds one for the id of every question."""
    passed = {each.id: passes(each, replies[each.id]) for each in questions}
    kinds = {
        kind: [each for each in questions if each.kind == kind]
        for kind in ("in_scope", "out_of_scope", "follow_up", "ambiguous")
    }
    answered = [each for each in kinds["in_scope"] if replies[each.id].answered]

    def share(some: Sequence[Question]) -> float:
        return sum(passed[each.id] for each in some) / len(some) if some else 1.0

    return Figures(
        correct=share(kinds["in_scope"]),
        accuracy=share(answered),
        declined=share(kinds["out_of_scope"]),
        follow_up=share(kinds["follow_up"]),
        ambiguous=share(kinds["ambiguous"]),
    )


def _declines(question: Question, reply: Reply) -> bool:
    if _says_wrong(question, reply.text):
        return False
    if reply.answered:
        return any(re.search(each, reply.text, _FLAGS) for each in question.accept)
    return bool(DECLINE.search(reply.text) or ASKS_BACK.search(reply.text))


def _says_wrong(question: Question, text: str) -> bool:
    return any(re.search(each, text, _FLAGS) for each in question.must_not)
