"""The library with what the company's leads approved: entries of its own, and more ways to ask for others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from bot.rules.words import words
from content.library import Library
from content.models import KnowledgeEntry

LONGEST_PHRASING = 300


def overlaid(
    library: Library, own: Sequence[KnowledgeEntry], phrasings: Mapping[str, Sequence[str]]
) -> Library:
    """`own` are the approved entries, of which the highest version of an id counts; `phrasings` are by entry id.

    Once an entry has come into the content by way of git, that file counts, until leads approve a newer version.
    """
    entries = {entry.id: entry for entry in library.knowledge}
    for entry in own:
        known = entries.get(entry.id)
        if known is None or known.version < entry.version:
            entries[entry.id] = entry
    for entry_id, more in phrasings.items():
        if entry_id in entries:
            entries[entry_id] = asked_also(entries[entry_id], more)
    knowledge = tuple(entries.values())
    if knowledge == library.knowledge:
        return library
    return replace(library, knowledge=knowledge, version=_version(library, knowledge))


def asked_also(entry: KnowledgeEntry, phrasings: Sequence[str]) -> KnowledgeEntry:
    """The entry with those of the phrasings that it does not have yet, in whatever spelling."""
    known = {tuple(words(text)) for text in (entry.title, *entry.aliases, *entry.phrasings)}
    fresh = {tuple(words(text)): text for text in reversed(phrasings)}
    added = [text for found, text in reversed(fresh.items()) if found and found not in known]
    return entry.model_copy(update={"phrasings": (*entry.phrasings, *added)}) if added else entry


def phrasings_of(asked: Sequence[str]) -> list[str]:
    """What people asked as phrasings: one line each, none twice, nothing that says nothing."""
    lines = {
        tuple(words(line)): line[:LONGEST_PHRASING].rstrip() for text in asked if (line := one_line(text))
    }
    return [line for found, line in lines.items() if found]


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
