"""SQLite for the event loop: a statement runs in the loop's own thread, where it takes less than a change of threads.

Only a commit, which waits for the disk, runs in another thread. Nothing waits inside SQLite: a statement that finds
the database locked lets the loop go on, so that whoever holds the lock can finish, and tries again.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util import LRUCache, await_only, greenlet_spawn

DRIVER = "sqlite+inline"
BUSY_SECONDS = 10
AGAIN_SECONDS = 0.002
COMPILED = LRUCache(2_000)  # statements of all engines, by what they say and by their dialect
PRIMARY = 0xFF  # the byte of an extended result code that names the error (sqlite.org/rescode.html)
T = TypeVar("T")


class InlineCursor(sqlite3.Cursor):
    """Reads a result to its end at once, so that no read lock outlives its statement."""

    _rows: Iterator[Any] = iter(())

    def execute(self, sql: str, parameters: Any = (), /) -> "InlineCursor":
        return self._run(partial(super().execute, sql, parameters))

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> "InlineCursor":
        return self._run(partial(super().executemany, sql, list(parameters)))

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return list(islice(self._rows, size))

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def __next__(self) -> Any:
        return next(self._rows)

    async def _async_soft_close(self) -> None:
        """SQLAlchemy calls it before it hands out a result; nothing is left to close."""

    def _run(self, statement: Callable[[], object]) -> "InlineCursor":
        await_only(asyncio.sleep(0))  # many statements in a row do not keep the loop from everybody else
        if isinstance(self.connection, WriterConnection):
            self.connection.refuse_outside_transaction()
        _when_unlocked(statement)
        self._rows = iter(super().fetchall())
        return self


class InlineConnection(sqlite3.Connection):
    def cursor(self, factory: Any = InlineCursor) -> Any:
        return super().cursor(factory)

    def commit(self) -> None:
        if self.in_transaction:
            _when_unlocked(lambda: await_only(_in_a_thread(super(InlineConnection, self).commit)))


class WriterConnection(InlineConnection):
    """The only writer: ``storage/group_commit.py`` begins and ends its transactions, and SQLAlchemy none.

    ``in_unit`` is true while a unit of work runs.
    """

    in_unit = False

    def commit(self) -> None:
        """SQLAlchemy calls it; the group decides."""

    def rollback(self) -> None:
        """SQLAlchemy calls it, also when a connection comes back to its pool; the group decides."""

    def begin_group(self) -> None:
        _when_unlocked(partial(self._act, "BEGIN IMMEDIATE"))

    def commit_group(self) -> None:
        _when_unlocked(lambda: await_only(_in_a_thread(super(InlineConnection, self).commit)))

    def undo_group(self) -> None:
        super(InlineConnection, self).rollback()

    def begin_unit(self) -> None:
        self._act("SAVEPOINT unit")

    def keep_unit(self) -> None:
        self._act("RELEASE unit")

    def undo_unit(self) -> None:
        self._act("ROLLBACK TO unit")
        self._act("RELEASE unit")

    async def run(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """One statement of a unit, without SQLAlchemy but with its errors."""
        try:
            self.refuse_outside_transaction()
            return self._act(sql, values)
        except sqlite3.Error as refused:
            if not _is_locked(refused):
                raise refusal(sql, refused) from refused
        return await greenlet_spawn(_when_unlocked, partial(self._act, sql, values))

    def refuse_outside_transaction(self) -> None:
        """After a full disk, say, SQLite has rolled back, and each further statement would commit by itself."""
        if self.in_unit and not self.in_transaction:
            raise sqlite3.OperationalError("SQLite rolled the transaction back")

    def _act(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        cursor = sqlite3.Cursor(self)
        cursor.execute(sql, values)
        return cursor.fetchall()


class InlineDialect(SQLiteDialect_pysqlite):
    """Any two are equal, since they compile a statement to the same SQL: so all engines share ``COMPILED``."""

    driver = "inline"
    is_async = True
    has_terminate = True
    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> Any:
        arguments, options = super().create_connect_args(url)
        ours = {"factory": InlineConnection, "check_same_thread": False, "timeout": 0}
        return arguments, {**options, **ours}


registry.register("sqlite.inline", __name__, InlineDialect.__name__)


def _when_unlocked(act: Callable[[], T]) -> T:
    """What ``act`` gives once the database is free for it; raises SQLite's own error after ten seconds."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return act()
        except sqlite3.OperationalError as refused:
            if not _is_locked(refused) or time.monotonic() > until:
                raise
        await_only(asyncio.sleep(AGAIN_SECONDS))


def _is_locked(refused: sqlite3.Error) -> bool:
    code = getattr(refused, "sqlite_errorcode", sqlite3.SQLITE_OK)  # none if Python itself refused
    return code & PRIMARY == sqlite3.SQLITE_BUSY


async def _in_a_thread(act: Callable[[], T]) -> T:
    """Whoever is cancelled meanwhile leaves when it has ended, since the connection is in use until then."""
    running = asyncio.get_running_loop().run_in_executor(None, act)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.gather(running, return_exceptions=True)
        raise


def refusal(statement: str, fault: sqlite3.Error) -> Exception:
    """The driver's error as SQLAlchemy raises it."""
    return DBAPIError.instance(statement, None, fault, sqlite3.Error)
