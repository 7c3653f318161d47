"""Budgets of calls: one for all replicas, locked in one order."""

import asyncio
from datetime import UTC, datetime, timedelta

from storage.database import Database
from storage.rate_budgets import RateBudget, keep_budgets, locked_budgets

NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
POST = "chat.postMessage"


def full(method: str) -> RateBudget:
    return RateBudget(method=method, per_minute=60, tokens=60, filled_at=NOON, minute_began_at=NOON)


async def spend(database: Database, method: str = POST, tokens: float = 1.0) -> float:
    """What is left."""
    async with database.transaction() as session:
        [budget] = (await locked_budgets(session, [full(method)])).values()
        budget.tokens -= tokens
        await keep_budgets(session, [budget])
        return budget.tokens


async def test_a_budget_is_full_at_first_and_each_method_has_its_own(database: Database) -> None:
    assert await spend(database) == 59
    assert await spend(database, tokens=70) == -11
    assert await spend(database, "chat.update") == 59


async def test_replicas_share_one_budget(database: Database) -> None:
    left = await asyncio.gather(*(spend(database) for _ in range(10)))
    assert sorted(left) == list(range(50, 60))


async def test_what_a_replica_has_learnt_all_know(database: Database) -> None:
    until = NOON + timedelta(seconds=30)
    async with database.transaction() as session:
        [budget] = (await locked_budgets(session, [full(POST)])).values()
        budget.parked_until, budget.per_minute, budget.calls, budget.calls_before = until, 40.5, 3, 7
        await keep_budgets(session, [budget])
    async with database.transaction() as session:
        [known] = (await locked_budgets(session, [full(POST)])).values()
    assert known.model_dump() == budget.model_dump()


async def test_budgets_wanted_crosswise_do_not_lock_each_other_for_ever(database: Database) -> None:
    methods = ["chat.update", "views.publish"]
    for method in methods:
        await spend(database, method, 0)

    async def want(*wanted: str) -> None:
        async with database.transaction() as session:
            await locked_budgets(session, [full(method) for method in wanted])
            await asyncio.sleep(0.05)

    both = (want(*methods), want(*reversed(methods)))
    await asyncio.wait_for(asyncio.gather(*both, *(want(*methods) for _ in range(3))), 5)
