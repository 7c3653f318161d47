"""Writes an entry in the form in which `content.library` reads it; what stands in a file already stays as it is."""

import re
import unicodedata
from collections.abc import Collection, Sequence

import yaml

from content.models import KnowledgeEntry
from content.reading import ParsedFile

RULE = "---"
LONGEST_STEM = 60
NAMELESS = "answer"
BEYOND_EVERY_LINE = 1 << 20
"""Columns after which YAML may break a line: never, so that each phrasing keeps to its own."""


def entry_file(entry: KnowledgeEntry) -> str:
    """The whole file of an entry, in the order of keys that the packaged content has."""
    front = [
        f"id: {entry.id}",
        f"title: {_scalar(entry.title)}",
        *_listed("phrasings", entry.phrasings),
        *_listed("aliases", entry.aliases),
        *_listed("tags", entry.tags),
        *_listed("related", entry.related),
        *_listed("sources", entry.sources),
        f"written_on: {entry.written_on.isoformat()}",
        f"review_every: {entry.review_every}",
        f"version: {entry.version}",
    ]
    body = f"{entry.answer}\n\n{entry.detail}" if entry.detail else entry.answer
    return "\n".join([RULE, *front, RULE, body, ""])


def file_stem(title: str, taken: Collection[str]) -> str:
    """A name that no file has: the title's words, with a number if need be."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))[:LONGEST_STEM].strip("-") or NAMELESS
    number, stem = 1, words
    while stem in taken:
        number += 1
        stem = f"{words}-{number}"
    return stem


def with_phrasings(text: str, page: ParsedFile, entry: KnowledgeEntry, added: Sequence[str]) -> str:
    """The text of a file that was read as `page`, with more phrasings at the end of their list.

    `entry` is what it is to say; a list on one line is not added to, and the file is written anew.
    """
    first, last = (
        page.lines["phrasings", 0],
        max(line for place, line in page.lines.items() if place[0:1] == ("phrasings",) and len(place) == 2),
    )
    lines = text.split("\n")
    dash, item, _ = lines[first - 1].partition("-")
    if first == page.lines[("phrasings",)] or not item or dash.strip():
        return entry_file(entry)
    keys_below = [line for place, line in page.lines.items() if len(place) == 1 and line > last]
    end = min(keys_below, default=lines.index(RULE, 1) + 1)
    return "\n".join([*lines[: end - 1], *(f"{dash}- {_scalar(each)}" for each in added), *lines[end - 1 :]])


def _listed(key: str, values: Sequence[str]) -> list[str]:
    return [f"{key}:", *(f"  - {_scalar(value)}" for value in values)] if values else []


def _scalar(text: str) -> str:
    """The text as one line of YAML, in quotes where it needs them."""
    style = '"' if "\n" in text else None
    written = yaml.safe_dump([text], width=BEYOND_EVERY_LINE, allow_unicode=True, default_style=style)
    return written.removeprefix("- ").rstrip("\n")
