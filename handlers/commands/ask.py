"""Answering at the terminal, without Slack or a database: one question, or a file of them."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answers.rules.message_questions import THREE_AT_MOST, RankedQuestion, rank_each
from bot.answers.views.fallback_words import (
    ABOUT_US,
    IN_GENERAL,
    MEANT_ALSO,
    NAME_IT,
    NO_TOPIC,
    UNKNOWN,
    UNSURE,
)
from bot.blocks.markdown import plain
from bot.search.rank import Index, Ranking, build_index
from content.library import load_library
from content.models import KnowledgeEntry
from handlers.faults import Misconfigured
from storage.terms import Outcome


@dataclass(frozen=True)
class BatchLine:
    """One line of a batch: `thread` are the person's earlier questions, oldest first."""

    id: str
    text: str
    thread: tuple[str, ...]


def answer(question: str, folder: Path | None, *, as_json: bool, explain: bool) -> str:
    """What Slack would show, or with ``as_json`` one JSON object."""
    parts, more = rank_each(question, read_index(folder))
    if as_json:
        return json.dumps(_as_json(parts, more), ensure_ascii=False)
    scores = [_scores(part.ranking) for part in parts] if explain else []
    return "\n\n".join([reply_text(parts, more), *scores])


def answer_batch(questions: Path, answers: Path, folder: Path | None) -> int:
    """Write one line of answers for each line of questions; the number of lines.

    Raises Misconfigured with the number of a line that cannot be read, and then writes nothing.
    """
    batch = read_questions(questions)
    index = read_index(folder)
    lines = [json.dumps(_answer_line(each, index)) for each in batch]
    try:
        answers.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as fault:
        raise Misconfigured(f"{answers} cannot be written: {fault.strerror}.") from fault
    return len(lines)


def read_index(folder: Path | None) -> Index:
    library = load_library(folder)
    return build_index(library.knowledge, library.decoys, library.vocabulary, library.thresholds)


def read_questions(path: Path) -> list[BatchLine]:
    """The questions of a file, without its empty lines; keys that Socrates does not know are ignored."""
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise Misconfigured(f"{path} cannot be read: {fault.strerror}.") from fault
    first_line: dict[str, int] = {}
    batch = []
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if line.strip():
            where = f"{path} line {number}"
            question = _batch_line(line, where)
            if (earlier := first_line.setdefault(question.id, number)) != number:
                raise Misconfigured(f'{where}: the id "{question.id}" stands on line {earlier} already.')
            batch.append(question)
    return batch


def _batch_line(line: bytes, where: str) -> BatchLine:
    try:
        values = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Misconfigured(f"{where}: this is not UTF-8 text.") from None
    except (json.JSONDecodeError, RecursionError):
        raise Misconfigured(
            f'{where}: this is no JSON. Each line has the form {{"id": "1", "q": "what is soc 2"}}.'
        ) from None
    if not isinstance(values, dict):
        raise Misconfigured(f'{where}: each line is an object with "id" and "q".')
    for key in ("id", "q"):
        if not isinstance(values.get(key), str):
            raise Misconfigured(f'{where}: "{key}" must be there, as text.')
    thread = values.get("thread", [])
    if not isinstance(thread, list) or not all(isinstance(each, str) for each in thread):
        raise Misconfigured(f'{where}: "thread" is a list of the earlier questions, oldest first.')
    return BatchLine(values["id"], values["q"], tuple(thread))


def _answer_line(question: BatchLine, index: Index) -> dict[str, Any]:
    """`latency_ms` is the time to find and word one answer, without loading the content."""
    started = time.perf_counter()
    parts, more = rank_each(question.text, index, question.thread)
    text = reply_text(parts, more)
    latency_ms = (time.perf_counter() - started) * 1000
    first = first_answered(parts)
    return {
        "id": question.id,
        "answered": first.outcome is Outcome.ANSWERED,
        "clarify": first.outcome is Outcome.CLARIFY,
        "about_us": first.outcome is Outcome.ABOUT_US,
        "text": text,
        "entry": first.entry_id,
        "latency_ms": round(latency_ms, 3),
    }


def reply_text(parts: Sequence[RankedQuestion], more: bool) -> str:
    """The whole reply to a message; several questions are numbered, each with its answer below it."""
    if len(parts) == 1:
        return _outcome_text(parts[0])
    numbered = [
        f"{number}. {part.text}\n\n{_outcome_text(part)}" for number, part in enumerate(parts, start=1)
    ]
    return "\n\n".join([*numbered, *([THREE_AT_MOST] if more else [])])


def first_answered(parts: Sequence[RankedQuestion]) -> RankedQuestion:
    """The first question that has an answer, or else the first."""
    return next((part for part in parts if part.entry_id), parts[0])


def _outcome_text(part: RankedQuestion) -> str:
    ranking = part.ranking
    if part.outcome is Outcome.ABOUT_US:
        general = [
            IN_GENERAL.format(title=each.title, answer=plain(each.answer)) for each in ranking.told[:1]
        ]
        return "\n\n".join([ABOUT_US, *general])
    if ranking.outcome is Outcome.ANSWERED:
        entry, *also = ranking.told
        meant_also = [MEANT_ALSO.format(title=other.title, answer=plain(other.answer)) for other in also]
        parts = (plain(entry.answer), plain(entry.detail), *meant_also, _source(entry))
        return "\n\n".join(part for part in parts if part)
    if ranking.outcome is Outcome.CLARIFY:
        return _titles_to_choose([match.entry.title for match in ranking.matches])
    return ranking.decoy.say if ranking.decoy else UNKNOWN


def _titles_to_choose(titles: Sequence[str]) -> str:
    if not titles:
        return f"{NO_TOPIC} {NAME_IT}."
    return "\n".join([UNSURE, *(f"  {title}" for title in titles)])


def _source(entry: KnowledgeEntry) -> str:
    """Who reviewed an entry is not in the content but in a company's database."""
    return (
        f"Entry {entry.id} v{entry.version}, written on {entry.written_on}. "
        f"Sources: {'; '.join(entry.sources)}. Who reviewed it at your company is shown in Slack."
    )


def _scores(ranking: Ranking) -> str:
    decoy = [f"  foreign: {ranking.decoy.id}"] if ranking.decoy else []
    scores = [f"  {match.score:.3f}  {match.entry.id}" for match in ranking.matches]
    return "\n".join([f"{ranking.outcome.value}, confidence {ranking.confidence:.3f}", *decoy, *scores])


def _as_json(parts: Sequence[RankedQuestion], more: bool) -> dict[str, Any]:
    """With several questions, `text` holds all answers; every other key is about the first that has an answer."""
    first = first_answered(parts)
    ranking, answered = first.ranking, first.outcome is Outcome.ANSWERED
    entry = ranking.matches[0].entry if answered else None
    return {
        "answered": answered,
        "clarify": first.outcome is Outcome.CLARIFY,
        "about_us": first.outcome is Outcome.ABOUT_US,
        "entry": entry.id if entry else None,
        "title": entry.title if entry else None,
        "text": reply_text(parts, more),
        "sources": list(entry.sources) if entry else [],
        "alternatives": [match.entry.id for match in ranking.matches[1 if answered else 0 :]],
        "confidence": round(ranking.confidence, 3),
    }
