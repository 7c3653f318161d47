"""Checking content at the terminal, without Slack or a database."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from bot.answers.rules.content_checks import (
    ADVICE,
    ContentFault,
    Finding,
    near_equal_answers,
    old_thresholds,
    shared_questions,
    stale_reviews,
    too_few_phrasings,
    two_meanings,
    unfound_phrasings,
    unfound_titles,
    unserved,
)
from bot.answers.views.answers import cut_parts
from bot.search.rank import build_index
from content.library import Library, load_library


def check_content(folder: Path | None, as_of: date) -> tuple[str, bool]:
    """The report, and whether the content is sound. Raises ContentError for a file that cannot be read."""
    library = load_library(folder)
    findings = list(_findings(library, as_of))
    faults = {finding.fault for finding in findings}
    phrasings = sum(len(entry.phrasings) for entry in library.knowledge)
    lines = [
        f"{len(library.knowledge)} entries asked in {phrasings} ways, {len(library.decoys)} foreign topics, "
        f"{len(library.criteria)} criteria, {len(library.requests)} requests, {_controls(library)}, "
        f"{len(library.policies)} policies; content version {library.version}.",
        *_finding_lines(findings, fails=True),
        *_finding_lines(findings, fails=False),
    ]
    return "\n".join(lines), ADVICE.issuperset(faults)


def _finding_lines(findings: Sequence[Finding], *, fails: bool) -> list[str]:
    chosen = [finding for finding in findings if (finding.fault not in ADVICE) is fails]
    counts = Counter(finding.fault for finding in chosen)
    heading = [] if fails or not chosen else ["Advice, with which the check still passes:"]
    return [
        *heading,
        *(f"{finding.topic_id}: {finding.words}" for finding in chosen),
        *(f"{fault.value}: {counts[fault]}" for fault in ContentFault if counts[fault]),
    ]


def _controls(library: Library) -> str:
    total, run = len(library.catalogue), len(library.controls)
    return f"{total} controls" if run == total else f"{total} controls, of which {run} are run"


def _findings(library: Library, as_of: date) -> Iterator[Finding]:
    index = build_index(library.knowledge, library.decoys, library.vocabulary, library.thresholds)
    yield from stale_reviews(library.knowledge, as_of)
    yield from too_few_phrasings(library.knowledge)
    yield from unserved(library)
    yield from shared_questions(index)
    yield from two_meanings(library.vocabulary, index.lexicon)
    yield from near_equal_answers(library.knowledge, index.lexicon)
    yield from (
        Finding(ContentFault.CUT, entry.id, f"Slack would cut its {part}.")
        for entry in library.knowledge
        for part in cut_parts(entry)
    )
    yield from old_thresholds(library)
    yield from unfound_titles(index)
    yield from unfound_phrasings(index)
