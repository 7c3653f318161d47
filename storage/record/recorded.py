"""Recorded nouns: every change of their rows has an entry in the record. And how rows are named in it, as table/id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import bindparam, inspect, update
from sqlmodel import SQLModel

from storage.prepared import Prepared, row_of


class Recorded(SQLModel):
    """A noun whose every row must equal what the last entry that states it says.

    ``personal`` columns enter the record as salted commitments; ``passing`` columns (leases, next nags) not at all.
    """

    personal: ClassVar[frozenset[str]] = frozenset()
    passing: ClassVar[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row that is inserted together with its entry at the end of the transaction; no query finds it before.

    It is for rows by the thousand: an object of the noun for each row would take most of the time that Slack waits.
    """

    noun: type[Recorded]
    values: Mapping[str, Any]
    subject: str


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A stored row after a change of the columns ``changed``, which is written together with its entry."""

    noun: type[Recorded]
    values: Mapping[str, Any]
    changed: tuple[str, ...]
    subject: str


PlainRow = NewRow | ChangedRow


def new_row(noun: type[Recorded], **values: Any) -> NewRow:
    """A column without a value gets its default."""
    row = row_of(noun, values)
    return NewRow(noun, row, subject_name(noun, [row[name] for name in _key_names(noun)]))


def changed_row(noun: type[Recorded], row: Mapping[str, Any], **changes: Any) -> ChangedRow:
    """``row`` has every column, as it was read in this transaction and locked."""
    values = {**row, **changes}
    subject = subject_name(noun, [row[name] for name in _key_names(noun)])
    return ChangedRow(noun, values, tuple(sorted(changes)), subject)


def subject_of(row: Recorded | PlainRow) -> str:
    if isinstance(row, PlainRow):
        return row.subject
    return subject_name(type(row), inspect(row).mapper.primary_key_from_instance(row))


def subject_name(noun: type[Recorded], key: Sequence[Any]) -> str:
    return "/".join([str(noun.__tablename__), *map(str, key)])


@cache
def stated_columns(noun: type[Recorded]) -> tuple[str, ...]:
    return tuple(name for name in noun.model_fields if name not in noun.passing)


@cache
def update_of(noun: type[Recorded], changed: tuple[str, ...]) -> Prepared:
    """Updates these columns of the row with the key; each value is named new_ or old_ and its column."""
    table = inspect(noun).local_table
    parts = [table.c[name] == bindparam(f"old_{name}") for name in _key_names(noun)]
    return Prepared(update(table).where(*parts).values({name: bindparam(f"new_{name}") for name in changed}))


def update_values(row: ChangedRow) -> dict[str, Any]:
    new = {f"new_{name}": row.values[name] for name in row.changed}
    return new | {f"old_{name}": row.values[name] for name in _key_names(row.noun)}


@cache
def _key_names(noun: type[Recorded]) -> tuple[str, ...]:
    return tuple(column.name for column in inspect(noun).primary_key)


class Actor(StrEnum):
    """Who acted where no person did: Socrates by its clock, or the setup by files, settings and Slack's directory."""

    SOCRATES = "socrates"
    SETUP = "setup"
