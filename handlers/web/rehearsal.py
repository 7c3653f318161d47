"""The clock of a rehearsal, and the routes by which the sandbox moves it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel

from bot.reminders.bundles import next_due_instant
from bot.work import real_now
from handlers.service import Service


@dataclass
class BusinessClock:
    """Real time and an offset that the sandbox sets."""

    offset: timedelta

    def now(self) -> datetime:
        return real_now() + self.offset

    def set(self, instant: datetime) -> None:
        self.offset = instant - real_now()


async def read_clock(workspace: str) -> datetime:
    """The business time of a sandbox that runs in a process of its own."""
    async with aiohttp.ClientSession() as session, session.get(f"{workspace}/sandbox/clock") as answer:
        answer.raise_for_status()
        return datetime.fromisoformat((await answer.json())["now"])


class ClockMove(BaseModel):
    now: AwareDatetime


def routes(service: Service, clock: BusinessClock) -> APIRouter:
    router = APIRouter(prefix="/sandbox")
    changed = service.desk.bell.ear()
    changed.set()

    async def settle() -> None:
        await service.settle()
        changed.clear()

    @router.get("/next-event")
    async def next_due() -> dict[str, Any]:
        """Runs the ticks since the last change first, since they may plan something."""
        if changed.is_set():
            await settle()
        return {"at": await next_due_instant(service.desk)}

    @router.post("/clock")
    async def move_clock(move: ClockMove) -> dict[str, Any]:
        """Set business time, run everything that is due by then, and answer when all of it is done."""
        clock.set(move.now)
        await settle()
        return {"now": clock.now()}

    return router
