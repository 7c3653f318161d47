"""The database's own promises: all or nothing, also for the cancelled; readers that cannot write; snapshots."""

import asyncio
import sqlite3
from collections.abc import Coroutine
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from storage import inbox
from storage.database import Database, async_url, is_sqlite, wal_is_safe
from storage.inbox import HeardEvent
from storage.record.rows import PAGE, page_after, readable_rows
from storage.schema import migrate
from tests.storage.history import MONDAY
from tests.storage.hosts import Intruder


async def heard(database: Database) -> list[str]:
    async with database.reading() as session:
        return sorted(row.id for row in (await session.exec(select(HeardEvent))).all())


async def hear(database: Database, event_id: str, pause: float = 0.0) -> None:
    async with database.transaction() as session:
        await inbox.take_in_event(session, event_id, MONDAY)
        await asyncio.sleep(pause)


async def test_a_verb_that_is_cancelled_leaves_nothing_and_holds_nothing(database: Database) -> None:
    begun = asyncio.Event()

    async def verb() -> None:
        async with database.transaction() as session:
            await inbox.take_in_event(session, "event", MONDAY)
            begun.set()
            await asyncio.sleep(5)

    task = asyncio.create_task(verb())
    await begun.wait()
    task.cancel()
    await asyncio.wait_for(hear(database, "event"), 5)
    assert task.cancelled()
    assert await heard(database) == ["event"]


@pytest.mark.parametrize("host", ["sqlite"], indirect=True)
async def test_sqlite_is_never_left_locked_at_whatever_moment_one_is_cancelled(database: Database) -> None:
    whole = [f"whole {step:02}" for step in range(40)]
    for step, event_id in enumerate(whole):
        await cancel_after(hear(database, "cancelled", pause=5), 0.0002 * step)
        await cancel_after(read_slowly(database), 0.0002 * step)
        await asyncio.wait_for(hear(database, event_id), 5)
    assert await heard(database) == whole


async def cancel_after(act: Coroutine[None, None, None], seconds: float) -> None:
    task = asyncio.create_task(act)
    await asyncio.sleep(seconds)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def read_slowly(database: Database) -> None:
    async with database.snapshot() as session:
        while True:
            await session.exec(select(HeardEvent))
            session.expire_all()


async def test_readers_cannot_write(database: Database) -> None:
    for opened in (database.reading, database.snapshot):
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            async with opened() as session:
                await (await session.connection()).exec_driver_sql("DELETE FROM heard_event")


async def test_a_snapshot_does_not_see_what_is_committed_meanwhile(database: Database) -> None:
    await hear(database, "before")
    async with database.snapshot() as session:
        first = (await session.exec(select(HeardEvent.id))).all()
        meanwhile = asyncio.create_task(hear(database, "meanwhile"))
        await asyncio.sleep(0.05)
        assert (await session.exec(select(HeardEvent.id))).all() == first == ["before"]
    await meanwhile
    assert await heard(database) == ["before", "meanwhile"]


async def test_two_writers_wait_for_each_other(database: Database) -> None:
    await asyncio.gather(*(hear(database, f"event {n:02}", pause=0.001) for n in range(30)))
    assert len(await heard(database)) == 30


@pytest.mark.parametrize("host", ["sqlite"], indirect=True)
async def test_the_loop_goes_on_while_another_process_holds_sqlite(
    database: Database, intruder: Intruder
) -> None:
    await hear(database, "before")
    intruder.run("BEGIN EXCLUSIVE")
    waiting = [asyncio.create_task(hear(database, "after")), asyncio.create_task(heard(database))]
    for _ in range(20):
        await asyncio.wait_for(asyncio.sleep(0.005), 1)
        assert not any(task.done() for task in waiting)
    intruder.run("COMMIT")
    await asyncio.wait_for(asyncio.gather(*waiting), 5)
    assert await heard(database) == ["after", "before"]


async def test_a_table_is_walked_by_key_to_its_end(database: Database, intruder: Intruder) -> None:
    number = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) "
    when = "'2026-10-05 07:00:00'" if database.on_sqlite else "now()"
    intruder.run(f"INSERT INTO heard_event (id, heard_at) {number} SELECT 'Ev' || i, {when} FROM n")
    walked: list[str] = []
    async with database.snapshot() as session:
        page = await page_after(session, HeardEvent, None)
        while page:
            assert all(row and row.id == key for (key,), row in page)
            walked += [key for (key,), _ in page]
            page = await page_after(session, HeardEvent, page[-1][0])
        some = await readable_rows(session, HeardEvent, [*(f"Ev{n}" for n in range(0, 2500, 2)), "none"])
    assert len(walked) == 2500 > 2 * PAGE
    assert set(walked) == {f"Ev{n}" for n in range(1, 2501)}
    assert set(some) == {f"Ev{n}" for n in range(2, 2500, 2)}


@pytest.mark.parametrize("name", ["with a space, 50% ünïcode", "a#b+c&d=e"])
async def test_a_data_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    url = f"sqlite:///{tmp_path / name / 'socrates.db'}"
    migrate(url)
    database = Database(url)
    await hear(database, "event")
    assert await heard(database) == ["event"]
    await database.close()
    assert (tmp_path / name / "socrates.db").exists()


@pytest.mark.parametrize("host", ["sqlite"], indirect=True)
async def test_sqlite_is_durable_and_keeps_its_references(database: Database) -> None:
    async with database.transaction() as session:
        connection = await session.connection()
        pragmas = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("synchronous", "foreign_keys", "journal_mode")
        }
    journal = "wal" if wal_is_safe(sqlite3.sqlite_version_info) else "delete"
    assert pragmas == {"synchronous": 2, "foreign_keys": 1, "journal_mode": journal}


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_write_ahead_logging_only_where_it_loses_nothing(version: tuple[int, ...], safe: bool) -> None:
    """sqlite.org/wal.html#walresetbug: mended in 3.51.3, and in 3.50.7 and 3.44.6 of the older lines."""
    assert wal_is_safe(version) is safe


def test_the_url_decides() -> None:
    assert async_url("postgres://u:p@h/d").render_as_string(hide_password=False) == (
        "postgresql+psycopg://u:p@h/d"
    )
    assert not is_sqlite("postgresql://h/d")
    assert is_sqlite("sqlite:///var/socrates.db")
