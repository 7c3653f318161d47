"""Reads and writes XLSX. A file that is not one sheet of plain cells is refused before it is read whole."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from xml.parsers import expat

import python_calamine
import xlsxwriter

from content.cells import MAX_ROWS, MIB, SheetError, mark_as_text

_MAX_UNPACKED = 50 * MIB
_MAX_COLUMNS = 200
_MOST_LISTED = 5
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_SPREADSHEET_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_WORKSHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_UNREADABLE = "The file is no workbook that can be read. Save it again as .xlsx, or as “CSV UTF-8”."


def read_workbook(content: bytes) -> list[tuple[int, list[str]]]:
    """The numbered rows of the only sheet that is not empty. Raises SheetError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            filled_sheets = _filled_sheets(package)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
        expat.ExpatError,
    ) as fault:
        raise SheetError(_UNREADABLE) from fault
    if not filled_sheets:
        return []
    if len(filled_sheets) > 1:
        raise SheetError(
            f"The workbook has {len(filled_sheets)} sheets with something in them. Leave only the one of the controls."
        )
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as workbook:
            sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
            rows = next((sheet.to_python(skip_empty_area=False) for sheet in sheets if sheet.start), [])
    except python_calamine.CalamineError as fault:
        raise SheetError(_UNREADABLE) from fault
    return [(number, [_text(cell) for cell in row]) for number, row in enumerate(rows, 1)]


def workbook_file(rows: Iterable[Sequence[str]], name: str) -> bytes:
    """A workbook of text cells; the first row is bold and stays in view."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        sheet = workbook.add_worksheet(name)
        heading = workbook.add_format({"bold": True})
        top = workbook.add_format({"valign": "top", "text_wrap": True})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, _MAX_COLUMNS, 24)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, mark_as_text(cell), top if number else heading)
    return file.getvalue()


def _filled_sheets(package: zipfile.ZipFile) -> list[str]:
    names = set(package.namelist())
    if "xl/workbook.xml" not in names:
        raise SheetError(
            "The file is a zip, and no Excel workbook. Save the sheet as .xlsx, or as “CSV UTF-8”."
        )
    if "xl/vbaProject.bin" in names:
        raise SheetError("The workbook has macros. Save it as .xlsx, which leaves them out.")
    if sum(part.file_size for part in package.infolist()) > _MAX_UNPACKED or package.testzip():
        raise SheetError(f"The workbook is damaged, or unpacks to more than {_MAX_UNPACKED // MIB} MB.")
    return [
        name for name in sorted(names) if _WORKSHEET.fullmatch(name) and _SheetScan(package.read(name)).filled
    ]


class _SheetScan:
    """Scans a sheet's XML before the reader does, and raises SheetError.

    The reader would fill memory up to a cell that is far away, and does not report formulas and merged cells.
    """

    def __init__(self, xml: bytes) -> None:
        self.filled = False
        self._row = self._column = 0
        self._formulas: list[str] = []
        self._merged: list[str] = []
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._begin
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.Parse(xml, True)
        self._refuse_any("formulas", "Paste their values over them", self._formulas)
        self._refuse_any("merged cells", "Unmerge them", self._merged)

    def _begin(self, element: str, attributes: dict[str, str]) -> None:
        namespace, _, name = element.rpartition(" ")
        match name if namespace in _SPREADSHEET_NAMESPACES else None:
            case "row":
                self._row, self._column = int(attributes.get("r", self._row + 1)), 0
            case "c":
                self._move_to(attributes.get("r"))
            case "v" | "is":
                self.filled = True
                if self._row > MAX_ROWS or self._column > _MAX_COLUMNS:
                    raise SheetError(
                        f"The sheet has a cell in row {self._row:,}, column {self._column:,}; no more than "
                        f"{MAX_ROWS:,} rows and {_MAX_COLUMNS} columns are read."
                    )
            case "f":
                self.filled = True
                self._formulas.append(f"{_letters(self._column)}{self._row}")
            case "mergeCell":
                self._merged.append(attributes.get("ref", ""))

    def _move_to(self, reference: str | None) -> None:
        self._column += 1
        if reference and (match := _REFERENCE.fullmatch(reference.replace("$", "").upper())):
            self._column, self._row = _number(match[1]), int(match[2])

    def _refuse_doctype(self, *_declared: object) -> None:
        raise SheetError(_UNREADABLE)

    def _refuse_any(self, noun: str, remedy: str, places: Sequence[str]) -> None:
        if places:
            more = f" and {len(places) - _MOST_LISTED} more" if len(places) > _MOST_LISTED else ""
            raise SheetError(
                f"The sheet has {noun} ({', '.join(places[:_MOST_LISTED])}{more}). {remedy}, and save it again."
            )


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _letters(number: int) -> str:
    return "".join(_letters_of(number))[::-1]


def _letters_of(number: int) -> Iterator[str]:
    """The letters of a column, the last one first."""
    while number:
        number, rest = divmod(number - 1, 26)
        yield chr(ord("A") + rest)


def _text(cell: object) -> str:
    """The cell as a person reads it: whole numbers without a point, and yes and no."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
