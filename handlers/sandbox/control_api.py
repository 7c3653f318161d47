"""Steering the sandbox: the clock, failures on demand, what was called and delivered, and the stream that
tells the page that something changed.
"""

import asyncio
from dataclasses import fields
from datetime import UTC, datetime, timedelta

from aiohttp import web

from handlers.sandbox.clock import iso
from handlers.sandbox.faults import Fault
from handlers.sandbox.nouns import Json
from handlers.sandbox.refusals import Impossible
from handlers.sandbox.sandbox import Sandbox
from handlers.sandbox.wish import Wish

KEEP_ALIVE = 15.0  # real seconds between comments on a silent stream


async def clock(wish: Wish) -> Json:
    return {"now": iso(wish.workspace.clock.now())}


async def move_clock(wish: Wish) -> Json:
    """By `advance` seconds, `to` an instant (UTC unless it names a zone), or to the `next` due instant."""
    target: datetime | None = None
    if wish.maybe("to"):
        try:
            target = datetime.fromisoformat(wish.text("to"))
        except ValueError as error:
            raise Impossible(f"{wish.text('to')!r} is no instant in ISO 8601.") from error
        target = target if target.tzinfo else target.replace(tzinfo=UTC)
    elif not wish.fields.get("next"):
        target = wish.workspace.clock.now() + timedelta(seconds=wish.number("advance", None))
    stops = await wish.sandbox.mover.forward(target)
    return {"now": iso(wish.workspace.clock.now()), "stops": [iso(stop) for stop in stops]}


async def fail(wish: Wish) -> Json:
    allowed = {field.name for field in fields(Fault)}
    unknown = set(wish.fields) - allowed
    if unknown:
        raise Impossible(f"A failure has no {', '.join(sorted(unknown))}.")
    method, mode = wish.text("method"), wish.text("mode")
    times, seconds = int(wish.number("times", 1)), float(wish.number("seconds", 1.0))
    error = str(wish.fields.get("error") or "internal_error")
    wish.sandbox.faults.plan(Fault(method, mode, times, seconds, error))
    return {"ok": True}


async def calls(wish: Wish) -> Json:
    asked = wish.sandbox.web_api.asked
    return {"methods": dict(asked.methods), "unknown": asked.unknown, "refused": list(asked.refused)}


async def deliveries(wish: Wish) -> Json:
    return {
        "deliveries": [
            {
                "id": sent.id,
                "kind": sent.kind,
                "event_id": sent.payload.get("event_id"),
                "attempts": sent.attempts,
                "payload": sent.payload,
            }
            for sent in wish.sandbox.deliveries.sent
        ]
    }


async def socket(wish: Wish) -> Json:
    connected = wish.sandbox.sockets.connected
    if wish.fields.get("disconnect"):
        await wish.sandbox.sockets.disconnect()
    return {"ok": True, "connected": connected}


async def connect_app(wish: Wish) -> Json:
    """Where the app listens (`url`), as Slack's "Request URL"."""
    wish.sandbox.connect_app(wish.maybe("url"))
    return {"ok": True, "url": wish.sandbox.deliveries.app_url}


class Streams:
    """Server-sent events: one "changed" whenever something did, many changes at once told as one."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._wakers: set[asyncio.Event] = set()
        self._closing = False
        sandbox.workspace.on_change.append(self._wake)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await stream.prepare(request)
        waker = asyncio.Event()
        self._wakers.add(waker)
        try:
            await stream.write(b": welcome\n\n")
            while not self._closing:
                await stream.write(await self._line(waker))
        except ConnectionError:
            pass  # the page was closed
        finally:
            self._wakers.discard(waker)
        return stream

    async def _line(self, waker: asyncio.Event) -> bytes:
        try:
            async with asyncio.timeout(KEEP_ALIVE):
                await waker.wait()
        except TimeoutError:
            return b": still here\n\n"
        waker.clear()
        return b"data: changed\n\n"

    def _wake(self) -> None:
        for waker in self._wakers:
            waker.set()

    async def close(self) -> None:
        self._closing = True
        self._wake()
