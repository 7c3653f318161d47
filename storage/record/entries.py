"""The append-only record: what happened, in one dense sequence under one Merkle root.

Leaf v1 is the byte 0x01 followed by canonical JSON (sorted keys, no spaces, no floats, UTC microseconds).
A leaf holds a personal text as SHA-256(salt ‖ text); a side table has salt and text, and the text can be erased.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import Text, bindparam, event, inspect, update
from sqlalchemy.orm import UOWTransaction
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.prepared import Prepared, flush, insert_of
from storage.record.merkle import frontier_root, grow, leaf_hash
from storage.record.recorded import (
    NewRow,
    PlainRow,
    Recorded,
    stated_columns,
    subject_of,
    update_of,
    update_values,
)
from storage.record.rows import read_again, readable
from storage.terms import Event

LEAF_VERSION = b"\x01"
HEAD = 1
State = dict[str, Any]


class RecordEntry(SQLModel, table=True):
    """One leaf. ``subject`` is the row that it is about, as table/id; ``leaf`` is the JSON after the version byte."""

    __tablename__ = "record_entry"
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    kind: str = Field(max_length=40)
    subject: str = Field(index=True, max_length=120)
    leaf: str = Field(sa_type=Text)
    leaf_hash: str = Field(max_length=64)


class RecordHead(SQLModel, table=True):
    """The one row that orders all appends: the tree's size, and its frontier as hex hashes separated by spaces."""

    __tablename__ = "record_head"
    id: int = Field(default=HEAD, primary_key=True)
    size: int = 0
    frontier: str = Field(default="", sa_type=Text)


class RecordText(SQLModel, table=True):
    """The text that a commitment hides. Erasing sets ``text`` to null; the entry can still be proved."""

    __tablename__ = "record_text"
    commitment: str = Field(primary_key=True, max_length=64)
    subject: str = Field(index=True, max_length=120)
    salt: str = Field(max_length=64)
    text: str | None = Field(default=None, sa_type=Text)


class Checkpoint(SQLModel, table=True):
    """A signed head in C2SP tlog-checkpoint form: a later change of any entry below ``size`` can be proved."""

    __tablename__ = "checkpoint"
    size: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    root: str = Field(max_length=64)
    note: str = Field(sa_type=Text)
    at: datetime


READ_HEAD = Prepared(
    select(RecordHead.size, RecordHead.frontier).where(RecordHead.id == HEAD).with_for_update()
)
MOVE_HEAD = Prepared(
    update(RecordHead)
    .where(col(RecordHead.id) == HEAD)
    .values(size=bindparam("new_size"), frontier=bindparam("new_frontier"))
)
INSERT_ENTRY = insert_of(RecordEntry)
INSERT_TEXT = insert_of(RecordText)


class UnrecordedChange(Exception):
    """A transaction changed a recorded row without an entry, or deleted one: a fault of ours, rolled back."""


@dataclass
class Draft:
    """An entry without its number, which it gets at the end of the transaction."""

    kind: Event
    actor: str
    at: datetime
    rows: tuple[Recorded | PlainRow, ...]
    subject: str | None
    facts: Mapping[str, Any]
    texts: Mapping[str, str]


@dataclass
class Drafts:
    """The drafts of one transaction, and the names of the recorded rows that it touched or created."""

    waiting: list[Draft] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    created: set[str] = field(default_factory=set)


class RecordingSession(Session):
    """A session that notes which recorded rows a flush changes, so that none can change without an entry."""


@event.listens_for(RecordingSession, "before_flush")
def _note_changes(session: Session, _flush: UOWTransaction, _instances: object) -> None:
    drafts = drafts_of(session)
    drafts.created |= {subject_of(row) for row in session.new if isinstance(row, Recorded)}
    drafts.touched |= {
        subject_of(row) for row in session.dirty if isinstance(row, Recorded) and _recorded_change(row)
    }
    if deleted := sorted(subject_of(row) for row in session.deleted if isinstance(row, Recorded)):
        raise UnrecordedChange(", ".join(deleted))


def drafts_of(session: Session) -> Drafts:
    return session.info.setdefault("drafts", Drafts())


def append(
    session: AsyncSession,
    kind: Event,
    actor: str,
    at: datetime,
    *rows: Recorded | PlainRow,
    subject: str | None = None,
    texts: Mapping[str, str] | None = None,
    **facts: Any,
) -> None:
    """Store ``rows``, and draft an entry that states them as they will be at the end of this transaction.

    The entry is about ``subject`` (table/id), or else about the first row. ``facts`` are plain values that every
    reader may see; ``texts`` are people's words, of which the leaf holds commitments. ``actor`` is a person's id, or
    "setup" or "socrates".
    """
    session.add_all(row for row in rows if isinstance(row, Recorded) and row not in session.deleted)
    drafts_of(session.sync_session).waiting.append(Draft(kind, actor, at, rows, subject, facts, texts or {}))


async def seal(session: AsyncSession) -> None:
    """Number and chain the drafts. The last step of a transaction, since it locks the head row."""
    await flush(session)
    drafts = drafts_of(session.sync_session)
    _refuse_unrecorded(drafts)
    if not drafts.waiting:
        return
    await _write_plain(session, drafts)
    [(size, nodes)] = await READ_HEAD.rows(session)
    await _reload_stated(session, drafts)
    frontier = [bytes.fromhex(node) for node in nodes.split()]
    entries, texts = [], []
    for draft in drafts.waiting:
        entry = _entry(draft, size, texts)
        frontier = grow(frontier, size, bytes.fromhex(entry["leaf_hash"]))
        size += 1
        entries.append(entry)
    await INSERT_ENTRY.write(session, entries)
    await INSERT_TEXT.write(session, texts)
    await MOVE_HEAD.rows(session, new_size=size, new_frontier=" ".join(node.hex() for node in frontier))
    session.info.pop("drafts")


async def _write_plain(session: AsyncSession, drafts: Drafts) -> None:
    plain: dict[str, PlainRow] = {}
    for row in (row for draft in drafts.waiting for row in draft.rows if isinstance(row, PlainRow)):
        if plain.setdefault(row.subject, row) is not row:
            raise UnrecordedChange(f"{row.subject} is written twice")
    new_by_noun: dict[type[Recorded], list[Mapping[str, Any]]] = {}
    for row in plain.values():
        if isinstance(row, NewRow):
            new_by_noun.setdefault(row.noun, []).append(row.values)
        else:
            await update_of(row.noun, row.changed).rows(session, **update_values(row))
    for noun, rows in new_by_noun.items():
        await insert_of(noun).write(session, rows)


async def _reload_stated(session: AsyncSession, drafts: Drafts) -> None:
    """Reload the stated rows, since on PostgreSQL others may have changed them; under the head's lock none can."""
    stated = {
        subject_of(row): row
        for draft in drafts.waiting
        for row in draft.rows
        if isinstance(row, Recorded) and subject_of(row) not in drafts.created
    }
    by_noun: dict[type[Recorded], list[Recorded]] = {}
    for row in stated.values():
        by_noun.setdefault(type(row), []).append(row)
    for noun, rows in by_noun.items():
        await read_again(session, noun, rows)


def canonical(value: Any) -> str:
    return json.dumps(canonical_value(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of_leaf(leaf: str) -> str:
    return leaf_hash(LEAF_VERSION + leaf.encode()).hex()


def commitment_of(salt: str, text: str) -> str:
    return sha256(bytes.fromhex(salt) + text.encode()).hexdigest()


async def head(session: AsyncSession) -> tuple[int, str]:
    """The record's size and its root in hex."""
    row = (await session.exec(select(RecordHead).where(RecordHead.id == HEAD))).one()
    return row.size, frontier_root([bytes.fromhex(node) for node in row.frontier.split()]).hex()


async def leaf_text(session: AsyncSession, seq: int) -> str:
    """The leaf of an entry whose other columns cannot be read; empty when the leaf cannot be read either."""
    rows = await readable(session, select(RecordEntry.leaf).where(RecordEntry.seq == seq))
    return str(rows[0].leaf) if rows else ""


async def newest_entry(session: AsyncSession, kind: Event, subject: str) -> RecordEntry | None:
    """The newest entry of this kind about this row."""
    newest = select(RecordEntry).where(RecordEntry.subject == subject, RecordEntry.kind == kind)
    return (await session.exec(newest.order_by(col(RecordEntry.seq).desc()).limit(1))).first()


async def text_of(session: AsyncSession, commitment: str) -> str | None:
    """The text that the commitment hides; None once the text is erased."""
    row = await session.get(RecordText, commitment)
    return row.text if row else None


async def entries_from(session: AsyncSession, seq: int, limit: int = 1_000) -> list[RecordEntry]:
    """The next entries in order, from ``seq`` on."""
    rows = select(RecordEntry).where(RecordEntry.seq >= seq).order_by(col(RecordEntry.seq)).limit(limit)
    return list((await session.exec(rows)).all())


async def first_entry(session: AsyncSession) -> RecordEntry:
    """The entry that began the record. Raises ValueError for an empty record."""
    [first] = await entries_from(session, 0, limit=1)
    return first


async def last_entry(session: AsyncSession) -> RecordEntry:
    """The entry that the head counts last. Raises ValueError for an empty record."""
    size, _ = await head(session)
    [last] = await entries_from(session, size - 1, limit=1)
    return last


async def checkpoints(session: AsyncSession) -> list[Checkpoint]:
    return list((await session.exec(select(Checkpoint).order_by(col(Checkpoint.size)))).all())


def _entry(draft: Draft, seq: int, texts: list[State]) -> State:
    """The entry's columns; the texts that its leaf commits to are added to ``texts``."""
    subject = draft.subject or subject_of(draft.rows[0])
    leaf = canonical(
        {
            "actor": draft.actor,
            "at": draft.at,
            "facts": draft.facts,
            "kind": draft.kind,
            "rows": {subject_of(row): _state(row, texts) for row in draft.rows},
            "seq": seq,
            "subject": subject,
            "texts": {name: _commit(subject, text, texts) for name, text in draft.texts.items()},
        }
    )
    return {
        "seq": seq,
        "at": draft.at,
        "kind": draft.kind,
        "subject": subject,
        "leaf": leaf,
        "leaf_hash": hash_of_leaf(leaf),
    }


def _state(row: Recorded | PlainRow, texts: list[State]) -> State:
    if isinstance(row, PlainRow):
        noun, value_of = row.noun, row.values.__getitem__
    else:
        noun, value_of = type(row), partial(getattr, row)
    subject, state = subject_of(row), {}
    for name in stated_columns(noun):
        value = value_of(name)
        if name in noun.personal and value is not None:
            value = _commit(subject, value, texts)
        state[name] = value
    return state


def _commit(subject: str, text: str, texts: list[State]) -> str:
    salt = secrets.token_hex(32)
    commitment = commitment_of(salt, text)
    texts.append({"commitment": commitment, "subject": subject, "salt": salt, "text": text})
    return commitment


def _recorded_change(row: Recorded) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in stated_columns(type(row)))


def _refuse_unrecorded(drafts: Drafts) -> None:
    stated = {subject_of(row) for draft in drafts.waiting for row in draft.rows}
    if unstated := sorted((drafts.created | drafts.touched) - stated):
        raise UnrecordedChange(", ".join(unstated))


def canonical_value(value: Any) -> Any:
    """The value as canonical JSON holds it. Raises TypeError for a value that a leaf cannot hold, such as a float."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): canonical_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [canonical_value(item) for item in value]
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"a record entry cannot hold {type(value).__name__}: {value!r}")
