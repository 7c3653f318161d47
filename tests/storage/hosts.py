"""Where a test's database lives: a file of SQLite, or one database of a real PostgreSQL server."""

import sqlite3
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy.engine import make_url

from storage.schema import migrate

APPEND_ONLY = ("record_entry", "checkpoint")


class Intruder(Protocol):
    """Somebody with raw access to a database: SQL with ? placeholders, outside the program."""

    def run(self, sql: str, *values: object) -> list[tuple[Any, ...]]: ...

    def break_in(self) -> None:
        """Remove what the database itself would say against tampering: triggers and foreign keys."""
        ...

    def close(self) -> None: ...


class Host(Protocol):
    """``empty`` makes a migrated database, ``blank`` one without any table, ``copy`` an independent twin."""

    def blank(self) -> str: ...

    def empty(self) -> str: ...

    def copy(self, url: str) -> str: ...

    def intruder(self, url: str) -> Intruder: ...


class SqliteHost:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = self.blank()
        migrate(self.template)

    def blank(self) -> str:
        return f"sqlite:///{self.folder / uuid.uuid4().hex}.db"

    def empty(self) -> str:
        return self.copy(self.template)

    def copy(self, url: str) -> str:
        twin = self.blank()
        with closing(sqlite3.connect(_path(url))) as source, closing(sqlite3.connect(_path(twin))) as target:
            source.backup(target)
        return twin

    def intruder(self, url: str) -> "SqliteIntruder":
        return SqliteIntruder(_path(url))


class SqliteIntruder:
    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)

    def run(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()

    def close(self) -> None:
        self.connection.close()

    def break_in(self) -> None:
        for (name,) in self.run("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self.run(f"DROP TRIGGER {name}")


class PostgresHost:
    """Every database is a copy of a migrated template, which takes some 40 ms."""

    def __init__(self, server_url: str, server: "PostgresIntruder") -> None:
        self.server_url = server_url
        self.server = server
        self.made: list[str] = []
        self.template = self.blank()
        migrate(self.template)

    def blank(self) -> str:
        return self._create("")

    def empty(self) -> str:
        return self.copy(self.template)

    def copy(self, url: str) -> str:
        return self._create(f"TEMPLATE {make_url(url).database} STRATEGY FILE_COPY")

    def intruder(self, url: str) -> "PostgresIntruder":
        return PostgresIntruder(url)

    def drop_all(self) -> None:
        for name in self.made:
            self.server.run(f"DROP DATABASE {name} WITH (FORCE)")

    def _create(self, how: str) -> str:
        name = f"socrates_{uuid.uuid4().hex}"
        self.server.run(f"CREATE DATABASE {name} {how}")
        self.made.append(name)
        return make_url(self.server_url).set(database=name).render_as_string(hide_password=False)


class PostgresIntruder:
    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)

    def run(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        cursor = self.connection.execute(sql.replace("%", "%%").replace("?", "%s").encode(), values)
        return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        self.connection.close()

    def break_in(self) -> None:
        for table in APPEND_ONLY:
            self.run(f"DROP FUNCTION {table}_stays() CASCADE")
        keys = self.run("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f'")
        for table, name in keys:
            self.run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def _path(url: str) -> Path:
    return Path(make_url(url).database or "")
