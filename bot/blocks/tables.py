"""Slack's data table as a plain dict, which `slack_sdk` does not model, and its plain-text twin."""

from collections.abc import Sequence

from bot.blocks import limits
from bot.blocks.limits import Block, shorten
from bot.blocks.rich import Part, or_blank, prose

Value = str | int


def data_table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> Block:
    """Slack's sortable table, at most one a message; the first column names the row.

    Slack refuses a table without rows: the caption alone then says that there are none.
    """
    limits.at_most(limits.TABLE_COLUMNS, columns, "columns in a table")
    if not rows:
        return prose(f"{caption}: none.")
    cells = [[_cell(value) for _, value in zip(columns, row, strict=True)] for row in rows]
    head = [_cell(str(name)) for name in columns]
    kept = _rows_within(limits.TABLE_TEXT - limits.text_length(head), cells[: limits.TABLE_ROWS])
    cut = f" (the first {len(kept)} of {len(rows)})" if len(kept) < len(rows) else ""
    return {
        "type": "data_table",
        "caption": caption + cut,
        "rows": [head, *kept],
        "row_header_column_index": 0,
    }


def table_text(columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> str:
    """The table as text for a fallback: a line a row, each value after the name of its column."""
    labelled = [
        [f"{name}: {value}" for name, value in zip(columns[1:], row[1:], strict=True)] for row in rows
    ]
    return "\n".join(". ".join([str(row[0]), *values]) for row, values in zip(rows, labelled, strict=True))


def _rows_within(room: int, cells: Sequence[list[Part]]) -> list[list[Part]]:
    kept = []
    for row in cells:
        room -= limits.text_length(row)
        if room < 0:
            break
        kept.append(row)
    return kept


def _cell(value: Value) -> Part:
    if isinstance(value, int):
        return {"type": "raw_number", "value": value, "text": str(value)}
    return {"type": "raw_text", "text": shorten(or_blank(value), limits.TABLE_CELL)}
