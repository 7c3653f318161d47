"""The inbox: however often and however closely Slack repeats an event, it has one effect."""

import asyncio

import pytest

from storage import inbox
from storage.database import Database
from storage.record import entries
from storage.terms import Event
from tests.storage.history import MONDAY

EVENT = "Ev0QUESTION"


async def hear(database: Database, event_id: str = EVENT, *, pause: float = 0.0, fail: bool = False) -> bool:
    """Take an event in with its effect, an entry in the record."""
    async with database.transaction() as session:
        new = await inbox.take_in_event(session, event_id, MONDAY)
        await asyncio.sleep(pause)
        if new:
            entries.append(session, Event.QUESTION_ANSWERED, "U0BEN", MONDAY, subject=f"event/{event_id}")
        if fail:
            raise ConnectionError
    return new


async def effects(database: Database) -> int:
    async with database.reading() as session:
        return len(await entries.entries_from(session, 0))


async def test_a_repeated_event_has_one_effect(database: Database) -> None:
    assert [await hear(database) for _ in range(4)] == [True, False, False, False]
    assert await hear(database, "Ev0ANOTHER")
    assert await effects(database) == 2


async def test_replicas_that_hear_it_at_once_have_one_effect(database: Database) -> None:
    heard = await asyncio.gather(*(hear(database, pause=0.02) for _ in range(5)))
    assert sorted(heard) == [False, False, False, False, True]
    assert await effects(database) == 1


async def test_an_event_whose_effect_failed_is_taken_in_at_its_next_try(database: Database) -> None:
    with pytest.raises(ConnectionError):
        await hear(database, fail=True)
    assert await effects(database) == 0
    assert await hear(database)


async def test_one_that_waited_for_a_failure_has_the_effect(database: Database) -> None:
    first, second = await asyncio.gather(
        hear(database, pause=0.05, fail=True), hear(database), return_exceptions=True
    )
    assert isinstance(first, ConnectionError)
    assert second is True
    assert await effects(database) == 1
