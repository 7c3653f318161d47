"""What identifies a policy text, and what changed in it since the version a person last acknowledged."""

import hashlib
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
    """One paragraph that went or came; `number` counts from 1 in the old text if removed, else in the new."""

    kind: ChangeKind
    number: int
    text: str


def text_hash(text: str) -> str:
    """SHA-256 (hex) of the exact UTF-8 bytes shown: the identity of what was acknowledged."""
    return hashlib.sha256(text.encode()).hexdigest()


def what_changed(before: str | None, after: str) -> list[ParagraphChange]:
    """Paragraphs removed and added, in reading order; with no text before, all of it is added.

    Words are compared, not layout: texts that differ in line breaks alone show no change, but two hashes.
    """
    old, new = paragraphs(before or ""), paragraphs(after)
    changes = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            changes += [ParagraphChange(ChangeKind.REMOVED, n + 1, old[n]) for n in range(old_from, old_to)]
            changes += [ParagraphChange(ChangeKind.ADDED, n + 1, new[n]) for n in range(new_from, new_to)]
    return changes


def paragraphs(text: str) -> list[str]:
    """What is read by itself, each on one line: blocks between blank lines, headings and list items."""
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
