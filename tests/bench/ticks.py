"""What a tick costs, with few and with very many obligations, and how long a crowd that is due holds the others up."""

import asyncio
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.desk import Desk
from handlers.clock import Ticker
from tests.bench.crowd import MORNING, has_people, opened
from tests.bench.report import Figure, median

ASLEEP = 0.001


async def ticks(rounds: int, *, quick: bool) -> list[Figure]:
    """CPU of a tick with nothing due, and of one at which 10,000 people are due at once."""
    few, many, crowd = (100, 1_000, 500) if quick else (10_000, 1_000_000, 10_000)
    idle = {}
    for open_rows in (few, many):
        async with _company(open_rows // 2, due=False) as desk:
            idle[open_rows] = await _idle(desk, rounds)
    async with _company(few // 20, due=False, closed=many) as desk:
        closed = await _idle(desk, rounds)
    async with _company(crowd, due=True) as desk:
        took, longest = await _measured(Ticker(desk).tick)
    return [
        Figure("tick, nothing due", idle[few], "ms CPU", goal=5),
        Figure(f"tick, {many:,} open obligations; peer: {few:,}", idle[many], "ms CPU", idle[few], 1.3),
        Figure(f"tick, {many:,} closed obligations; peer: {few:,} open", closed, "ms CPU", idle[few], 1.3),
        Figure(f"tick at which {crowd:,} people are due", took, "ms CPU"),
        Figure("longest time that it held up the others", longest, "ms", goal=50),
    ]


@asynccontextmanager
async def _company(people: int, *, due: bool, closed: int = 0) -> AsyncGenerator[Desk]:
    """Each person has two open obligations."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'socrates.db'}"
        async with opened(url, Path(folder), MORNING) as desk:
            await has_people(desk, people, due_at=MORNING + timedelta(hours=0 if due else 1), closed=closed)
            if not due:
                await Ticker(desk).tick()  # everything is compiled once
            yield desk


async def _idle(desk: Desk, rounds: int) -> float:
    """CPU of a tick that finds nothing to do, by a clock that has not ticked before."""
    return median([(await _measured(Ticker(desk).tick))[0] for _ in range(max(rounds, 3))])


async def _measured(act: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Milliseconds of CPU, and the longest time between two turns of somebody else in the same loop."""
    gaps: list[float] = []

    async def somebody_else() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(ASLEEP)
            now = time.perf_counter()
            gaps.append(now - last - ASLEEP)
            last = now

    other = asyncio.create_task(somebody_else())
    await asyncio.sleep(5 * ASLEEP)
    gaps.clear()
    began = time.process_time()
    await act()
    took = time.process_time() - began
    await asyncio.sleep(2 * ASLEEP)
    other.cancel()
    return took * 1_000, max(gaps, default=0.0) * 1_000
