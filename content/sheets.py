"""Reads a sheet of text cells from the bytes of a CSV or XLSX file, and writes one as CSV.

Nothing here knows what the cells mean.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from content.cells import MAX_ROWS, MIB, SheetError, SheetLine, mark_as_text
from content.workbooks import read_workbook

MAX_BYTES = 10 * MIB
_DELIMITERS = (",", ";", "\t")
_ZIP, _OLD_EXCEL = b"PK", b"\xd0\xcf\x11\xe0"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def read_sheet(content: bytes) -> list[SheetLine]:
    """The rows of a CSV file or of a workbook, which its first bytes tell. Raises SheetError."""
    if len(content) > MAX_BYTES:
        raise SheetError(f"The file is larger than {MAX_BYTES // MIB} MB, and a sheet of controls is not.")
    if content.startswith(_OLD_EXCEL):
        raise SheetError(
            "This is a workbook of an old format, or one with a password. Save it as .xlsx without a password."
        )
    rows = read_workbook(content) if content.startswith(_ZIP) else _read_csv(content)
    lines = [SheetLine(number, tuple(_plain(cell) for cell in row)) for number, row in rows]
    lines = [line for line in lines if any(line.cells)]
    if not lines:
        raise SheetError("The sheet is empty. socrates import --template FILE writes one to begin with.")
    return lines


def csv_file(rows: Iterable[Sequence[str]]) -> bytes:
    """Comma-separated UTF-8, with the byte order mark by which Excel knows UTF-8."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([mark_as_text(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


def _read_csv(content: bytes) -> list[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SheetError(
            f"The file is not UTF-8 text (line {line}). Save it as “CSV UTF-8”, or as .xlsx."
        ) from error
    separator = _SEPARATOR_LINE.match(text)
    delimiter = separator[1] if separator else _delimiter(text)
    table = io.StringIO(text[separator.end() :] if separator else text, newline="")
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, row in enumerate(csv.reader(table, delimiter=delimiter, strict=True), 1):
            if number > MAX_ROWS:
                raise SheetError(f"The sheet has more than {MAX_ROWS:,} rows.")
            rows.append((number, row))
    except csv.Error as error:
        raise SheetError(
            f"Row {len(rows) + 1} cannot be read as CSV; a quotation mark in it may never be closed."
        ) from error
    return rows


def _delimiter(text: str) -> str:
    """The delimiter with the most cells in the header; Excel in most of Europe writes semicolons."""
    header = text.partition("\n")[0]
    return max(_DELIMITERS, key=header.count)
