"""Sheets: what comes out of a file is what stands in its cells, and what is no sheet is refused with a sentence."""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from content.cells import MAX_ROWS, SheetError, SheetLine, unmark_text
from content.sheets import MAX_BYTES, csv_file, read_sheet
from content.workbooks import workbook_file

ROWS = [["id", "title"], ["AC-01", 'Reviews, "all" of them\nevery quarter'], ["VM-01", "=cmd|' /C calc'!A0"]]
MEANT = [
    SheetLine(1, ("id", "title")),
    SheetLine(2, ("AC-01", ROWS[1][1])),
    SheetLine(3, ("VM-01", "'=cmd|' /C calc'!A0")),
]
Draw = Callable[[xlsxwriter.Workbook], object]


def book(draw: Draw) -> bytes:
    """A workbook as somebody drew it in Excel."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as workbook:
        draw(workbook)
    return written.getvalue()


def packed(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return written.getvalue()


def with_part(workbook: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one part more, or another content of it."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return written.getvalue()


PLAIN = workbook_file(ROWS, "Controls")


@pytest.mark.parametrize("content", [csv_file(ROWS), PLAIN])
def test_what_is_written_is_read_again(content: bytes):
    assert read_sheet(content) == MEANT
    assert [unmark_text(cell) for cell in MEANT[2].cells] == ROWS[2]


TEXTS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], include_characters="\n='"),
    max_size=30,
)


@given(st.lists(TEXTS.map(str.strip), min_size=1, max_size=4))
def test_no_text_is_changed_on_the_way(cells: list[str]):
    row = ["id", *cells]
    for content in (csv_file([row]), workbook_file([row], "Controls")):
        [line] = read_sheet(content)
        assert [unmark_text(cell) for cell in line.cells][: len(row)] == row
        assert not any(cell[:1] in ("=", "+", "-", "@") for cell in line.cells if cell), "nothing runs"


@pytest.mark.parametrize(
    "text",
    [
        '\ufeffid,title\r\nAC-01,"Zugriff,\r\n„alle“"\r\n',
        'id;title\r\nAC-01;"Zugriff,\n„alle“"\r\n',
        'sep=;\r\nid;title\r\nAC-01;"Zugriff,\n„alle“"',
        'id\ttitle\nAC-01\t"Zugriff,\r„alle“"',
    ],
    ids=["BOM and CRLF", "semicolons", "a line that names the separator", "tabs"],
)
def test_csv_as_spreadsheets_write_it(text: str):
    assert read_sheet(text.encode()) == [
        SheetLine(1, ("id", "title")),
        SheetLine(2, ("AC-01", "Zugriff,\n„alle“")),
    ]


def test_blank_rows_are_counted_and_left_out():
    assert [line.number for line in read_sheet(b"id\n\n  \nAC-01\n,,\nAC-02\n")] == [1, 4, 6]


def test_numbers_and_ticks_of_a_workbook_are_read_as_they_look():
    def draw(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write_row(2, 1, ["id", 10, 2.5, True])

    assert read_sheet(book(draw)) == [SheetLine(3, ("", "id", "10", "2.5", "yes"))]


def far_away(workbook: xlsxwriter.Workbook) -> None:
    sheet = workbook.add_worksheet()
    sheet.write(0, 0, "id")
    sheet.write(1_048_575, 16_383, "x")


def far_away_but_empty(workbook: xlsxwriter.Workbook) -> None:
    sheet = workbook.add_worksheet()
    sheet.write(0, 0, "id")
    sheet.write_blank(1_048_575, 16_383, None, workbook.add_format({"bold": True}))


def test_a_far_cell_that_is_only_coloured_does_no_harm():
    assert read_sheet(book(far_away_but_empty)) == [SheetLine(1, ("id",))]


def two_sheets(workbook: xlsxwriter.Workbook) -> None:
    for name in ("Controls", "Notes"):
        workbook.add_worksheet(name).write(0, 0, "id")


def a_second_that_is_empty(workbook: xlsxwriter.Workbook) -> None:
    workbook.add_worksheet("Empty")
    workbook.add_worksheet("Controls").write(0, 0, "id")


def test_an_empty_sheet_beside_it_does_no_harm():
    assert read_sheet(book(a_second_that_is_empty)) == [SheetLine(1, ("id",))]


SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
SPOILED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "The sheet is empty"),
    "blanks": (b" \n,,\n", "The sheet is empty"),
    "Latin-1": ("id,title\nAC-01,Prüfung".encode("latin-1"), "The file is not UTF-8 text (line 2)"),
    "UTF-16": ("id,title".encode("utf-16"), "The file is not UTF-8 text (line 1)"),
    "an open quotation mark": (b'id,title\nAC-01,"open\nAC-02,x', "Row 2 cannot be read as CSV"),
    "50 MB": (b"x" * 50_000_000, "The file is larger than 10 MB"),
    "many rows": (b"id\n" * (MAX_ROWS + 1), "The sheet has more than 10,000 rows"),
    "a zip": (packed(notes_dot_txt=b"hello"), "The file is a zip, and no Excel workbook"),
    "half a workbook": (PLAIN[: len(PLAIN) // 2], "The file is no workbook that can be read"),
    "a workbook of rubbish": (with_part(PLAIN, SHEET, b"<worksheet"), "The file is no workbook that can be read"),
    "a row of rubbish": (
        with_part(PLAIN, SHEET, b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                                b'<sheetData><row r="x"/></sheetData></worksheet>'),
        "The file is no workbook that can be read",
    ),
    "entities": (with_part(PLAIN, SHEET, ENTITIES), "The file is no workbook that can be read"),
    "macros": (with_part(PLAIN, "xl/vbaProject.bin", b"x"), "The workbook has macros. Save it as .xlsx"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "This is a workbook of an old format"),
    "a zip bomb": (with_part(PLAIN, "xl/media/image.png", bytes(60_000_000)), "The workbook is damaged, or unpacks"),
    "no cells": (book(lambda workbook: workbook.add_worksheet()), "The sheet is empty"),
    "two sheets": (book(two_sheets), "The workbook has 2 sheets with something in them"),
    "a far cell": (book(far_away), "The sheet has a cell in row 1,048,576, column 16,384"),
    "formulas": (
        book(lambda workbook: [workbook.add_worksheet().write_formula(row, 27, "=1+1") for row in (1,)]),
        "The sheet has formulas (AB2). Paste their values over them",
    ),
    "merged cells": (
        book(lambda workbook: workbook.add_worksheet().merge_range(1, 0, 2, 1, "x")),
        "The sheet has merged cells (A2:B3). Unmerge them",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_what_is_no_sheet_is_refused_with_a_sentence(name: str):
    content, sentence = SPOILED[name]
    with pytest.raises(SheetError) as refusal:
        read_sheet(content)
    assert str(refusal.value).startswith(sentence)
    assert "\n" not in str(refusal.value)


@given(st.binary(max_size=400).map(lambda tail: b"PK\x03\x04" + tail) | st.binary(max_size=400))
def test_rubbish_is_read_or_refused(content: bytes):
    """Anything else that is raised would be a traceback at the terminal."""
    with suppress(SheetError):
        assert read_sheet(content)


def test_a_megabyte_too_much_is_not_read():
    with pytest.raises(SheetError, match="larger than 10 MB"):
        read_sheet(bytes(MAX_BYTES + 1))
