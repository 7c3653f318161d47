"""Answering and checking content at the terminal, without Slack or a database."""

import json
from pathlib import Path
from typing import Any

from bot.rules.knowledge import Ranking, build_index, rank
from bot.views.markdown import plain
from content.library import Library, load_library
from content.models import KnowledgeEntry
from storage.terms import Outcome

UNKNOWN = "I do not know. Nothing that has been written down for me answers this, and I do not guess."
NO_TOPIC = "I do not see what you are asking about. Name the topic, for example: how long is a type 2 window?"


def answer(question: str, folder: Path | None, *, as_json: bool, explain: bool) -> str:
    """What Slack would show, or with ``as_json`` one object of the keys in ``_described``."""
    library = load_library(folder)
    ranking = rank(question, build_index(library.knowledge, library.decoys))
    if as_json:
        return json.dumps(_described(ranking), ensure_ascii=False)
    return "\n\n".join([_told(ranking), *([_explained(ranking)] if explain else [])])


def check_content(folder: Path | None) -> tuple[str, bool]:
    """The report, and whether the content is sound. Raises ContentError for a file that cannot be read."""
    library = load_library(folder)
    lost = unfound(library)
    counts = (
        f"{len(library.knowledge)} entries, {len(library.decoys)} foreign topics, {len(library.criteria)} criteria, "
        f"{len(library.controls)} controls, {len(library.policies)} policies; content version {library.version}."
    )
    return "\n".join([counts, *lost]), not lost


def unfound(library: Library) -> list[str]:
    """Entries that their own title does not find first."""
    index = build_index(library.knowledge, library.decoys)
    lost = []
    for entry in library.knowledge:
        matches = rank(entry.title, index).matches
        if not matches or matches[0].entry.id != entry.id:
            found = matches[0].entry.id if matches else "nothing"
            lost.append(f"{entry.id}: its title “{entry.title}” finds {found}.")
    return lost


def _told(ranking: Ranking) -> str:
    if ranking.outcome is Outcome.ANSWERED:
        entry = ranking.matches[0].entry
        return "\n\n".join(
            part for part in (plain(entry.answer), plain(entry.detail), _source(entry)) if part
        )
    if ranking.outcome is Outcome.CLARIFY:
        offered = [f"  {match.entry.title}" for match in ranking.matches]
        return "\n".join(["Did you mean one of these?", *offered]) if offered else NO_TOPIC
    return ranking.decoy.say if ranking.decoy else UNKNOWN


def _source(entry: KnowledgeEntry) -> str:
    """The content does not say who reviewed an entry: that is in the database of a company."""
    return (
        f"Entry {entry.id} v{entry.version}, written on {entry.written_on}. "
        f"Sources: {'; '.join(entry.sources)}. Who reviewed it at your company is shown in Slack."
    )


def _explained(ranking: Ranking) -> str:
    decoy = [f"  foreign: {ranking.decoy.id}"] if ranking.decoy else []
    scores = [f"  {match.score:.3f}  {match.entry.id}" for match in ranking.matches]
    return "\n".join([f"{ranking.outcome.value}, confidence {ranking.confidence:.3f}", *decoy, *scores])


def _described(ranking: Ranking) -> dict[str, Any]:
    answered = ranking.outcome is Outcome.ANSWERED
    entry = ranking.matches[0].entry if answered else None
    return {
        "answered": answered,
        "clarify": ranking.outcome is Outcome.CLARIFY,
        "entry": entry.id if entry else None,
        "version": entry.version if entry else None,
        "title": entry.title if entry else None,
        "text": _told(ranking),
        "sources": list(entry.sources) if entry else [],
        "alternatives": [match.entry.id for match in ranking.matches[1 if answered else 0 :]],
        "confidence": round(ranking.confidence, 3),
    }
