"""How several dialogs begin; each beginning is played once by each test worker and then copied."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

from bot.answers.answering import route_question
from handlers.sandbox.cast import Cast
from handlers.stack import Stage, open_stage
from storage.questions import Question
from tests.dialogs.steps import BEN, hands_in, nothing_waits, only, owns

LISTING = b"account,right,reviewed by\nada,read,ben\n"
PERFORMED = date(2026, 10, 2)
ROUTED = "may we name our auditor in a tender for the city of Lisbon?"
Scene = Callable[[Stage, Cast], Awaitable[None]]


@asynccontextmanager
async def continued(folder: Path, **overrides: Any) -> AsyncGenerator[tuple[Stage, Cast]]:
    """A stage whose workspace is kept in the folder with the rest."""
    async with open_stage(folder, keep=True, **overrides) as stage, Cast(stage.sandbox.url) as cast:
        yield stage, cast


def played(scene: Scene, folder: Path, empty_database: Path) -> Path:
    """Play it in a new folder, which is left as the first page of many dialogs."""
    folder.mkdir()
    shutil.copy(empty_database, folder / "socrates.db")

    async def play() -> None:
        async with continued(folder) as (stage, cast):
            await scene(stage, cast)
            await nothing_waits(stage)

    asyncio.run(play())
    return folder


async def ben_is_asked(stage: Stage, cast: Cast) -> None:
    """Monday 5 October, 10:00 in Berlin: Ben has been asked for the third quarter's access review."""
    await owns(stage, BEN, "AC-01")
    await cast.clock.to("2026-10-05T08:00:00Z")


async def dan_is_to_review(stage: Stage, cast: Cast) -> None:
    """The same day, 10:00 in New York: Ben has handed in a file, and it waits in Dan's digest."""
    await ben_is_asked(stage, cast)
    ben = cast.person("Ben")
    await hands_in(
        ben, await ben.hears("Evidence for AC-01"), "q3.csv", LISTING, PERFORMED, note="No leavers."
    )
    await ben.hears("Submitted, waiting for review")
    await cast.clock.to("2026-10-05T14:00:00Z")


async def a_policy_is_out(stage: Stage, cast: Cast) -> None:
    """Monday, 10:00 in London: published at 09:00 in Berlin, and asked for in Europe since."""
    await publishes(cast, "Acceptable Use Policy 1.0")
    await cast.clock.to("2026-10-05T09:00:00Z")


async def a_busy_week_begins(stage: Stage, cast: Cast) -> None:
    """Before Monday's digests: Ben has accepted two controls, a policy is out, Ada waits for a lead's answer."""
    await owns(stage, BEN, "AC-01", "CM-02")
    await publishes(cast, "Information Security Policy 1.0")
    ada = cast.person("Ada")
    await ada.says(ROUTED)
    await ada.hears("")
    asked = await only(stage, Question)
    await route_question(stage.service.desk, asked.asker_id, asked.id)


async def publishes(cast: Cast, version: str) -> None:
    """Cleo opens the form from Home and publishes."""
    cleo = cast.person("Cleo")
    await cleo.presses("Publish a policy", await cleo.home("Publish a policy"))
    form = await cleo.modal("Publish a policy")
    assert await cleo.submits(form, {"Version": version, "Due": "7 days from now"}) == {}
