"""The mistakes in a sheet that a person filled in, each with its row, its column and the reason."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from content.cells import RUNS_IN_A_SPREADSHEET

_NUMBER = re.compile(r"[+-]?[0-9]+")
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
ID_LENGTH = 40
_CELL_LENGTH = 5_000
_SHORT = 60
WHOLE_ROW = "the whole row"
ColumnMistake = tuple[str, str]  # a column, and what is wrong there


@dataclass(frozen=True)
class SheetMistake:
    row: int
    column: str
    words: str

    def __str__(self) -> str:
        place = f"row {self.row}" if self.column == WHOLE_ROW else f"row {self.row}, column {self.column}"
        return f"{place}: {self.words}"


class SheetMistakes(Exception):
    """Every mistake of a sheet; the message has a line for each."""

    def __init__(self, mistakes: Sequence[SheetMistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = tuple(mistakes)


def cell_faults(cell: str) -> Iterator[str]:
    """Why this cell cannot be used in any column; nothing if it can."""
    if RUNS_IN_A_SPREADSHEET.match(cell) and not _NUMBER.fullmatch(cell):
        shown = shorten_cell(cell)
        yield f"“{shown}” would be run as a formula by a spreadsheet; begin it with an apostrophe or a word"
    if _UNSHOWABLE.search(cell):
        yield "it holds a character that cannot be shown; type the text anew"
    if len(cell) > _CELL_LENGTH:
        yield f"it has {len(cell):,} characters, and {_CELL_LENGTH:,} are kept at most"


def unknown_term(cell: str, noun: str, vocabulary: Sequence[str]) -> str:
    near = get_close_matches(term_of(cell), vocabulary, 1, 0.5)
    suggestion = f"did you mean {near[0]}? Known" if near else "known"
    return f"“{shorten_cell(cell)}” is no {noun}; {suggestion} are {', '.join(vocabulary)}"


def term_of(cell: str) -> str:
    """The cell as a term is stored: small letters, with underscores for spaces and hyphens."""
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


def shorten_cell(text: str) -> str:
    """The text on one line of at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"
