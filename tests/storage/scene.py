"""A copy of the small history with an intruder in it, and what the proof then finds."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg.types.json import Json

from bot.verification import Proof, verify
from storage.database import Database
from storage.files import FileStore
from storage.keys import RecordKey
from storage.merkle import frontier_root, grow
from storage.record import hash_of_leaf
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

    async def prove(self, trusted: str | None = None) -> Proof:
        return await verify(self.database, self.files, self.key.public, trusted)

    async def findings(self, trusted: str | None = None) -> list[str]:
        return (await self.prove(trusted)).findings

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

    def state_as(self, subject: str, column: str, value: object) -> None:
        """Rewrite every entry that states this row."""
        for seq, text in enumerate(self.leaves()):
            leaf = json.loads(text)
            if subject in leaf["rows"]:
                leaf["rows"][subject][column] = value
                forged = json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                self.intruder.run("UPDATE record_entry SET leaf = ? WHERE seq = ?", forged, seq)


def another(value: Any, empty: Any) -> Any:
    """A stored value with one byte changed; ``empty`` in place of NULL."""
    if value is None:
        return empty
    if isinstance(value, str):
        return value[:-1] + ("1" if value[-1] == "0" else "0")
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ 1
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    return Json([*value, "CC9.9"])


def stored(value: Any) -> Any:
    """What PostgreSQL gave, fit to be given back."""
    return Json(value) if isinstance(value, list) else value


def named(findings: Sequence[str], *words: str) -> bool:
    """Whether some finding has all these words."""
    return any(all(word in finding for word in words) for finding in findings)
