"""A copy of the small history with an intruder in it, and what the proof then finds."""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Integer, inspect
from sqlalchemy.types import TypeEngine
from sqlmodel import UTCDateTime

from bot.approved import ApprovedAnswers, IndexedLibrary
from bot.settings import Settings
from bot.work import Work
from content.library import load_library
from storage.columns import TermColumn
from storage.database import Database
from storage.files import FileStore
from storage.proof.verify import Proof, verify
from storage.record.entries import hash_of_leaf
from storage.record.keys import RecordKey
from storage.record.merkle import frontier_root, grow
from storage.record.recorded import Recorded
from storage.record.rows import Key
from tests.storage.hosts import Intruder


@dataclass(frozen=True)
class History:
    """Where a history was lived, to be copied."""

    url: str
    evidence: Path
    key: RecordKey


@dataclass(frozen=True)
class Scene:
    database: Database
    files: FileStore
    key: RecordKey
    intruder: Intruder

    @asynccontextmanager
    async def work(self, now: datetime) -> AsyncGenerator[Work]:
        """A look at what is stored, as a verb gets it, at this instant."""
        content = load_library()
        async with self.database.reading() as session:
            yield Work(
                session, now, content, Settings(), self.database, ApprovedAnswers(IndexedLibrary(content))
            )

    async def prove(self, trusted: str | None = None) -> Proof:
        return await verify(self.database, self.files, self.key.public, trusted)

    async def findings(self, trusted: str | None = None) -> list[str]:
        return (await self.prove(trusted)).findings

    def keep(self, *tables: str) -> None:
        for table in tables:
            self.intruder.run(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")

    def restore(self, *tables: str) -> None:
        for table in tables:
            self.intruder.run(f"DELETE FROM {table}")
            self.intruder.run(f"INSERT INTO {table} SELECT * FROM kept_{table}")

    def leaves(self) -> list[str]:
        return [leaf for (leaf,) in self.intruder.run("SELECT leaf FROM record_entry ORDER BY seq")]

    def recompute(self) -> None:
        """Make every hash, column and the head fit the leaves again, as a forger who knows the program would."""
        frontier: list[bytes] = []
        for seq, leaf in enumerate(self.leaves()):
            leaf_hash = hash_of_leaf(leaf)
            frontier = grow(frontier, seq, bytes.fromhex(leaf_hash))
            self.intruder.run("UPDATE record_entry SET leaf_hash = ? WHERE seq = ?", leaf_hash, seq)
        self.intruder.run(
            "UPDATE record_head SET size = ?, frontier = ?",
            len(self.leaves()),
            " ".join(node.hex() for node in frontier),
        )

    def head(self) -> str:
        ((size, frontier),) = self.intruder.run("SELECT size, frontier FROM record_head")
        return f"{size} {frontier_root([bytes.fromhex(node) for node in frontier.split()]).hex()}"

    def change_cell(self, noun: type[Recorded], key: Key, column: str) -> None:
        table, where = noun.__tablename__, " AND ".join(f"{name} = ?" for name in key_columns(noun))
        ((value,),) = self.intruder.run(f"SELECT {column} FROM {table} WHERE {where}", *key)
        changed = _another(value, inspect(noun).columns[column].type)
        self.intruder.run(f"UPDATE {table} SET {column} = ? WHERE {where}", changed, *key)

    def state_as(self, subject: str, column: str, value: object) -> None:
        """Rewrite every entry that states this row."""
        for seq, text in enumerate(self.leaves()):
            leaf = json.loads(text)
            if subject in leaf["rows"]:
                leaf["rows"][subject][column] = value
                forged = json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                self.intruder.run("UPDATE record_entry SET leaf = ? WHERE seq = ?", forged, seq)


def key_columns(noun: type[Recorded]) -> list[str]:
    return [column.name for column in inspect(noun).primary_key]


def _another(value: Any, kind: TypeEngine[Any]) -> Any:
    """Another value that the column can hold; a text of people keeps all but its last character."""
    if isinstance(kind, TermColumn):
        return next(word.value for word in kind.vocabulary if word != value)
    if isinstance(kind, Boolean):
        return not value
    if isinstance(kind, Integer):
        return (value or 0) + 1
    if isinstance(kind, Date):
        return str(date.fromisoformat(str(value or "2026-10-05")) + timedelta(days=1))
    if isinstance(kind, UTCDateTime):
        return str(
            datetime.fromisoformat(str(value or "2026-10-05 07:00:00.000000")) + timedelta(microseconds=1)
        )
    if isinstance(kind, JSON):
        return json.dumps([*(json.loads(value) if isinstance(value, str) else value), "CC9.9"])
    return value[:-1] + chr(ord(value[-1]) ^ 1) if value else "0"


def named(findings: Sequence[str], *words: str) -> bool:
    """Whether some finding has all these words."""
    return any(all(word in finding for word in words) for finding in findings)
