"""A sheet of controls as its reader meant it: each row a control with the people named in it, or every mistake in it.

The columns are the fields of a control in the content, and its owner and backup. A column that is not there, and an
owner that is not named, leave as it is what is stored.
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
    Mistake,
    Mistaken,
    Told,
    short,
    term_of,
    unknown_term,
    unusable,
)
from content.building import reason_of
from content.cells import Line, SheetError, unmarked
from content.library import SERIES_SIZES
from content.models import ControlSpec
from storage.people import Person, directory, person_named
from storage.programme import Control
from storage.terms import Cadence, OwnershipRole, TriggerKind

OWNERS = {"owner": OwnershipRole.PRIMARY, "backup": OwnershipRole.BACKUP}
FIELDS = tuple(ControlSpec.model_fields)
COLUMNS = (*FIELDS, *OWNERS)
KNOWN_COLUMNS = f"known are {', '.join(COLUMNS)}"
NEEDED = tuple(name for name, field in ControlSpec.model_fields.items() if field.is_required())
TERMS = ("cadence", "triggered_by")
LISTS = ("criteria", "objectives", "requests")
CODE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*")
CRITERION = re.compile(r"([A-Z]+[0-9])\.[0-9]+")
SERIES = dict(chain.from_iterable(sizes.items() for sizes in SERIES_SIZES.values()))
CRITERIA = frozenset(f"{series}.{number}" for series, size in SERIES.items() for number in range(1, size + 1))
EXAMPLE = {
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
    """What is stored: the cells of each control by its id, management's objectives, everyone, and the id of who
    holds a control now; and the numbers of the typical requests."""

    controls: Mapping[str, Cells]
    objectives: Collection[str]
    requests: Collection[int]
    people: Sequence[Person]
    holders: Mapping[tuple[str, OwnershipRole], str]

    @cached_property
    def directory(self) -> dict[str, Person]:
        return directory(self.people)

    @cached_property
    def able(self) -> frozenset[str]:
        """Ids of those who may own a control."""
        return frozenset(person.id for person in self.people if person.may_act)


@dataclass(frozen=True)
class Row:
    """A control as the sheet has it; ``owners`` are those whom the row names."""

    number: int
    spec: ControlSpec
    owners: Mapping[OwnershipRole, Person]


def read_rows(lines: Sequence[Line], known: StoredProgramme) -> list[Row]:
    """Raises SheetError for a header that is not understood, and Mistaken with every mistake of all rows."""
    columns = _columns(lines[0])
    if len(lines) == 1:
        raise SheetError("The sheet has a header, and no control below it.")
    rows: list[Row] = []
    mistakes: list[Mistake] = []
    first_at: dict[str, int] = {}
    for line in lines[1:]:
        placed = list(zip_longest(columns, line.cells, fillvalue=""))
        cells = {name: cell for name, cell in placed if name}
        row, wrong = _row(line, cells, known)
        control_id = cells["id"]
        if control_id and (first := first_at.setdefault(control_id, line.number)) != line.number:
            wrong.append(("id", f"{control_id} stands in row {first} already"))
        if any(cell for name, cell in placed if not name):
            wrong.append(("without a name", "there is something in it; give the column a name, or empty it"))
        mistakes += [Mistake(line.number, column, words) for column, words in wrong]
        rows += [row] if row else []
    if mistakes:
        raise Mistaken(mistakes)
    return rows


def template() -> list[list[str]]:
    """The columns, and one row to show how they are filled; a row of its id is never imported."""
    return [list(COLUMNS), list({**dict.fromkeys(COLUMNS, ""), **EXAMPLE}.values())]


def cells_of(control: Control | ControlSpec) -> dict[str, str]:
    """The control as a sheet shows it, without the people."""
    return {name: shown(getattr(control, name)) for name in FIELDS}


def shown(value: object) -> str:
    """A field of a control as a cell."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def name_for(person: Person, directory: Mapping[str, Person]) -> str:
    """What names this person in a sheet: the e-mail, or where that names another or none, the Slack id."""
    named = person_named(person.email or "", directory)
    return person.email if person.email and named is person else person.id


def _columns(header: Line) -> list[str]:
    """The fields that the columns hold, in order; empty for one without a name."""
    columns = [re.sub(r"[\s-]+", "_", cell.lower()) for cell in header.cells]
    wrong = [
        Mistake(header.number, cell, words)
        for cell, name in zip(header.cells, columns, strict=True)
        for words in _not_a_column(name, columns)
    ]
    if wrong:
        raise Mistaken(wrong)
    if "id" not in columns:
        raise SheetError(
            f"Row {header.number} must name the columns, and one of them must be “id”; {KNOWN_COLUMNS}."
        )
    return columns


def _not_a_column(name: str, columns: Sequence[str]) -> Iterator[str]:
    if name and name not in COLUMNS:
        near = get_close_matches(name, COLUMNS, 1, 0.6)
        yield "there is no such column; " + (f"did you mean {near[0]}?" if near else KNOWN_COLUMNS)
    elif name and columns.count(name) > 1:
        yield "there is more than one of this name"


def _row(line: Line, raw: Cells, known: StoredProgramme) -> tuple[Row | None, list[Told]]:
    """The row as it was meant, or column by column what is wrong with it."""
    cells = {name: unmarked(cell) for name, cell in raw.items()}
    stored = known.controls.get(cells["id"], {})
    said = {**dict.fromkeys(COLUMNS, ""), **stored, **cells}
    if said["id"] == EXAMPLE["id"]:
        return None, [("id", "this is the example of the template; delete the row")]
    wrong = [(name, words) for name, cell in raw.items() for words in unusable(cell)]
    named = {role: person_named(said[column], known.directory) for column, role in OWNERS.items()}
    owners = {role: person for role, person in named.items() if person}
    wrong += _elsewhere(wrong, [*_misfits(said, stored, known), *_wrong_people(said, owners, known)])
    try:
        spec = ControlSpec.model_validate(_values(said))
    except ValidationError as error:
        invalid = _elsewhere(wrong, _invalid(error, said))
        wrong += [told for told in invalid if told[0] != WHOLE_ROW or not wrong]
    if any(column == "id" for column, _ in wrong):  # which control it is, and so what it lacks, is not known
        wrong = [told for told in wrong if told[0] in raw]
    return (None, wrong) if wrong else (Row(line.number, spec, owners), [])


def _elsewhere(wrong: Sequence[Told], more: Iterable[Told]) -> list[Told]:
    """What further checks found in columns that nothing was wrong with before."""
    columns = {column for column, _ in wrong}
    return [told for told in more if told[0] not in columns]


def _misfits(said: Cells, stored: Cells, known: StoredProgramme) -> Iterator[Told]:
    if not CODE.fullmatch(said["id"]) or len(said["id"]) > ID_LENGTH:
        yield "id", f"“{short(said['id'])}” must be capitals and digits joined by hyphens, such as AC-01"
    needed = "it must not be empty" if stored else f"{said['id']} is new, so it is needed"
    yield from ((name, needed) for name in NEEDED if name != "id" and not said[name])
    yield from _unknown_term(said["cadence"], "cadence", "cadence", Cadence)
    yield from _unknown_term(
        said["triggered_by"], "triggered_by", "event that sets a control off", TriggerKind
    )
    for criterion in _listed(said["criteria"]):
        if criterion not in CRITERIA:
            yield "criteria", _no_criterion(criterion)
    for objective in _listed(said["objectives"]):
        if objective not in known.objectives:
            yield (
                "objectives",
                f"{short(objective)} is no control objective; known are {_all(known.objectives)}",
            )
    for request in _listed(said["requests"]):
        if request not in {str(number) for number in known.requests}:
            yield (
                "requests",
                f"{short(request)} is no typical request; they have the numbers 1 to {max(known.requests)}",
            )
    for name in LISTS:
        items = _listed(said[name])
        yield from ((name, f"{item} stands there twice") for item in sorted(_doubled(items)))
    if not _listed(said["criteria"]) and not _listed(said["objectives"]):
        yield "criteria", "a control serves at least one criterion, or one of the objectives; here is neither"


def _unknown_term(cell: str, column: str, noun: str, vocabulary: type[StrEnum]) -> Iterator[Told]:
    if cell and term_of(cell) not in tuple(vocabulary):
        yield column, unknown_term(cell, noun, list(vocabulary))


def _no_criterion(criterion: str) -> str:
    """Source: TSP section 100, by its series."""
    found = CRITERION.fullmatch(criterion)
    if found and (size := SERIES.get(found[1])):
        there = f"{found[1]}.1" if size == 1 else f"{found[1]}.1 to {found[1]}.{size}"
        return f"{criterion} does not exist; {found[1]} has {there}"
    near = get_close_matches(criterion.upper(), sorted(CRITERIA), 1, 0.6)
    return f"{short(criterion)} does not exist; " + (f"did you mean {near[0]}?" if near else "one is CC6.1")


def _wrong_people(
    said: Cells, owners: Mapping[OwnershipRole, Person], known: StoredProgramme
) -> Iterator[Told]:
    """Who is named anew must be able to own a control, as in the form that a lead assigns with."""
    holders = {role: known.holders.get((said["id"], role)) for role in OWNERS.values()}
    after = {**holders, **{role: person.id for role, person in owners.items()}}
    for column, role in OWNERS.items():
        if said[column] and role not in owners:
            yield column, _nobody(said[column], known.people)
        elif after[role] != holders[role] and after[role] not in known.able:
            yield column, f"{owners[role].name} cannot own a control; only full, active members can"
    changed = {column for column, role in OWNERS.items() if after[role] != holders[role]}
    if changed and after[OwnershipRole.PRIMARY] == after[OwnershipRole.BACKUP]:
        yield min(changed), f"{said[min(changed)]} would be owner and backup; they must be two people"
    elif changed == {"backup"} and not said["owner"] and after[OwnershipRole.PRIMARY] not in known.able:
        yield "owner", "a backup needs an owner beside it, and there is none yet"


def _nobody(text: str, people: Iterable[Person]) -> str:
    """Addresses with the same first letter are compared, since a company has many."""
    first = text[:1].lower()
    addresses = [person.email.lower() for person in people if person.may_act and person.email]
    near = get_close_matches(text.lower(), [each for each in addresses if each.startswith(first)], 1, 0.8)
    return f"nobody here is known as {short(text)}" + (f"; did you mean {near[0]}?" if near else "")


def _values(said: Cells) -> dict[str, object]:
    """The cells as the model takes them; what is empty and not needed has its default."""
    filled = {name: said[name] for name in FIELDS if said[name] or name in NEEDED}
    terms = {name: term_of(cell) for name, cell in filled.items() if name in TERMS}
    values: dict[str, object] = {**filled, **terms}
    return values | {name: _listed(cell) for name, cell in filled.items() if name in LISTS}


def _invalid(error: ValidationError, said: Cells) -> Iterator[Told]:
    for found in error.errors(include_url=False):
        if not found["loc"]:
            yield WHOLE_ROW, reason_of(found)
        else:
            column = str(found["loc"][0])
            yield column, f"“{short(said[column])}” {reason_of(found)}"


def _listed(cell: str) -> list[str]:
    return [item for item in re.split(r"[,;\s]+", cell) if item]


def _doubled(items: Sequence[str]) -> set[str]:
    return {item for item in items if items.count(item) > 1}


def _all(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"
