"""What an import would change: the rows of a sheet against what is stored, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.register.rules.sheets import FIELDS, LISTS, Cells, Row, StoredProgramme, cells_of
from content.models import ControlSpec
from storage.people import Person
from storage.terms import OwnershipRole

MOVES_THE_SCHEDULE = frozenset({"cadence", "due_days", "grace_days", *LISTS})


@dataclass(frozen=True)
class CellChange:
    """A field of a control whose cell is another one than what is stored."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class ImportRow:
    """A row that does something: to a new control, or to one that is there; ``offers`` are asked to own it."""

    spec: ControlSpec
    is_new: bool
    changes: tuple[CellChange, ...]
    offers: Mapping[OwnershipRole, Person]

    @property
    def moves_the_schedule(self) -> bool:
        return not MOVES_THE_SCHEDULE.isdisjoint(change.field for change in self.changes)


@dataclass(frozen=True)
class ImportPlan:
    """``absent`` are the controls that are stored and not in the sheet: an import removes none."""

    planned: tuple[ImportRow, ...]
    unchanged: int
    absent: tuple[str, ...]

    @property
    def added(self) -> list[ImportRow]:
        return [each for each in self.planned if each.is_new]

    @property
    def changed(self) -> list[ImportRow]:
        return [each for each in self.planned if each.changes]

    @property
    def offered(self) -> list[ImportRow]:
        return [each for each in self.planned if each.offers]


def plan_of(rows: Sequence[Row], known: StoredProgramme) -> ImportPlan:
    planned = [_planned(row, known) for row in rows]
    doing = tuple(each for each in planned if each.is_new or each.changes or each.offers)
    absent = sorted(known.controls.keys() - {row.spec.id for row in rows})
    return ImportPlan(doing, unchanged=len(rows) - len(doing), absent=tuple(absent))


def differences(before: Cells, after: Cells) -> tuple[CellChange, ...]:
    return tuple(
        CellChange(field, before[field], after[field])
        for field in FIELDS
        if not _same(field, before[field], after[field])
    )


def _planned(row: Row, known: StoredProgramme) -> ImportRow:
    stored = known.controls.get(row.spec.id)
    changes = differences(stored, cells_of(row.spec)) if stored else ()
    offers = {
        role: person
        for role, person in row.owners.items()
        if known.holders.get((row.spec.id, role)) != person.id
    }
    return ImportRow(row.spec, stored is None, changes, offers)


def _same(field: str, before: str, after: str) -> bool:
    """The order of what a control serves says nothing."""
    if field in LISTS:
        return set(before.split(", ")) == set(after.split(", "))
    return before == after
