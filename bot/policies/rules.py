"""What identifies a policy text, and what changed since the version that a person last acknowledged."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

HEADING = re.compile(r"#{1,6}\s")
LIST_ITEM = re.compile(r"\s*([-*+]|\d{1,3}[.)])\s")


class ChangeKind(StrEnum):
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """One removed or added paragraph; `number` counts from 1, in the old text if removed, else in the new."""

    kind: ChangeKind
    number: int
    text: str


def paragraph_changes(before: str | None, after: str) -> list[ParagraphChange]:
    """Paragraphs removed and added, in reading order; without an earlier text every paragraph is added.

    Layout does not count: texts that differ only in line breaks have no changes, but two hashes.
    """
    old, new = text_paragraphs(before or ""), text_paragraphs(after)
    changes = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            changes += [ParagraphChange(ChangeKind.REMOVED, n + 1, old[n]) for n in range(old_from, old_to)]
            changes += [ParagraphChange(ChangeKind.ADDED, n + 1, new[n]) for n in range(new_from, new_to)]
    return changes


def text_paragraphs(text: str) -> list[str]:
    """Headings, list items and blocks between blank lines, each as one line."""
    return [" ".join(" ".join(lines).split()) for lines in _blocks(text)]


def _blocks(text: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in text.splitlines():
        begins = not line.strip() or HEADING.match(line) or LIST_ITEM.match(line)
        if block and (begins or HEADING.match(block[0])):
            yield block
            block = []
        if line.strip():
            block.append(line)
    if block:
        yield block
