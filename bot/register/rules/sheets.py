"""Reads a sheet of controls: each row becomes a control with its owner and backup, or the sheet is refused.

The columns are the fields of a control in the content, and its owner and backup. Where the sheet has no such column,
or names no owner, what is stored stays.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from itertools import chain, zip_longest

from pydantic import ValidationError

from bot.sheet_mistakes import (
    ID_LENGTH,
    WHOLE_ROW,
    ColumnMistake,
    SheetMistake,
    SheetMistakes,
    cell_faults,
    shorten_cell,
    term_of,
    unknown_term,
)
from content.building import reason_of
from content.cells import SheetError, SheetLine, unmark_text
from content.library import SERIES_SIZES
from content.models import ControlSpec
from storage.people import Person, directory, person_named
from storage.programme import Control
from storage.terms import Cadence, OwnershipRole, TriggerKind

OWNER_COLUMNS = {"owner": OwnershipRole.PRIMARY, "backup": OwnershipRole.BACKUP}
FIELDS = tuple(ControlSpec.model_fields)
COLUMNS = (*FIELDS, *OWNER_COLUMNS)
_KNOWN_COLUMNS = f"known are {', '.join(COLUMNS)}"
_NEEDED_FIELDS = tuple(name for name, field in ControlSpec.model_fields.items() if field.is_required())
_TERM_FIELDS = ("cadence", "triggered_by")
LIST_FIELDS = ("criteria", "objectives", "requests")
_CONTROL_ID = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*")
_CRITERION = re.compile(r"([A-Z]+[0-9])\.[0-9]+")
_SERIES = dict(chain.from_iterable(sizes.items() for sizes in SERIES_SIZES.values()))
_CRITERIA = frozenset(
    f"{series}.{number}" for series, size in _SERIES.items() for number in range(1, size + 1)
)
_EXAMPLE = {
    "id": "EXAMPLE-01",
    "title": "Quarterly user access review",
    "does": "Compare the full list of users and their rights with who needs them, and remove what no longer fits.",
    "why": "Rights that are no longer needed are the easiest way in.",
    "owner_role": "Engineering",
    "cadence": "quarterly",
    "due_days": "10",
    "grace_days": "5",
    "evidence": "The full user listing with query and date, the decision for each account, and who reviewed it.",
    "criteria": "CC6.2, CC6.3",
    "owner": "owner@example.com",
    "backup": "backup@example.com",
}
Cells = Mapping[str, str]


@dataclass(frozen=True)
class StoredProgramme:
    """What a sheet is compared with.

    ``controls`` are the cells of each control by its id, ``objectives`` the ids of management's control objectives,
    ``requests`` the numbers of the typical requests, ``holders`` the ids of the present owners and backups.
    """

    controls: Mapping[str, Cells]
    objectives: Collection[str]
    requests: Collection[int]
    people: Sequence[Person]
    holders: Mapping[tuple[str, OwnershipRole], str]

    @cached_property
    def directory(self) -> dict[str, Person]:
        return directory(self.people)

    @cached_property
    def may_own(self) -> frozenset[str]:
        """The ids of the people who may own a control."""
        return frozenset(person.id for person in self.people if person.may_act)


@dataclass(frozen=True)
class ControlRow:
    """A control as the sheet has it; ``owners`` are the people whom the row names."""

    number: int
    spec: ControlSpec
    owners: Mapping[OwnershipRole, Person]


def read_control_rows(lines: Sequence[SheetLine], stored: StoredProgramme) -> list[ControlRow]:
    """Raises SheetError for a header that cannot be read, and SheetMistakes with every mistake of all rows."""
    columns = _columns(lines[0])
    if len(lines) == 1:
        raise SheetError("The sheet has a header, and no control below it.")
    rows: list[ControlRow] = []
    mistakes: list[SheetMistake] = []
    first_lines: dict[str, int] = {}
    for line in lines[1:]:
        by_column = list(zip_longest(columns, line.cells, fillvalue=""))
        cells = {name: cell for name, cell in by_column if name}
        row, row_mistakes = _row(line, cells, stored)
        control_id = cells["id"]
        if control_id and (first := first_lines.setdefault(control_id, line.number)) != line.number:
            row_mistakes.append(("id", f"{control_id} stands in row {first} already"))
        if any(cell for name, cell in by_column if not name):
            row_mistakes.append(
                ("without a name", "there is something in it; give the column a name, or empty it")
            )
        mistakes += [SheetMistake(line.number, column, words) for column, words in row_mistakes]
        rows += [row] if row else []
    if mistakes:
        raise SheetMistakes(mistakes)
    return rows


def control_template() -> list[list[str]]:
    """The columns, and one row that shows how to fill them; a row with the id of the example is never imported."""
    return [list(COLUMNS), list({**dict.fromkeys(COLUMNS, ""), **_EXAMPLE}.values())]


def control_cells(control: Control | ControlSpec) -> dict[str, str]:
    """The control's fields as a sheet shows them, without its owner and backup."""
    return {name: _cell(getattr(control, name)) for name in FIELDS}


def _cell(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def name_in_sheet(person: Person, directory: Mapping[str, Person]) -> str:
    """The person's e-mail, or their Slack id where the e-mail names another person or none."""
    namesake = person_named(person.email or "", directory)
    return person.email if person.email and namesake is person else person.id


def _columns(header: SheetLine) -> list[str]:
    """The field of each column, in order; an empty string for a column without a name."""
    columns = [re.sub(r"[\s-]+", "_", cell.lower()) for cell in header.cells]
    mistakes = [
        SheetMistake(header.number, cell, words)
        for cell, name in zip(header.cells, columns, strict=True)
        for words in _not_a_column(name, columns)
    ]
    if mistakes:
        raise SheetMistakes(mistakes)
    if "id" not in columns:
        raise SheetError(
            f"Row {header.number} must name the columns, and one of them must be “id”; {_KNOWN_COLUMNS}."
        )
    return columns


def _not_a_column(name: str, columns: Sequence[str]) -> Iterator[str]:
    if name and name not in COLUMNS:
        near = get_close_matches(name, COLUMNS, 1, 0.6)
        yield "there is no such column; " + (f"did you mean {near[0]}?" if near else _KNOWN_COLUMNS)
    elif name and columns.count(name) > 1:
        yield "there is more than one of this name"


def _row(
    line: SheetLine, raw: Cells, stored: StoredProgramme
) -> tuple[ControlRow | None, list[ColumnMistake]]:
    """The row, or column by column what is mistakes with it."""
    stored_cells = stored.controls.get(unmark_text(raw["id"]), {})
    cells = {
        **dict.fromkeys(COLUMNS, ""),
        **stored_cells,
        **{name: unmark_text(cell) for name, cell in raw.items()},
    }
    if cells["id"] == _EXAMPLE["id"]:
        return None, [("id", "this is the example of the template; delete the row")]
    mistakes = [(name, words) for name, cell in raw.items() for words in cell_faults(cell)]
    people = {role: person_named(cells[column], stored.directory) for column, role in OWNER_COLUMNS.items()}
    owners = {role: person for role, person in people.items() if person}
    misfits = [*_misfits(cells, stored, is_new=not stored_cells), *_wrong_people(cells, owners, stored)]
    mistakes += _in_other_columns(mistakes, misfits)
    try:
        spec = ControlSpec.model_validate(_values(cells))
    except ValidationError as error:
        invalid = _in_other_columns(mistakes, _invalid(error, cells))
        mistakes += [mistake for mistake in invalid if mistake[0] != WHOLE_ROW or not mistakes]
    if any(column == "id" for column, _ in mistakes):
        # Without a known id, nobody can say which of the absent columns the control needs.
        mistakes = [mistake for mistake in mistakes if mistake[0] in raw]
    return (None, mistakes) if mistakes else (ControlRow(line.number, spec, owners), [])


def _in_other_columns(
    mistakes: Sequence[ColumnMistake], more: Iterable[ColumnMistake]
) -> list[ColumnMistake]:
    """The mistakes that further checks found in columns without a mistake so far."""
    columns = {column for column, _ in mistakes}
    return [mistake for mistake in more if mistake[0] not in columns]


def _misfits(cells: Cells, stored: StoredProgramme, *, is_new: bool) -> Iterator[ColumnMistake]:
    if not _CONTROL_ID.fullmatch(cells["id"]) or len(cells["id"]) > ID_LENGTH:
        yield (
            "id",
            f"“{shorten_cell(cells['id'])}” must be capitals and digits joined by hyphens, such as AC-01",
        )
    needed = f"{cells['id']} is new, so it is needed" if is_new else "it must not be empty"
    yield from ((name, needed) for name in _NEEDED_FIELDS if name != "id" and not cells[name])
    yield from _unknown_term(cells["cadence"], "cadence", "cadence", Cadence)
    yield from _unknown_term(
        cells["triggered_by"], "triggered_by", "event that sets a control off", TriggerKind
    )
    for criterion in _items(cells["criteria"]):
        if criterion not in _CRITERIA:
            yield "criteria", _no_criterion(criterion)
    for objective in _items(cells["objectives"]):
        if objective not in stored.objectives:
            yield (
                "objectives",
                f"{shorten_cell(objective)} is no control objective; known are {_all(stored.objectives)}",
            )
    for request in _items(cells["requests"]):
        if request not in {str(number) for number in stored.requests}:
            yield (
                "requests",
                f"{shorten_cell(request)} is no typical request; they have the numbers 1 to {max(stored.requests)}",
            )
    for name in LIST_FIELDS:
        items = _items(cells[name])
        yield from ((name, f"{item} stands there twice") for item in sorted(_doubled(items)))
    if not _items(cells["criteria"]) and not _items(cells["objectives"]):
        yield "criteria", "a control serves at least one criterion, or one of the objectives; here is neither"


def _unknown_term(cell: str, column: str, noun: str, vocabulary: type[StrEnum]) -> Iterator[ColumnMistake]:
    if cell and term_of(cell) not in tuple(vocabulary):
        yield column, unknown_term(cell, noun, list(vocabulary))


def _no_criterion(criterion: str) -> str:
    """Source: TSP section 100, by its series."""
    match = _CRITERION.fullmatch(criterion)
    if match and (size := _SERIES.get(match[1])):
        range_ = f"{match[1]}.1" if size == 1 else f"{match[1]}.1 to {match[1]}.{size}"
        return f"{criterion} does not exist; {match[1]} has {range_}"
    near = get_close_matches(criterion.upper(), sorted(_CRITERIA), 1, 0.6)
    return f"{shorten_cell(criterion)} does not exist; " + (
        f"did you mean {near[0]}?" if near else "one is CC6.1"
    )


def _wrong_people(
    cells: Cells, owners: Mapping[OwnershipRole, Person], stored: StoredProgramme
) -> Iterator[ColumnMistake]:
    """A new owner or backup must be able to own a control, as in the form with which a lead assigns one."""
    holders = {role: stored.holders.get((cells["id"], role)) for role in OWNER_COLUMNS.values()}
    after = {**holders, **{role: person.id for role, person in owners.items()}}
    for column, role in OWNER_COLUMNS.items():
        if cells[column] and role not in owners:
            yield column, _unknown_person(cells[column], stored.people)
        elif after[role] != holders[role] and after[role] not in stored.may_own:
            yield column, f"{owners[role].name} cannot own a control; only full, active members can"
    changed = {column for column, role in OWNER_COLUMNS.items() if after[role] != holders[role]}
    if changed and after[OwnershipRole.PRIMARY] == after[OwnershipRole.BACKUP]:
        yield min(changed), f"{cells[min(changed)]} would be owner and backup; they must be two people"
    elif changed == {"backup"} and not cells["owner"] and after[OwnershipRole.PRIMARY] not in stored.may_own:
        yield "owner", "a backup needs an owner beside it, and there is none yet"


def _unknown_person(text: str, people: Iterable[Person]) -> str:
    """The suggestion is an address with the same first letter, since a company has many addresses."""
    first = text[:1].lower()
    addresses = [person.email.lower() for person in people if person.may_act and person.email]
    near = get_close_matches(text.lower(), [each for each in addresses if each.startswith(first)], 1, 0.8)
    return f"nobody here is known as {shorten_cell(text)}" + (f"; did you mean {near[0]}?" if near else "")


def _values(cells: Cells) -> dict[str, object]:
    """The cells as the model takes them; an empty cell that is not needed leaves the model's default."""
    filled = {name: cells[name] for name in FIELDS if cells[name] or name in _NEEDED_FIELDS}
    terms = {name: term_of(cell) for name, cell in filled.items() if name in _TERM_FIELDS}
    values: dict[str, object] = {**filled, **terms}
    return values | {name: _items(cell) for name, cell in filled.items() if name in LIST_FIELDS}


def _invalid(error: ValidationError, cells: Cells) -> Iterator[ColumnMistake]:
    for details in error.errors(include_url=False):
        if not details["loc"]:
            yield WHOLE_ROW, reason_of(details)
        else:
            column = str(details["loc"][0])
            yield column, f"“{shorten_cell(cells[column])}” {reason_of(details)}"


def _items(cell: str) -> list[str]:
    return [item for item in re.split(r"[,;\s]+", cell) if item]


def _doubled(items: Sequence[str]) -> set[str]:
    return {item for item in items if items.count(item) > 1}


def _all(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"
