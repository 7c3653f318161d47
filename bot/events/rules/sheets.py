"""Reads a sheet of events: the events to report and how many are known already, or every mistake in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from bot.blocks.ids import Field
from bot.blocks.wording import trigger_kind_name
from bot.events.rules.events import (
    EventReport,
    date_from_words,
    event_label,
    is_same_event,
    kind_from_words,
    report_fault,
)
from bot.sheet_mistakes import (
    ColumnMistake,
    SheetMistake,
    SheetMistakes,
    cell_faults,
    shorten_cell,
    unknown_term,
)
from content.cells import SheetError, SheetLine, unmark_text
from storage.terms import TriggerKind
from storage.triggers import Trigger

EVENT, DATE, WHAT, REFERENCE = COLUMNS = ("event", "date", "what", "reference")
_NEEDED = (EVENT, DATE, WHAT)
_COLUMN_OF_FIELD = {
    Field.KIND: EVENT,
    Field.HAPPENED_ON: DATE,
    Field.WHAT: WHAT,
    Field.REFERENCE: REFERENCE,
}
_EXAMPLE = ("leaver", "2026-07-14", "EXAMPLE: Ada Nguyen", "HR-12")


@dataclass(frozen=True)
class EventPlan:
    """``reports`` in the order of the sheet; besides, how many of its events are known already or were withdrawn."""

    reports: tuple[EventReport, ...]
    known: int
    withdrawn: int


@dataclass(frozen=True)
class Circumstances:
    """What a sheet is read against: every stored event, the kinds that set a control off, and the company's date."""

    events: Sequence[Trigger]
    kinds: Sequence[TriggerKind]
    today: date


def holds_events(lines: Sequence[SheetLine]) -> bool:
    """Whether the headings are those of a sheet of events, and not of controls."""
    names = _names(lines[0])
    return EVENT in names and "id" not in names


def events_template() -> list[list[str]]:
    """The headings, and one example row, which is never imported."""
    return [list(COLUMNS), list(_EXAMPLE)]


def read_events(lines: Sequence[SheetLine], circumstances: Circumstances) -> EventPlan:
    """Raises SheetError for a header that cannot be read, and SheetMistakes with the mistakes of all rows."""
    columns = _columns(lines[0])
    if len(lines) == 1:
        raise SheetError("The sheet has a header, and no event below it.")
    mistakes: list[SheetMistake] = []
    numbered: list[tuple[int, EventReport]] = []
    for line in lines[1:]:
        cells = {name: cell for name, cell in zip_longest(columns, line.cells, fillvalue="") if name}
        wrong, report = _row({**dict.fromkeys(COLUMNS, ""), **cells}, circumstances)
        if report and (twin := next((row for row, each in numbered if _are_same(each, report)), None)):
            wrong.append(
                (REFERENCE, f"the same event stands in row {twin} already; give each a reference of its own")
            )
        mistakes += [SheetMistake(line.number, column, words) for column, words in wrong]
        numbered += [(line.number, report)] if report else []
    if mistakes:
        raise SheetMistakes(mistakes)
    return _plan([report for _, report in numbered], circumstances)


def _plan(reports: Sequence[EventReport], circumstances: Circumstances) -> EventPlan:
    known, withdrawn, to_report = 0, 0, []
    for report in reports:
        twins = [each for each in circumstances.events if is_same_event(report, each)]
        if any(each.withdrawn_at is None for each in twins):
            known += 1
        elif any(each.happened_on == report.happened_on for each in twins):
            withdrawn += 1
        else:
            to_report.append(report)
    return EventPlan(tuple(to_report), known, withdrawn)


def _row(
    raw: Mapping[str, str], circumstances: Circumstances
) -> tuple[list[ColumnMistake], EventReport | None]:
    """The mistakes by column, and the report if there are none."""
    cells = {name: unmark_text(cell) for name, cell in raw.items()}
    if cells[WHAT].startswith("EXAMPLE"):
        return [(WHAT, "this is the example of the template; delete the row")], None
    wrong = [(name, words) for name, cell in raw.items() for words in cell_faults(cell)]
    wrong += [(name, "it must not be empty") for name in _NEEDED if not cells[name]]
    columns = {column for column, _ in wrong}
    kind, happened_on = (
        kind_from_words(cells[EVENT]),
        date_from_words(re.sub(r"[ T]00:00:00$", "", cells[DATE])),
    )
    unreadable = _unreadable(cells, kind, happened_on, circumstances)
    wrong += [mistake for mistake in unreadable if mistake[0] not in columns]
    if wrong or kind is None or happened_on is None:
        return wrong, None
    report = EventReport(kind, happened_on, cells[WHAT], cells[REFERENCE] or None)
    wrong += _misfits(report, circumstances)
    return wrong, None if wrong else report


def _unreadable(
    cells: Mapping[str, str], kind: TriggerKind | None, happened_on: date | None, circumstances: Circumstances
) -> Iterator[ColumnMistake]:
    if kind is None:
        yield EVENT, unknown_term(cells[EVENT], "kind of event", list(TriggerKind))
    elif kind not in circumstances.kinds:
        kinds = ", ".join(trigger_kind_name(each) for each in circumstances.kinds) or "no event yet"
        yield EVENT, f"no control of yours is set off by “{trigger_kind_name(kind)}”; they are by {kinds}"
    if happened_on is None:
        yield (
            DATE,
            f"“{shorten_cell(cells[DATE])}” is no date; write it as year-month-day, such as 2026-07-14",
        )


def _misfits(report: EventReport, circumstances: Circumstances) -> Iterator[ColumnMistake]:
    if wrong := report_fault(report, circumstances.today):
        yield _COLUMN_OF_FIELD[wrong.field], wrong.words
    for each in circumstances.events:
        moved = is_same_event(report, each) and each.happened_on != report.happened_on
        if moved and each.withdrawn_at is None:
            name = event_label(each.kind, each.number, each.happened_on)
            yield (
                DATE,
                f"{report.reference} is known as {name}; withdraw that one first if the day was wrong",
            )


def _are_same(one: EventReport, other: EventReport) -> bool:
    if one.kind is not other.kind or one.reference != other.reference:
        return False
    return bool(one.reference) or (one.happened_on, one.what.casefold()) == (
        other.happened_on,
        other.what.casefold(),
    )


def _columns(header: SheetLine) -> list[str]:
    """The names of the columns in order, empty for a column without one. Raises SheetMistakes and SheetError."""
    names = _names(header)
    wrong = [
        SheetMistake(header.number, name, f"there is no such column; known are {', '.join(COLUMNS)}")
        for name in names
        if name and name not in COLUMNS
    ]
    wrong += [
        SheetMistake(header.number, name, "there is more than one of this name")
        for name in COLUMNS
        if names.count(name) > 1
    ]
    if wrong:
        raise SheetMistakes(wrong)
    if missing := [name for name in _NEEDED if name not in names]:
        raise SheetError(f"Row {header.number} must name the columns; there is none called {missing[0]}.")
    return names


def _names(header: SheetLine) -> list[str]:
    return [cell.strip().lower() for cell in header.cells]
