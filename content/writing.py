"""Writes an entry as the file that `content.library` reads, or adds phrasings to a file and keeps the rest of it."""

import re
import unicodedata
from collections.abc import Collection, Sequence

import yaml

from content.models import KnowledgeEntry
from content.reading import ParsedFile

_RULE = "---"
_LONGEST_STEM = 60
_NAMELESS = "answer"
# The column after which YAML may break a line: so far that each phrasing stays on one line.
_NO_LINE_BREAK = 1 << 20


def entry_file(entry: KnowledgeEntry) -> str:
    """The whole text of an entry's file, with the keys in the order of the packaged content."""
    front = [
        f"id: {entry.id}",
        f"title: {_scalar(entry.title)}",
        *_list("phrasings", entry.phrasings),
        *_list("aliases", entry.aliases),
        *_list("tags", entry.tags),
        *_list("related", entry.related),
        *_list("sources", entry.sources),
        f"written_on: {entry.written_on.isoformat()}",
        f"review_every: {entry.review_every}",
        f"version: {entry.version}",
    ]
    body = f"{entry.answer}\n\n{entry.detail}" if entry.detail else entry.answer
    return "\n".join([_RULE, *front, _RULE, body, ""])


def file_stem(title: str, taken: Collection[str]) -> str:
    """A file name that is not taken yet: the title's words, with a number if needed."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))[:_LONGEST_STEM].strip("-") or _NAMELESS
    number, stem = 1, words
    while stem in taken:
        number += 1
        stem = f"{words}-{number}"
    return stem


def with_phrasings(text: str, page: ParsedFile, entry: KnowledgeEntry, added: Sequence[str]) -> str:
    """The text of the file that was read as ``page``, with more phrasings at the end of their list.

    If that list is written on one line, the file is written anew from ``entry``, which has all phrasings.
    """
    first, last = (
        page.lines["phrasings", 0],
        max(line for place, line in page.lines.items() if place[0:1] == ("phrasings",) and len(place) == 2),
    )
    lines = text.split("\n")
    indent, dash, _ = lines[first - 1].partition("-")
    if first == page.lines[("phrasings",)] or not dash or indent.strip():
        return entry_file(entry)
    keys_below = [line for place, line in page.lines.items() if len(place) == 1 and line > last]
    end = min(keys_below, default=lines.index(_RULE, 1) + 1)
    return "\n".join(
        [*lines[: end - 1], *(f"{indent}- {_scalar(each)}" for each in added), *lines[end - 1 :]]
    )


def _list(key: str, values: Sequence[str]) -> list[str]:
    return [f"{key}:", *(f"  - {_scalar(value)}" for value in values)] if values else []


def _scalar(text: str) -> str:
    """The text as one line of YAML, in quotes where YAML needs them."""
    style = '"' if "\n" in text else None
    line = yaml.safe_dump([text], width=_NO_LINE_BREAK, allow_unicode=True, default_style=style)
    return line.removeprefix("- ").rstrip("\n")
