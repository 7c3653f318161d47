"""Arrivals: messages that Slack has taken, whose proofs are kept together when they come together."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from bot.delivery.outcomes import settle_arrivals
from bot.delivery.slack_calls import Sent
from bot.desk import Desk
from storage.outbox import Delivery

TOGETHER_SECONDS = 0.1


@dataclass(frozen=True)
class Arrival:
    delivery: Delivery
    sent: Sent
    settled: asyncio.Future[None]


class Arrivals:
    """One transaction settles what arrives until no call is under way, but waits a tenth of a second at most."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._waiting: list[Arrival] = []
        self._calls = 0
        self._none_under_way = asyncio.Event()
        self._settling: asyncio.Task[None] | None = None

    @contextmanager
    def call(self) -> Generator[None]:
        """Around a call whose arrival the others wait for."""
        self._calls += 1
        self._none_under_way.clear()
        try:
            yield
        finally:
            self._calls -= 1
            if not self._calls:
                self._none_under_way.set()

    async def settle(self, delivery: Delivery, sent: Sent) -> None:
        """Returns when it is committed. Raises the fault of this arrival alone."""
        arrival = Arrival(delivery, sent, asyncio.get_running_loop().create_future())
        self._waiting.append(arrival)
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._settle_all())
        await arrival.settled

    async def break_off(self) -> None:
        if self._settling:
            self._settling.cancel()
            await asyncio.gather(self._settling, return_exceptions=True)

    async def _settle_all(self) -> None:
        while self._waiting:
            if self._calls:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._none_under_way.wait(), TOGETHER_SECONDS)
            arrivals, self._waiting = self._waiting, []
            await self._settle(arrivals)

    async def _settle(self, arrivals: list[Arrival]) -> None:
        pairs = [(arrival.delivery, arrival.sent) for arrival in arrivals]
        [fault] = await asyncio.gather(settle_arrivals(self._desk, pairs), return_exceptions=True)
        if fault and len(arrivals) > 1:
            for arrival in arrivals:
                await self._settle([arrival])
            return
        for arrival in arrivals:
            if arrival.settled.done():
                continue
            if fault:
                arrival.settled.set_exception(fault)
            else:
                arrival.settled.set_result(None)
