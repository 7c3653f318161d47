"""What is wrong in a sheet that somebody filled in: each mistake with its row, its column and the reason."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from content.cells import RUNS_IN_A_SPREADSHEET

NUMBER = re.compile(r"[+-]?[0-9]+")
UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
ID_LENGTH, LENGTH = 40, 5_000
SHOWN = 60
WHOLE_ROW = "the whole row"
Told = tuple[str, str]  # a column, and what is wrong there


@dataclass(frozen=True)
class Mistake:
    row: int
    column: str
    words: str

    def __str__(self) -> str:
        place = f"row {self.row}" if self.column == WHOLE_ROW else f"row {self.row}, column {self.column}"
        return f"{place}: {self.words}"


class Mistaken(Exception):
    """Everything that is wrong in the rows, a line each."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = tuple(mistakes)


def unusable(cell: str) -> Iterator[str]:
    """What cannot stand in any cell, whatever its column."""
    if RUNS_IN_A_SPREADSHEET.match(cell) and not NUMBER.fullmatch(cell):
        yield f"“{short(cell)}” would be run as a formula by a spreadsheet; begin it with an apostrophe or a word"
    if UNSHOWABLE.search(cell):
        yield "it holds a character that cannot be shown; type the text anew"
    if len(cell) > LENGTH:
        yield f"it has {len(cell):,} characters, and {LENGTH:,} are kept at most"


def unknown_term(cell: str, noun: str, known: Sequence[str]) -> str:
    near = get_close_matches(term_of(cell), known, 1, 0.5)
    meant = f"did you mean {near[0]}? Known" if near else "known"
    return f"“{short(cell)}” is no {noun}; {meant} are {', '.join(known)}"


def term_of(cell: str) -> str:
    """A word of a vocabulary as it is stored, however it was typed."""
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


def short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
