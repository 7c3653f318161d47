"""The two background tasks, sender and fetcher: woken by the bell, stopped without breaking off what is in flight."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()
DRAIN_SECONDS = 10.0


class Worker:
    """Takes turns until there is nothing to do, then waits for the bell or for ``poll`` seconds."""

    def __init__(
        self, name: str, turn: Callable[[], Awaitable[int]], ear: asyncio.Event, poll: float
    ) -> None:
        self._turn = turn
        self._ear = ear
        self._poll = poll
        self._one_turn = asyncio.Lock()
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name=name)

    async def drain(self) -> int:
        """Take turns until nothing is due; how many things were tried."""
        tried = 0
        async with self._one_turn:
            while done := await self._turn():
                tried += done
        return tried

    async def stop(self) -> None:
        """Claim nothing more, and let what is in flight finish within ten seconds."""
        self._stopping = True
        self._ear.set()
        _, late = await asyncio.wait([self._task], timeout=DRAIN_SECONDS)
        for task in late:
            log.error("worker broken off", worker=task.get_name())
            task.cancel()

    async def _run(self) -> None:
        while not self._stopping:
            self._ear.clear()
            async with self._one_turn:
                done = 0 if self._stopping else await self._turn()
            if not done and not self._ear.is_set():
                await self._rest()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._ear.wait(), self._poll)
        except TimeoutError:
            return
