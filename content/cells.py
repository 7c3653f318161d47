"""The rows and cells of a sheet, for every file format that it is read from or written to.

A cell that a spreadsheet would run as a formula is written with an apostrophe before it, which is how spreadsheets
mark text. Reading takes that apostrophe away again.
"""

import re
from dataclasses import dataclass

MIB = 1024 * 1024
MAX_ROWS = 10_000
RUNS_IN_A_SPREADSHEET = re.compile(r"[=+\-@\t\r]")
_MARKED_AS_TEXT = re.compile(r"'+[=+\-@\t\r]")


class SheetError(Exception):
    """The file is no sheet of text cells; the message is a sentence for the person who chose the file."""


@dataclass(frozen=True)
class SheetLine:
    """A row that is not empty; ``number`` is the one that a spreadsheet shows beside it, 1 for the header."""

    number: int
    cells: tuple[str, ...]


def mark_as_text(cell: str) -> str:
    """The cell, with an apostrophe before it where a spreadsheet would run it as a formula."""
    runs = RUNS_IN_A_SPREADSHEET.match(cell) or _MARKED_AS_TEXT.match(cell)
    return f"'{cell}" if runs else cell


def unmark_text(cell: str) -> str:
    return cell[1:] if _MARKED_AS_TEXT.match(cell) else cell
