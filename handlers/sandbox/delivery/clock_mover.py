"""Moving business time. The sandbox has the clock: it stops at each instant at which the app has something due, and
waits until the app has done it.
"""

import asyncio
from datetime import UTC, datetime

import aiohttp

from handlers.sandbox.delivery.deliveries import Deliveries
from handlers.sandbox.terms import Impossible
from handlers.sandbox.workspace.workspace import SlackWorkspace, iso

STUCK = 3  # stops at one instant, after which the app does not move on
SLOWEST = aiohttp.ClientTimeout(total=120)


class ClockMover:
    def __init__(self, workspace: SlackWorkspace, deliveries: Deliveries) -> None:
        self._workspace = workspace
        self._deliveries = deliveries
        self._moving = asyncio.Lock()

    async def forward(self, target: datetime | None) -> list[datetime]:
        """Move to the target, or without one to the app's next due instant; returns the instants of the stops."""
        async with self._moving:
            if target is None:
                target = await self._next_due()
                if target is None:
                    return []
            elif target < self._workspace.clock.now():
                raise Impossible("The clock only moves forward.", 409)
            stops = await self._stop_at_each_due(target)
            await self._set(target)
            return stops

    async def _stop_at_each_due(self, target: datetime) -> list[datetime]:
        stops: list[datetime] = []
        await self._deliveries.quiet()
        due = await self._next_due()
        while due is not None and due <= target:
            if stops[-STUCK:] == [due] * STUCK:
                raise Impossible(f"The app stays due at {iso(due)}: its tick there changes nothing.", 502)
            await self._set(due)
            stops.append(due)
            due = await self._next_due()
        return stops

    async def _set(self, instant: datetime) -> None:
        self._workspace.clock.forward_to(instant)
        self._workspace.changed()
        await self._deliveries.quiet()
        now = max(instant, self._workspace.clock.now())
        await self._ask("POST", "/sandbox/clock", {"now": now.astimezone(UTC).isoformat()})

    async def _next_due(self) -> datetime | None:
        answer = await self._ask("GET", "/sandbox/next-event", None)
        at = answer.get("at")
        return None if at is None else datetime.fromisoformat(at)

    async def _ask(self, verb: str, path: str, body: dict[str, str] | None) -> dict[str, str | None]:
        """The app's answer; empty when no app listens there or the app has no such clock."""
        if self._deliveries.app_url is None:
            return {}
        url = self._deliveries.app_url.rstrip("/") + path
        try:
            async with self._deliveries.session().request(verb, url, json=body, timeout=SLOWEST) as response:
                if response.status == 404:
                    return {}
                if response.status != 200:
                    raise Impossible(
                        f"The app could not follow the clock: {path} answered {response.status}.", 502
                    )
                return await response.json() if verb == "GET" else {}
        except aiohttp.ClientConnectionError:
            return {}
        except TimeoutError as error:
            raise Impossible(f"The app did not follow the clock: {path} did not answer.", 504) from error
