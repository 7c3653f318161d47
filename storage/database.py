"""The database: one writer and one reader engine, and the transaction in which a verb does all its work.

SQLite on one machine, PostgreSQL for several replicas; the URL decides.
"""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Set
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import UOWTransaction
from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.group_commit import GroupCommit
from storage.locks import WRITES
from storage.prepared import SQLITE
from storage.record import entries
from storage.sqlite import COMPILED, DRIVER, WriterConnection

# Write-ahead logging can lose committed data before these releases (sqlite.org/wal.html#walresetbug).
WAL_FIXED = ((3, 44, 6), (3, 45, 0)), ((3, 50, 7), (3, 51, 0)), ((3, 51, 3), (99, 0, 0))
# Any number that no other program of this database uses as an advisory lock.
STARTING = 2_017_105
WRITTEN = "written"
# A question touches some twenty pages all over the file; with SQLite's own 2,000 it took half as long again.
CACHE_KIB = 8_000


class DatabaseLocked(Exception):
    """Another process has locked this data folder."""


def async_url(url: str) -> URL:
    """The URL with the driver this project uses; Heroku's postgres:// is accepted."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    driver = {"sqlite": DRIVER, "postgresql": "postgresql+psycopg"}[parsed.get_backend_name()]
    return parsed.set(drivername=driver)


def is_sqlite(url: str) -> bool:
    return async_url(url).get_backend_name() == "sqlite"


class Database:
    """Opens sessions. ``transaction`` commits as a whole and seals the record; ``reading`` never writes."""

    def __init__(self, url: str) -> None:
        self.url = async_url(url)
        if self.url.get_backend_name() == "sqlite":
            self._writer, self._reader = _sqlite_writer(self.url), _sqlite_reader(self.url)
            self._commits = GroupCommit(self._writer)
        else:
            self._writer = create_async_engine(self.url, pool_size=5, pool_pre_ping=True)
            self._reader = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @property
    def on_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """Begins before it yields: on SQLite no other transaction can write until the block ends.

        What the block wrote is durable when this has ended.
        """
        begun = self._sqlite_transaction() if self.on_sqlite else self._postgres_transaction()
        async with begun as session:
            session.info[WRITES] = True
            yield session
            await entries.seal(session)

    @asynccontextmanager
    async def _sqlite_transaction(self) -> AsyncGenerator[AsyncSession]:
        async with self._commits.unit() as connection:
            session = _session(self._writer)
            session.info[SQLITE] = connection
            try:
                yield session
            finally:
                if session.in_transaction():
                    await session.close()

    @asynccontextmanager
    async def _postgres_transaction(self) -> AsyncGenerator[AsyncSession]:
        async with _session(self._writer) as session, session.begin():
            await session.connection()
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        async with _session(self._reader) as session:
            yield session

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[AsyncSession]:
        """Reading that sees one instant. Keep it short: without write-ahead logging, SQLite's writer waits for it."""
        async with self.reading() as session:
            if self.on_sqlite:
                await (await session.connection()).exec_driver_sql("BEGIN")
            yield session

    @asynccontextmanager
    async def one_at_a_time(self) -> AsyncGenerator[None]:
        """Replicas that start together run the block one after another."""
        if self.on_sqlite:
            yield
            return
        async with self._writer.connect() as connection:
            await connection.exec_driver_sql(f"SELECT pg_advisory_lock({STARTING})")
            try:
                yield
            finally:
                await connection.exec_driver_sql(f"SELECT pg_advisory_unlock({STARTING})")

    async def close(self) -> None:
        if self.on_sqlite:
            await self._commits.close()
        await self._reader.dispose()
        await self._writer.dispose()


def written_in(session: AsyncSession) -> Set[type]:
    """The nouns of which this session has added or changed rows, one by one; not those of statements of its own."""
    return session.sync_session.info.get(WRITTEN, frozenset())


@event.listens_for(entries.RecordingSession, "before_flush")
def _note_nouns(session: Session, _flush: UOWTransaction, _instances: object) -> None:
    session.info[WRITTEN] = {type(row) for row in (*session.new, *session.dirty)} | session.info.get(
        WRITTEN, set()
    )


def lock_data_folder(folder: Path) -> sqlite3.Connection:
    """Keep every other process out of a data folder until this one ends; raises DatabaseLocked.

    An exclusive transaction on an empty SQLite file is an operating-system lock that dies with its process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    guard = sqlite3.connect(folder / "lock", timeout=0, isolation_level=None, check_same_thread=False)
    try:
        guard.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as refusal:
        guard.close()
        if refusal.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise DatabaseLocked(str(folder)) from refusal
    return guard


def _session(engine: AsyncEngine) -> AsyncSession:
    return AsyncSession(engine, expire_on_commit=False, sync_session_class=entries.RecordingSession)


def _sqlite_writer(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=1,
        max_overflow=0,
        connect_args={"isolation_level": None, "factory": WriterConnection},
        execution_options={"compiled_cache": COMPILED},
    )
    event.listen(engine.sync_engine, "connect", _prepare_writer)
    event.listen(engine.sync_engine, "handle_error", _keep_when_cancelled)
    return engine


def _sqlite_reader(url: URL) -> AsyncEngine:
    file = f"file:{quote(url.database or '')}"
    read_only = url.set(database=file).update_query_dict({"mode": "ro", "uri": "true"})
    engine = create_async_engine(read_only, pool_size=4, execution_options={"compiled_cache": COMPILED})
    event.listen(engine.sync_engine, "connect", _prepare_reader)
    event.listen(engine.sync_engine, "handle_error", _keep_when_cancelled)
    return engine


def _prepare_writer(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(
        "PRAGMA journal_mode = " + ("WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "DELETE")
    )
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _prepare_reader(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _keep_when_cancelled(context: ExceptionContext) -> None:
    """Keep the connection of a cancelled caller: its statement still ends in its thread, and is rolled back there.

    SQLAlchemy would throw the connection away, which leaves the database locked until the garbage is collected.
    """
    if isinstance(context.original_exception, asyncio.CancelledError):
        context.is_disconnect = False


def begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def wal_is_safe(version: tuple[int, ...]) -> bool:
    return any(first <= version < after for first, after in WAL_FIXED)
