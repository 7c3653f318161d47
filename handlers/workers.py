"""The background tasks that the bell wakes: sender, fetcher and reader. A stop lets work in flight finish."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Protocol

import structlog

from bot.work import real_now

log = structlog.get_logger()
DRAIN_SECONDS = 10.0


class WorkerTask(Protocol):
    """``again_at`` is the real time at which the last turn expects more work, None when it expects none."""

    again_at: datetime | None

    async def turn(self) -> int:
        """Begin what is due; the number of things begun."""

    async def finish(self) -> None:
        """Wait until all that was begun has ended; cancelling the wait cancels it too."""


class Worker:
    """Takes turns until there is nothing to do, then waits for the bell or for ``poll`` seconds."""

    def __init__(self, name: str, work: WorkerTask, ear: asyncio.Event, poll: float) -> None:
        self._work = work
        self._ear = ear
        self._poll = poll
        self._one_turn = asyncio.Lock()
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name=name)

    async def take_turn(self) -> int:
        """One turn, and wait until nothing is in flight; the number of things begun."""
        async with self._one_turn:
            begun = await self._work.turn()
        await self._work.finish()
        return begun

    @asynccontextmanager
    async def paused(self) -> AsyncGenerator[None]:
        """No turn is taken inside the block."""
        async with self._one_turn:
            yield

    async def stop(self) -> None:
        """Begin nothing more, and give work in flight ten seconds to finish."""
        self._stopping = True
        self._ear.set()
        _, late = await asyncio.wait([self._task], timeout=DRAIN_SECONDS)
        if late:
            log.error("worker broken off", worker=self._task.get_name())
            self._task.cancel()
            await asyncio.wait(late)

    async def _run(self) -> None:
        while not self._stopping:
            self._ear.clear()
            if not await self._turn() and not self._ear.is_set():
                await self._rest()
        await self._work.finish()

    async def _turn(self) -> int:
        """A fault, such as a locked database, costs one turn and never the worker."""
        async with self._one_turn:
            if self._stopping:
                return 0
            [begun] = await asyncio.gather(self._work.turn(), return_exceptions=True)
        if isinstance(begun, BaseException):
            log.error("worker failed", worker=self._task.get_name(), exc_info=begun)
            self._ear.clear()
            return 0
        return begun

    async def _rest(self) -> None:
        """Due work that this worker did not take is another worker's, so this one only polls for it."""
        ahead = (self._work.again_at - real_now()).total_seconds() if self._work.again_at else 0.0
        try:
            await asyncio.wait_for(self._ear.wait(), min(ahead, self._poll) if ahead > 0 else self._poll)
        except TimeoutError:
            return
