"""The stored data, opened for a command that only reads; no connection to Slack."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.approved import ApprovedAnswers, IndexedLibrary
from bot.settings import Settings
from bot.work import Work, real_now
from content.library import Library, load_library
from handlers.faults import Misconfigured
from storage import people
from storage.database import Database, async_url, is_sqlite
from storage.people import Workspace
from storage.record import entries
from storage.schema import require_current


@dataclass(frozen=True)
class Stored:
    """``now`` is one instant: the machine's, or in a rehearsal, where the sandbox has the clock, the last entry's."""

    sessions: Database
    content: Library
    settings: Settings
    workspace: Workspace
    now: datetime

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Work]:
        """One consistent state of all rows; a server may run meanwhile."""
        async with self.sessions.snapshot() as session:
            approved = ApprovedAnswers(IndexedLibrary(self.content))
            yield Work(session, self.now, self.content, self.settings, self.sessions, approved)


@asynccontextmanager
async def open_stored(
    settings: Settings, without: str, *, empty: str | None = None
) -> AsyncGenerator[Stored]:
    """Raises Misconfigured with the words ``without`` when there is no database, ``empty`` when it has no workspace.

    Raises SchemaMismatch for a database of another release.
    """
    require_database(settings, without)
    await asyncio.to_thread(require_current, settings.database)  # waits for locks, which the loop must not
    content = load_library(settings.content_dir)
    sessions = Database(settings.database)
    try:
        async with sessions.reading() as session:
            workspace = await people.workspace(session)
            if workspace is None:
                raise Misconfigured(empty or f"{without}: the database is empty. Run: socrates serve")
            now = (await entries.last_entry(session)).at if workspace.sandbox else real_now()
        yield Stored(sessions, content, settings, workspace, now)
    finally:
        await sessions.close()


def require_database(settings: Settings, without: str) -> None:
    """Raises Misconfigured with the words ``without``. Asked before opening, since SQLite makes a missing file."""
    if is_sqlite(settings.database):
        database = Path(async_url(settings.database).database or "")
        if not database.is_file():
            raise Misconfigured(f"{without}: {database} does not exist. Set DATA_DIR to its folder.")


def require_key(settings: Settings) -> None:
    if not settings.record_key.is_file():
        raise Misconfigured(
            f"The record's signatures cannot be checked: its key {settings.record_key} does not exist."
        )
