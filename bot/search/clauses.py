"""A message cut into clauses: people tell a story, and ask in one of its sentences."""

import re

from bot.search.words import MAX_CHARACTERS

_ENDS = re.compile(
    r"""
    (?<=[.?!])[.?!]*\s+          # a sentence ends
    | \.\.+\s*                   # or trails off
    | \n+
    | ;\s+ | \s[-–—]+\s          # a break in the middle
    | ,\s+(?=(?:but|so|and|or|can|could|do|does|did|is|are|what|who|how|when|where|which|should|would|will)\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)


MOST_CLAUSES = 12
"""Clauses of one message that are ranked by themselves: a message of hundreds costs no more than these."""


def clauses(text: str) -> list[str]:
    """In order; a text without a break is one clause."""
    return [clause.strip() for clause in _ENDS.split(text[:MAX_CHARACTERS]) if clause.strip()]
