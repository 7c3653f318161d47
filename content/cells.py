"""What a cell may hold and how a row is numbered, whatever file a sheet comes from or goes to.

A cell that a spreadsheet would run is written with an apostrophe before it, as spreadsheets mark text, and an
apostrophe that stands there is taken away again.
"""

import re
from dataclasses import dataclass

MIB = 1024 * 1024
MAX_ROWS = 10_000
RUNS_IN_A_SPREADSHEET = re.compile(r"[=+\-@\t\r]")
MARKED_AS_TEXT = re.compile(r"'+[=+\-@\t\r]")


class SheetError(Exception):
    """A file that is no sheet of text cells; the message is a sentence for the person who chose it."""


@dataclass(frozen=True)
class Line:
    """One row with anything in it; ``number`` is what a spreadsheet shows beside it, the header's being 1."""

    number: int
    cells: tuple[str, ...]


def marked(cell: str) -> str:
    """The cell as it may stand in a file that a spreadsheet opens."""
    runs = RUNS_IN_A_SPREADSHEET.match(cell) or MARKED_AS_TEXT.match(cell)
    return f"'{cell}" if runs else cell


def unmarked(cell: str) -> str:
    return cell[1:] if MARKED_AS_TEXT.match(cell) else cell
