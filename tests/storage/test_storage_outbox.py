"""The outbox: queued once, claimed by one, fenced against the late."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from storage import outbox
from storage.database import Database
from storage.outbox import Delivery
from storage.terms import DeliveryKind, DeliveryState

NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
LEASE = timedelta(seconds=90)
A_SECOND = timedelta(seconds=1)


async def queue(
    database: Database, once: str, kind: DeliveryKind = DeliveryKind.NOTE, at: datetime = NOON
) -> bool:
    async with database.transaction() as session:
        return await outbox.queue(session, kind, "U0BEN", "subject", once=once, queued_at=NOON, real_now=at)


async def refresh(database: Database) -> None:
    async with database.transaction() as session:
        await outbox.queue_again(
            session, DeliveryKind.REFRESH, "U0BEN", "bundle", queued_at=NOON, real_now=NOON
        )


async def claim(database: Database, at: datetime = NOON, limit: int = 100) -> list[Delivery]:
    """Of every kind."""
    async with database.transaction() as session:
        return [
            row
            for kind in DeliveryKind
            for row in await outbox.claim_deliveries(session, kind, at, LEASE, limit)
        ]


async def settle(database: Database, claimed: Delivery, state: DeliveryState = DeliveryState.SENT) -> bool:
    """Whether this attempt was still allowed to."""
    async with database.transaction() as session:
        row = await outbox.delivery_of_attempt(session, claimed.key, claimed.attempt)
        if row:
            row.state, row.lease_until = state, None
        return row is not None


async def stored(database: Database, once: str) -> Delivery:
    async with database.reading() as session:
        return (await session.exec(select(Delivery).where(Delivery.once == once))).one()


async def test_the_same_thing_is_queued_once(database: Database) -> None:
    assert [await queue(database, "bundle:U0BEN:2026-10-05") for _ in range(3)] == [True, False, False]
    assert len(await claim(database)) == 1
    assert not await queue(database, "bundle:U0BEN:2026-10-05")


async def test_replicas_that_queue_it_at_once_queue_it_once(database: Database) -> None:
    assert sorted(await asyncio.gather(*(queue(database, "once") for _ in range(6)))) == [False] * 5 + [True]
    row = await stored(database, "once")
    assert (row.state, row.attempt, row.not_before) == (DeliveryState.WAITING, 0, NOON)


async def test_each_kind_is_claimed_by_itself_the_longest_due_first(database: Database) -> None:
    await queue(database, "bundle", DeliveryKind.BUNDLE, NOON - timedelta(hours=1))
    await queue(database, "late", DeliveryKind.ANSWER, NOON)
    await queue(database, "early", DeliveryKind.ANSWER, NOON - A_SECOND)
    await queue(database, "not yet", DeliveryKind.ANSWER, NOON + A_SECOND)
    for limit, expected in ((1, ["early"]), (5, ["late"]), (5, [])):
        async with database.transaction() as session:
            claimed = await outbox.claim_deliveries(session, DeliveryKind.ANSWER, NOON, LEASE, limit)
        assert [row.once for row in claimed] == expected
    bundle = await stored(database, "bundle")
    assert (bundle.state, bundle.attempt, bundle.lease_until) == (DeliveryState.WAITING, 0, None)


async def test_what_is_due_next_is_known_for_each_kind(database: Database) -> None:
    await queue(database, "answer", DeliveryKind.ANSWER, NOON)
    await queue(database, "later", DeliveryKind.ANSWER, NOON + A_SECOND)
    await queue(database, "bundle", DeliveryKind.BUNDLE, NOON - A_SECOND)
    await queue(database, "receipt", DeliveryKind.RECEIPT, NOON - A_SECOND)
    async with database.transaction() as session:
        [receipt] = await outbox.claim_deliveries(session, DeliveryKind.RECEIPT, NOON, LEASE, 1)
    async with database.reading() as session:
        assert await outbox.next_due(session) == {
            DeliveryKind.ANSWER: NOON,
            DeliveryKind.BUNDLE: NOON - A_SECOND,
            DeliveryKind.RECEIPT: NOON + LEASE,
        }
    await settle(database, receipt)
    async with database.reading() as session:
        assert DeliveryKind.RECEIPT not in await outbox.next_due(session)


async def test_a_lease_keeps_others_out_until_it_ends(database: Database) -> None:
    await queue(database, "once")
    (mine,) = await claim(database)
    assert (mine.state, mine.attempt, mine.lease_until) == (DeliveryState.SENDING, 1, NOON + LEASE)
    assert mine.first_tried_at == NOON
    assert await claim(database, NOON + LEASE - timedelta(microseconds=1)) == []
    (theirs,) = await claim(database, NOON + LEASE)
    assert (theirs.state, theirs.attempt) == (DeliveryState.UNKNOWN, 2)
    assert theirs.first_tried_at == NOON


async def test_the_late_attempt_cannot_settle(database: Database) -> None:
    await queue(database, "once")
    (late,) = await claim(database)
    (current,) = await claim(database, NOON + LEASE)
    assert not await settle(database, late, DeliveryState.FAILED)
    assert await settle(database, current)
    assert (await stored(database, "once")).state is DeliveryState.SENT
    assert not await settle(database, late, DeliveryState.WAITING)
    assert await claim(database, NOON + 10 * LEASE) == []


async def test_what_waits_for_another_try_waits_again_as_itself(database: Database) -> None:
    await queue(database, "once")
    (first,) = await claim(database)
    await settle(database, first, DeliveryState.WAITING)
    (second,) = await claim(database)
    assert (second.state, second.attempt) == (DeliveryState.SENDING, 2)
    await settle(database, second, DeliveryState.UNKNOWN)
    (third,) = await claim(database)
    assert (third.state, third.attempt) == (DeliveryState.UNKNOWN, 3)


@pytest.mark.parametrize("workers", [2, 6])
async def test_no_two_workers_share_a_delivery(database: Database, workers: int) -> None:
    for number in range(24):
        await queue(database, f"note {number}")

    async def work() -> list[str]:
        got: list[str] = []
        while claimed := await claim(database, limit=3):
            got += [row.once for row in claimed]
            await asyncio.sleep(0)
        return got

    shares = await asyncio.gather(*(work() for _ in range(workers)))
    assert Counter(once for share in shares for once in share) == Counter(f"note {n}" for n in range(24))


async def test_a_worker_does_not_wait_for_what_another_is_claiming(database: Database) -> None:
    """PostgreSQL: the second takes the next rows at once; SQLite: it waits for its turn and takes the same."""
    for number in range(4):
        await queue(database, f"note {number}", at=NOON - timedelta(seconds=4 - number))
    took: list[str] = []

    async def second() -> None:
        took.extend(row.once for row in await claim(database, limit=2))

    async with database.transaction() as session:
        first = [
            row.once for row in await outbox.claim_deliveries(session, DeliveryKind.NOTE, NOON, LEASE, 2)
        ]
        beside = asyncio.create_task(second())
        if not database.on_sqlite:
            await asyncio.wait_for(beside, 5)
    await beside
    assert first + took == [f"note {number}" for number in range(4)]


async def test_after_the_only_process_died_nothing_is_held(database: Database) -> None:
    for once in ("sending", "unknown", "waiting", "sent"):
        await queue(database, once)
    claimed = {row.once: row for row in await claim(database)}
    await settle(database, claimed["waiting"], DeliveryState.WAITING)
    await settle(database, claimed["sent"])
    await settle(database, claimed["unknown"], DeliveryState.UNKNOWN)
    (held_again,) = [row for row in await claim(database) if row.once == "unknown"]
    assert held_again.lease_until
    look_up_at = NOON + timedelta(minutes=1)
    async with database.transaction() as session:
        await outbox.release_deliveries(session, look_up_at)
    states = {once: (await stored(database, once)) for once in claimed}
    assert {once: row.state for once, row in states.items()} == {
        "sending": DeliveryState.UNKNOWN,
        "unknown": DeliveryState.UNKNOWN,
        "waiting": DeliveryState.UNKNOWN,
        "sent": DeliveryState.SENT,
    }
    assert await claim(database, look_up_at - A_SECOND) == []
    assert {row.once for row in await claim(database, look_up_at)} == {"sending", "unknown", "waiting"}


async def test_an_edit_that_waits_stands_for_the_next_one(database: Database) -> None:
    await refresh(database)
    await refresh(database)
    (claimed,) = await claim(database)
    await refresh(database)
    assert len(await claim(database)) == 1
    await settle(database, claimed, DeliveryState.WAITING)
    await refresh(database)
    assert len(await claim(database)) == 2


async def test_an_edit_is_not_composed_from_before_the_change_that_counts_on_it(database: Database) -> None:
    """While a verb that found the edit waiting has not committed, no worker may take and compose it."""
    await refresh(database)
    async with database.transaction() as session:
        await outbox.queue_again(
            session, DeliveryKind.REFRESH, "U0BEN", "bundle", queued_at=NOON, real_now=NOON
        )
        beside = asyncio.create_task(claim(database))
        if not database.on_sqlite:
            assert await asyncio.wait_for(beside, 5) == []
    await beside
    assert len(beside.result() or await claim(database)) == 1


async def test_an_edit_that_is_being_claimed_does_not_stand_for_a_new_one(database: Database) -> None:
    await refresh(database)
    async with database.transaction() as session:
        assert len(await outbox.claim_deliveries(session, DeliveryKind.REFRESH, NOON, LEASE, 1)) == 1
        verb = asyncio.create_task(refresh(database))
        await asyncio.sleep(0.05)
    await verb
    assert len(await claim(database)) == 1


async def test_only_those_settle_together_whom_nobody_has_overtaken(database: Database) -> None:
    for once in ("overtaken", "mine"):
        await queue(database, once)
    overtaken, mine = sorted(await claim(database), key=lambda row: row.once != "overtaken")
    async with database.transaction() as session:
        row = await outbox.delivery_of_attempt(session, overtaken.key, overtaken.attempt)
        assert row
        row.attempt += 1
    async with database.transaction() as session:
        assert await outbox.still_claimed(session, [overtaken, mine]) == {mine.key}
        mine.channel, mine.ts, mine.sent_at = "D0BEN", "1.0", NOON
        await outbox.keep_sent(session, [mine])
    after = await stored(database, "mine")
    assert (after.state, after.ts, after.sent_at, after.lease_until) == (
        DeliveryState.SENT,
        "1.0",
        NOON,
        None,
    )
    assert (await stored(database, "overtaken")).state is DeliveryState.SENDING


async def test_the_earliest_due_is_of_what_is_open(database: Database) -> None:
    async with database.reading() as session:
        assert await outbox.next_delivery_at(session) is None
    await queue(database, "sent", at=NOON - timedelta(hours=1))
    (first,) = await claim(database)
    await settle(database, first)
    await queue(database, "open", at=NOON + A_SECOND)
    async with database.reading() as session:
        assert await outbox.next_delivery_at(session) == NOON + A_SECOND
