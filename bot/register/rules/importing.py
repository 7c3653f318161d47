"""What an import would change: compares the rows of a sheet with the stored controls, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.register.rules.sheets import FIELDS, LIST_FIELDS, Cells, ControlRow, StoredProgramme, control_cells
from content.models import ControlSpec
from storage.people import Person
from storage.terms import OwnershipRole

_SCHEDULING_FIELDS = frozenset({"cadence", "due_days", "grace_days", *LIST_FIELDS})


@dataclass(frozen=True)
class CellChange:
    """A field of a control whose cell differs from what is stored."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class ImportRow:
    """A row that adds or changes a control, or offers it to the people in ``offers``."""

    spec: ControlSpec
    is_new: bool
    changes: tuple[CellChange, ...]
    offers: Mapping[OwnershipRole, Person]

    @property
    def moves_the_schedule(self) -> bool:
        return not _SCHEDULING_FIELDS.isdisjoint(change.field for change in self.changes)


@dataclass(frozen=True)
class ImportPlan:
    """``absent`` are the ids of stored controls that the sheet does not have: an import removes none."""

    planned: tuple[ImportRow, ...]
    unchanged: int
    absent: tuple[str, ...]

    @property
    def added(self) -> list[ImportRow]:
        return [row for row in self.planned if row.is_new]

    @property
    def changed(self) -> list[ImportRow]:
        return [row for row in self.planned if row.changes]

    @property
    def offered(self) -> list[ImportRow]:
        return [row for row in self.planned if row.offers]


def import_plan(rows: Sequence[ControlRow], stored: StoredProgramme) -> ImportPlan:
    import_rows = [_import_row(row, stored) for row in rows]
    planned = tuple(row for row in import_rows if row.is_new or row.changes or row.offers)
    absent = sorted(stored.controls.keys() - {row.spec.id for row in rows})
    return ImportPlan(planned, unchanged=len(rows) - len(planned), absent=tuple(absent))


def cell_changes(before: Cells, after: Cells) -> tuple[CellChange, ...]:
    return tuple(
        CellChange(field, before[field], after[field])
        for field in FIELDS
        if not _same(field, before[field], after[field])
    )


def _import_row(row: ControlRow, stored: StoredProgramme) -> ImportRow:
    before = stored.controls.get(row.spec.id)
    changes = cell_changes(before, control_cells(row.spec)) if before else ()
    offers = {
        role: person
        for role, person in row.owners.items()
        if stored.holders.get((row.spec.id, role)) != person.id
    }
    return ImportRow(row.spec, before is None, changes, offers)


def _same(field: str, before: str, after: str) -> bool:
    """The order of a list says nothing."""
    if field in LIST_FIELDS:
        return set(before.split(", ")) == set(after.split(", "))
    return before == after
