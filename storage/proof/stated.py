"""What the record states of each row, kept in a temporary file: a large record states more than memory holds."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from types import NoneType
from typing import Any

from storage.nouns import RECORDED
from storage.record import entries
from storage.record.entries import State
from storage.record.recorded import Recorded, stated_columns
from storage.record.rows import PARAMETERS

NOUNS: Mapping[str, type[Recorded]] = {str(noun.__tablename__): noun for noun in RECORDED}
PLAIN = {str, int, bool, NoneType}
# Bytes order as Python orders text, and hold any text that JSON can spell.
TABLES = """
    CREATE TABLE stated (subject BLOB NOT NULL, seq INTEGER NOT NULL, columns TEXT NOT NULL);
    CREATE TABLE found (subject BLOB PRIMARY KEY) WITHOUT ROWID;
"""
NEWEST = "SELECT subject, max(seq) AS seq, columns FROM stated WHERE {which} GROUP BY subject"
FIRST = "(SELECT min(seq) FROM stated AS earlier WHERE earlier.subject = newest.subject)"
LOST = """
    SELECT subject, max(seq) FROM stated WHERE subject NOT IN (SELECT subject FROM found)
    GROUP BY subject HAVING min(seq) < ? ORDER BY subject
"""
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class Stated:
    """Each row's newest state with the number of its entry, and which of these rows were found in their tables.

    SQLite removes the file by itself, however the process ends. Of a state it has the columns of the noun alone.
    """

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.executescript(f"PRAGMA journal_mode = OFF; PRAGMA cache_size = -16000; {TABLES} BEGIN")
        self._indexed = False

    def close(self) -> None:
        self._file.close()

    def add(self, states: Iterable[tuple[str, int, State]]) -> None:
        """What entries state of rows: each row's name, the number of the entry, and the state."""
        rows = [(_name(subject), seq, _columns_of(subject, state)) for subject, seq, state in states]
        self._file.executemany("INSERT INTO stated VALUES (?, ?, ?)", rows)

    def newest(self, subjects: Sequence[str]) -> dict[str, tuple[int, list[Any]]]:
        """The number of the last entry that states each of these rows, and its columns; as in `stated_columns`."""
        self._index()
        stated = {}
        for start in range(0, len(subjects), PARAMETERS):
            names = [_name(subject) for subject in subjects[start : start + PARAMETERS]]
            newest = NEWEST.format(which=f"subject IN ({', '.join('?' * len(names))})")
            for name, seq, columns in self._file.execute(newest, names):
                stated[_subject(name)] = seq, json.loads(columns)
        return stated

    def find(self, subjects: Iterable[str]) -> None:
        """Note that these rows are in their tables."""
        names = [(_name(subject),) for subject in subjects]
        self._file.executemany("INSERT OR IGNORE INTO found VALUES (?)", names)

    def lost(self, before: int) -> Iterator[tuple[str, int]]:
        """The rows that an entry before this number states and that were not found, in order of their names."""
        self._index()
        for name, seq in self._file.execute(LOST, (before,)):
            yield _subject(name), seq

    def states(self, noun: type[Recorded], *, by_name: bool) -> Iterator[tuple[str, int, State]]:
        """Each row of this noun as it was last stated, in order of the names or else of the first entries."""
        self._index()
        which = NEWEST.format(which="subject >= ? AND subject < ?")
        order = "subject" if by_name else f"{FIRST}, subject"
        table = str(noun.__tablename__)
        rows = self._file.execute(
            f"SELECT subject, seq, columns FROM ({which}) AS newest ORDER BY {order}",  # noqa: S608
            (_name(f"{table}/"), _name(f"{table}0")),  # 0 follows / in the alphabet
        )
        for name, seq, columns in rows:
            yield _subject(name), seq, dict(zip(columns_of(noun), json.loads(columns), strict=True))

    def _index(self) -> None:
        if not self._indexed:
            self._file.execute("CREATE INDEX by_subject ON stated (subject, seq)")
            self._indexed = True


@cache
def columns_of(noun: type[Recorded]) -> tuple[str, ...]:
    return tuple(stated_columns(noun))


def canonical(value: Any) -> Any:
    """As `canonical_value`, and quick for what most columns hold. Raises TypeError for what a leaf cannot hold."""
    if type(value) in PLAIN:
        return value
    if type(value) is datetime and value.tzinfo is UTC and value.year > 999:
        return f"{value.isoformat(timespec='microseconds')[:-6]}Z"
    return entries.canonical_value(value)


def _columns_of(subject: str, state: State) -> str:
    noun = NOUNS.get(subject.partition("/")[0])
    return _encode([state.get(column) for column in columns_of(noun)]) if noun else "[]"


def _name(subject: str) -> bytes:
    return subject.encode("utf-8", "surrogatepass")


def _subject(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")
