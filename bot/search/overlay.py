"""The library together with what the company's leads approved: entries of their own, and phrasings for others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import accumulate

from bot.search.words import Lexicon
from content.library import Library
from content.models import KnowledgeEntry

LONGEST_PHRASING = 300
PHRASINGS_TOGETHER = 3_000
"""Characters of all phrasings of one proposal, so that one message and one form can show them."""
ANSWER_BY = "Answer by "


def overlaid(
    library: Library, own: Sequence[KnowledgeEntry], phrasings: Mapping[str, Sequence[str]]
) -> Library:
    """``own`` are the approved entries; ``phrasings`` are by entry id.

    Of several versions of an entry the highest counts. A file of the content counts until leads approve a newer
    version of it.
    """
    entries = {entry.id: entry for entry in library.knowledge}
    for entry in own:
        last = entries.get(entry.id)
        if last is None:
            entries[entry.id] = entry
        elif last.version < entry.version:
            entries[entry.id] = next_version(last, entry)
    lexicon = Lexicon(library.vocabulary)
    for entry_id, more in phrasings.items():
        if entry_id in entries:
            entries[entry_id] = with_phrasings(entries[entry_id], more, lexicon)
    knowledge = tuple(entries.values())
    if knowledge == library.knowledge:
        return library
    return replace(library, knowledge=knowledge, version=_version(library, knowledge))


def is_company_s_own(entry: KnowledgeEntry) -> bool:
    """Whether a lead of the company wrote what it says."""
    return any(source.startswith(ANSWER_BY) for source in entry.sources)


def next_version(last: KnowledgeEntry, entry: KnowledgeEntry) -> KnowledgeEntry:
    """The entry with those fields of its last version that no form asks for.

    The author of the last version is no source of this one.
    """
    others = [
        source for source in last.sources if not source.startswith(ANSWER_BY) and source not in entry.sources
    ]
    update = {
        "aliases": last.aliases,
        "tags": last.tags,
        "related": last.related,
        "review_every": last.review_every,
        "sources": (*entry.sources, *others),
    }
    return entry.model_copy(update=update)


def with_phrasings(entry: KnowledgeEntry, phrasings: Sequence[str], lexicon: Lexicon) -> KnowledgeEntry:
    """The entry with those phrasings added that it does not have yet in other spellings."""
    own = {tuple(lexicon.words(text)) for text in (entry.title, *entry.aliases, *entry.phrasings)}
    by_words = {tuple(lexicon.words(text)): text for text in reversed(phrasings)}
    added = [text for words, text in reversed(by_words.items()) if words and words not in own]
    return entry.model_copy(update={"phrasings": (*entry.phrasings, *added)}) if added else entry


def phrasings_of(questions: Sequence[str], lexicon: Lexicon) -> list[str]:
    """The texts of questions as phrasings: one line each, without repetitions and without lines of no words.

    At most ``PHRASINGS_TOGETHER`` characters, each line break included.
    """
    by_words = {
        tuple(lexicon.words(line)): line[:LONGEST_PHRASING].rstrip()
        for text in questions
        if (line := one_line(text))
    }
    lines = [line for words, line in by_words.items() if words]
    sizes = accumulate(len(line) + len("\n") for line in lines)
    return [line for line, size in zip(lines, sizes, strict=True) if size <= PHRASINGS_TOGETHER]


def one_line(text: str) -> str:
    return " ".join(text.split())


def split_answer(text: str) -> tuple[str, str]:
    """The short answer, which is the first paragraph, and the detail, which is the rest."""
    first, _, rest = re.sub(r"\r\n?", "\n", text).strip().partition("\n\n")
    return one_line(first), rest.strip()


def _version(library: Library, knowledge: Sequence[KnowledgeEntry]) -> str:
    """A hash of the content's version and all entries, as long as the content's own."""
    listing = [library.version, *(entry.model_dump_json() for entry in knowledge)]
    return sha256("\n".join(listing).encode()).hexdigest()[:12]
