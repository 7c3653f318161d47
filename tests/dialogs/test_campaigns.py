"""A campaign at a workspace with a narrow limit: it takes its time, and nobody who waits for an answer notices."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.outgoing import SlackMethod
from handlers.sandbox.cast import Cast
from handlers.service import REHEARSAL, Tempo
from handlers.stack import Stage, open_stage
from storage.outbox import Delivery
from storage.terms import DeliveryKind, DeliveryState
from tests.dialogs.scenes import publishes
from tests.dialogs.steps import ANSWER, QUESTION, answers, nothing_waits, proved, rows

POST = "chat.postMessage"
# One reminder in three seconds, once the one that was saved up is sent.
NARROW = {**REHEARSAL.pace.budgets, SlackMethod.POST: 20}
TEMPO = Tempo(replace(REHEARSAL.pace, budgets=NARROW), REHEARSAL.patience, poll=1.0)


async def test_an_answer_is_sent_before_the_reminders_that_wait(data_folder: Path) -> None:
    async with open_stage(data_folder, tempo=TEMPO) as stage, Cast(stage.sandbox.url) as cast:
        ada = cast.person("Ada")
        await publishes(cast, "Acceptable Use Policy 1.0")
        await cast.clock.to("2026-10-06T09:00:00Z")
        assert len(await _waiting(stage)) >= 2

        began = asyncio.get_running_loop().time()
        await ada.says(QUESTION)
        await ada.hears(ANSWER)

        assert asyncio.get_running_loop().time() - began < 2
        waiting = await _waiting(stage)
        assert waiting
        assert {(row.attempt, row.lease_until, row.first_tried_at) for row in waiting} == {(0, None, None)}
        await proved(stage)


async def test_slack_s_limit_parks_one_method_and_no_other(stage: Stage, cast: Cast) -> None:
    ada, ben = cast.person("Ada"), cast.person("Ben")
    await cast.fails(POST, "rate_limited", seconds=3)
    await ada.says(QUESTION)
    began = asyncio.get_running_loop().time()
    await ben.home()
    assert asyncio.get_running_loop().time() - began < 2
    assert await answers(ada) == []

    await ada.hears(ANSWER)
    await nothing_waits(stage)

    assert (await cast.calls())["methods"][POST] == 2
    assert asyncio.get_running_loop().time() - began > 2.5


async def _waiting(stage: Stage) -> list[Delivery]:
    return [
        row
        for row in await rows(stage, Delivery)
        if row.state is DeliveryState.WAITING and row.kind in (DeliveryKind.BUNDLE, DeliveryKind.DIGEST)
    ]
