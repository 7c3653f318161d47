"""The service ends while a message is on its way: in good order, or by a crash."""

from datetime import timedelta
from pathlib import Path

from handlers.stack import Stage
from storage.outbox import Delivery
from storage.terms import DeliveryState
from tests.dialogs.scenes import continued
from tests.dialogs.steps import (
    ANSWER,
    QUESTION,
    answers,
    asked_and_answered,
    nothing_waits,
    only,
    rows,
    until,
)


async def test_closing_finishes_what_is_on_its_way(data_folder: Path) -> None:
    """As at SIGTERM: the answer that Slack takes long to accept is waited for, and settled."""
    async with continued(data_folder) as (stage, cast):
        await cast.fails("chat.postMessage", "slow", seconds=1)
        await cast.person("Ada").says(QUESTION)
        await until(lambda: _sending(stage))
    async with continued(data_folder) as (stage, cast):
        assert (await only(stage, Delivery)).state is DeliveryState.SENT
        assert len(await answers(cast.person("Ada"))) == 1


async def test_what_was_left_behind_by_a_crash_is_looked_up(data_folder: Path) -> None:
    """A claimed row without a worker, as after a kill: one had been posted, one had not."""
    async with continued(data_folder) as (stage, cast):
        await asked_and_answered(stage, cast.person("Ada"))
        async with stage.service.paused():
            await cast.person("Grace").says(QUESTION)
            await until(lambda: _queued(stage, 2))
            await _as_if_killed_while_sending(stage)
    async with continued(data_folder) as (stage, cast):
        await cast.person("Grace").hears(ANSWER)
        await nothing_waits(stage)
        for name in ("Ada", "Grace"):
            assert len(await answers(cast.person(name))) == 1
        assert {row.state for row in await rows(stage, Delivery)} == {DeliveryState.SENT}


async def _as_if_killed_while_sending(stage: Stage) -> None:
    async with stage.service.desk.sessions.transaction() as session:
        for row in await rows(stage, Delivery):
            row = await session.merge(row)
            row.state, row.attempt = DeliveryState.SENDING, 1
            row.lease_until = row.not_before + timedelta(seconds=90)
            session.add(row)


async def _sending(stage: Stage) -> bool:
    return DeliveryState.SENDING in {row.state for row in await rows(stage, Delivery)}


async def _queued(stage: Stage, count: int) -> bool:
    return len(await rows(stage, Delivery)) == count
