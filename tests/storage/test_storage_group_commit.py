"""Units of work that arrive together: one commit for all, a fault for each alone, and one dense record."""

import asyncio
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import select

from storage import inbox
from storage.database import Database
from storage.inbox import HeardEvent
from storage.prepared import flush
from storage.record import entries
from storage.terms import Event
from tests.storage.history import MONDAY
from tests.storage.hosts import Intruder

ON_SQLITE = pytest.mark.parametrize("host", ["sqlite"], indirect=True)


@pytest.fixture
async def warm(database: Database) -> Database:
    """With its connection open, so that units that start together meet."""
    await hear(database, "warm")
    return database


async def hear(
    database: Database, event_id: str, *, fault: Exception | None = None, pause: float = 0.0
) -> None:
    """One row and one entry; with ``fault`` after both."""
    async with database.transaction() as session:
        await inbox.take_in_event(session, event_id, MONDAY)
        entries.append(session, Event.QUESTION_ANSWERED, "U0BEN", MONDAY, subject=f"event/{event_id}")
        await asyncio.sleep(pause)
        if fault:
            await entries.seal(session)
            raise fault


async def heard(database: Database) -> set[str]:
    """The events, of which each must have its entry at its place."""
    async with database.reading() as session:
        rows = {row.id for row in (await session.exec(select(HeardEvent))).all()}
        listed = await entries.entries_from(session, 0)
        assert [entry.seq for entry in listed] == list(range(len(listed)))
        assert {entry.subject for entry in listed} == {f"event/{event_id}" for event_id in rows}
        assert (await entries.head(session))[0] == len(listed)
    return rows - {"warm"}


@contextmanager
def commits(intruder: Intruder) -> Generator[list[int]]:
    """How often the database has changed on the disk, seen from outside."""
    before, counted = version(intruder), [0]
    yield counted
    counted[0] = version(intruder) - before


def version(intruder: Intruder) -> int:
    """The change counter in the file's header (sqlite.org/fileformat.html, offset 24)."""
    [(_, _, path)] = [row for row in intruder.run("PRAGMA database_list") if row[1] == "main"]
    return int.from_bytes(Path(path).read_bytes()[24:28])


@ON_SQLITE
async def test_units_that_arrive_together_are_one_commit(warm: Database, intruder: Intruder) -> None:
    with commits(intruder) as counted:
        await asyncio.gather(*(hear(warm, f"event {n}") for n in range(10)))
    assert counted == [1]
    assert await heard(warm) == {f"event {n}" for n in range(10)}


@ON_SQLITE
async def test_a_unit_that_comes_alone_is_committed_at_once(warm: Database, intruder: Intruder) -> None:
    with commits(intruder) as counted:
        for n in range(3):
            await hear(warm, f"event {n}")
    assert counted == [3]


async def test_a_fault_undoes_its_own_unit_alone(warm: Database) -> None:
    faults = [KeyError() if n in (0, 3, 4, 9) else None for n in range(10)]
    ended = await asyncio.gather(
        *(hear(warm, f"event {n}", fault=fault) for n, fault in enumerate(faults)), return_exceptions=True
    )
    assert ended == faults
    assert await heard(warm) == {f"event {n}" for n, fault in enumerate(faults) if fault is None}


async def test_a_refused_statement_undoes_its_own_unit_alone(warm: Database) -> None:
    async def same_row_twice() -> None:
        async with warm.transaction() as session:
            session.add(HeardEvent(id="twice", heard_at=MONDAY))
            await flush(session)
            session.expunge_all()
            session.add(HeardEvent(id="twice", heard_at=MONDAY))

    _, fault, _ = await asyncio.gather(
        hear(warm, "before"), same_row_twice(), hear(warm, "after"), return_exceptions=True
    )
    assert isinstance(fault, DBAPIError)
    assert await heard(warm) == {"before", "after"}


async def test_one_that_is_cancelled_leaves_the_others_their_rows(warm: Database) -> None:
    first = asyncio.create_task(hear(warm, "first"))
    cancelled = asyncio.create_task(hear(warm, "cancelled", pause=5))
    waits = asyncio.create_task(hear(warm, "waits"))
    last = asyncio.create_task(hear(warm, "last"))
    await asyncio.sleep(0.05)
    waits.cancel()
    cancelled.cancel()
    await asyncio.wait_for(asyncio.gather(first, last), 5)
    assert {"first", "last"} <= await heard(warm) <= {"first", "last", "waits"}


@ON_SQLITE
async def test_a_cancelled_unit_that_was_the_last_does_not_leave_the_group_open(warm: Database) -> None:
    first = asyncio.create_task(hear(warm, "first"))
    cancelled = asyncio.create_task(hear(warm, "cancelled", pause=5))
    await asyncio.sleep(0.05)
    assert not first.done()
    cancelled.cancel()
    await asyncio.wait_for(first, 5)
    assert await heard(warm) == {"first"}


@ON_SQLITE
async def test_a_commit_that_fails_fails_for_all(
    warm: Database, intruder: Intruder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else reads for longer than we wait; afterwards everything goes on."""
    monkeypatch.setattr("storage.sqlite.BUSY_SECONDS", 0.1)
    intruder.run("BEGIN")
    intruder.run("SELECT * FROM heard_event")
    ended = await asyncio.gather(*(hear(warm, f"event {n}") for n in range(3)), return_exceptions=True)
    assert [type(each) for each in ended] == [OperationalError] * 3
    intruder.run("COMMIT")
    assert await heard(warm) == set()
    await hear(warm, "after")
    assert await heard(warm) == {"after"}


@ON_SQLITE
async def test_a_refusal_over_what_was_never_committed_is_taken_back(
    warm: Database, intruder: Intruder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is told "already done" only when the first is done."""

    async def press() -> None:
        async with warm.transaction() as session:
            if not await inbox.take_in_event(session, "press", MONDAY):
                raise KeyError("already done")
            entries.append(session, Event.QUESTION_ANSWERED, "U0BEN", MONDAY, subject="event/press")

    monkeypatch.setattr("storage.sqlite.BUSY_SECONDS", 0.1)
    intruder.run("BEGIN")
    intruder.run("SELECT * FROM heard_event")
    ended = await asyncio.gather(press(), press(), return_exceptions=True)
    assert [type(each) for each in ended] == [OperationalError] * 2
    intruder.run("COMMIT")
    first, second = await asyncio.gather(press(), press(), return_exceptions=True)
    assert (first, type(second)) == (None, KeyError)
    assert await heard(warm) == {"press"}


@ON_SQLITE
async def test_a_transaction_that_sqlite_gave_up_fails_for_all(warm: Database) -> None:
    """The disk is full: SQLite rolls the whole transaction back, and no further statement may commit by itself."""

    async def fill() -> None:
        async with warm.transaction() as session:
            connection = await session.connection()
            [(pages,)] = (await connection.exec_driver_sql("PRAGMA page_count")).all()
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            await connection.exec_driver_sql("INSERT INTO heard_event VALUES (hex(zeroblob(100000)), '')")

    async def more_room() -> None:
        async with warm.transaction() as session:
            await (await session.connection()).exec_driver_sql("PRAGMA max_page_count = 1000000")

    ended = await asyncio.gather(hear(warm, "before"), fill(), hear(warm, "after"), return_exceptions=True)
    assert [type(each) for each in ended[:2]] == [OperationalError] * 2
    await more_room()
    stored = await heard(warm)
    assert "before" not in stored
    assert ("after" in stored) == (ended[2] is None)
    await hear(warm, "later")
    assert "later" in await heard(warm)


@ON_SQLITE
async def test_after_sqlite_gave_up_the_same_unit_can_store_nothing(warm: Database) -> None:
    async def goes_on() -> None:
        async with warm.transaction() as session:
            connection = await session.connection()
            await inbox.take_in_event(session, "lost", MONDAY)
            raw = (await connection.get_raw_connection()).driver_connection
            assert isinstance(raw, sqlite3.Connection)
            sqlite3.Cursor(raw).execute("ROLLBACK")
            await inbox.take_in_event(session, "alone", MONDAY)

    with pytest.raises(OperationalError):
        await goes_on()
    assert await heard(warm) == set()


@ON_SQLITE
async def test_a_group_does_not_stay_open_as_long_as_units_come(warm: Database) -> None:
    """The first of many is answered before the last has begun."""

    async def slow(number: int) -> None:
        await hear(warm, f"event {number}", pause=0.01)

    seen: list[int] = []

    async def first() -> None:
        await slow(0)
        async with warm.reading() as session:
            seen.append(len((await session.exec(select(HeardEvent))).all()))

    await asyncio.gather(first(), *(slow(n) for n in range(1, 30)))
    assert seen[0] < 15
    assert len(await heard(warm)) == 30
