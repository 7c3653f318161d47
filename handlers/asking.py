"""Answering and checking content at the terminal, without Slack or a database."""

import json
from pathlib import Path
from typing import Any

from bot.rules.knowledge import Ranking, build_index, rank
from bot.views.markdown import plain
from content.library import Library, load_library
from storage.terms import Outcome

UNKNOWN = "I do not know. Nothing that has been written down for me answers this, and I do not guess."


def answer(question: str, folder: Path | None, *, as_json: bool, explain: bool) -> str:
    library = load_library(folder)
    ranking = rank(question, build_index(library.knowledge, library.decoys))
    if as_json:
        return json.dumps(_described(ranking), ensure_ascii=False)
    shown = [_told(ranking)]
    if explain:
        shown += [f"{match.score:.3f}  {match.entry.id}" for match in ranking.matches]
    return "\n\n".join(shown)


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
        source = f"Entry {entry.id} v{entry.version} · sources: {'; '.join(entry.sources)}"
        body = [plain(entry.answer), plain(entry.detail), source]
        return "\n\n".join(part for part in body if part)
    if ranking.outcome is Outcome.CLARIFY:
        offered = [f"  {match.entry.title}" for match in ranking.matches[:3]]
        return "\n".join(["Did you mean one of these?", *offered])
    return ranking.decoy.say if ranking.decoy else UNKNOWN


def _described(ranking: Ranking) -> dict[str, Any]:
    answered = ranking.outcome is Outcome.ANSWERED
    entry = ranking.matches[0].entry if answered else None
    return {
        "answered": answered,
        "clarify": ranking.outcome is Outcome.CLARIFY,
        "entry": entry.id if entry else None,
        "title": entry.title if entry else None,
        "text": _told(ranking),
        "sources": list(entry.sources) if entry else [],
        "alternatives": [match.entry.id for match in ranking.matches[1 if answered else 0 :]],
        "confidence": round(ranking.confidence, 3),
    }
