"""The library with what the company's leads approved: entries of its own, and more ways to ask for others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import accumulate

from bot.search.words import Lexicon
from content.library import Library
from content.models import KnowledgeEntry

LONGEST_PHRASING = 300
MOST_TOGETHER = 3_000
ANSWER_BY = "Answer by "


def overlaid(
    library: Library, own: Sequence[KnowledgeEntry], phrasings: Mapping[str, Sequence[str]]
) -> Library:
    """`own` are the approved entries, of which the highest version of an id counts; `phrasings` are by entry id.

    Once an entry has come into the content by way of git, that file counts, until leads approve a newer version.
    """
    entries = {entry.id: entry for entry in library.knowledge}
    for entry in own:
        known = entries.get(entry.id)
        if known is None:
            entries[entry.id] = entry
        elif known.version < entry.version:
            entries[entry.id] = next_version(known, entry)
    lexicon = Lexicon(library.vocabulary)
    for entry_id, more in phrasings.items():
        if entry_id in entries:
            entries[entry_id] = asked_also(entries[entry_id], more, lexicon)
    knowledge = tuple(entries.values())
    if knowledge == library.knowledge:
        return library
    return replace(library, knowledge=knowledge, version=_version(library, knowledge))


def next_version(known: KnowledgeEntry, entry: KnowledgeEntry) -> KnowledgeEntry:
    """The entry with what no form asks for, as it stood in the version before; whoever wrote that one is in the
    record.
    """
    others = [
        source for source in known.sources if not source.startswith(ANSWER_BY) and source not in entry.sources
    ]
    kept = {"aliases": known.aliases, "tags": known.tags, "related": known.related}
    update = {**kept, "review_every": known.review_every, "sources": (*entry.sources, *others)}
    return entry.model_copy(update=update)


def asked_also(entry: KnowledgeEntry, phrasings: Sequence[str], lexicon: Lexicon) -> KnowledgeEntry:
    """The entry with those of the phrasings that it does not have yet, in whatever spelling."""
    known = {tuple(lexicon.words(text)) for text in (entry.title, *entry.aliases, *entry.phrasings)}
    fresh = {tuple(lexicon.words(text)): text for text in reversed(phrasings)}
    added = [text for found, text in reversed(fresh.items()) if found and found not in known]
    return entry.model_copy(update={"phrasings": (*entry.phrasings, *added)}) if added else entry


def phrasings_of(asked: Sequence[str], lexicon: Lexicon) -> list[str]:
    """What people asked as phrasings: one line each, none twice, nothing that says nothing; no more than whoever
    approves them reads in one message, and whoever edits them has in one form.
    """
    lines = {
        tuple(lexicon.words(line)): line[:LONGEST_PHRASING].rstrip()
        for text in asked
        if (line := one_line(text))
    }
    telling = [line for found, line in lines.items() if found]
    sizes = accumulate(len(line) + len("\n") for line in telling)
    return [line for line, size in zip(telling, sizes, strict=True) if size <= MOST_TOGETHER]


def one_line(text: str) -> str:
    return " ".join(text.split())


def parted(text: str) -> tuple[str, str]:
    """The short answer, which is the first paragraph, and the detail, which is the rest."""
    first, _, rest = re.sub(r"\r\n?", "\n", text).strip().partition("\n\n")
    return one_line(first), rest.strip()


def _version(library: Library, knowledge: Sequence[KnowledgeEntry]) -> str:
    """As long as a content version, and another for every other set of entries."""
    listing = [library.version, *(entry.model_dump_json() for entry in knowledge)]
    return sha256("\n".join(listing).encode()).hexdigest()[:12]
