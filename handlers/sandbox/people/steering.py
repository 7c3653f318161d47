"""Steering the sandbox: the clock, failures on demand, lists of calls and deliveries, and the stream that tells the
page of each change.
"""

import asyncio
from dataclasses import fields
from datetime import UTC, datetime, timedelta

from aiohttp import web

from handlers.sandbox.api.failures import PlannedFailure
from handlers.sandbox.people.person_request import PersonRequest
from handlers.sandbox.sandbox import Sandbox
from handlers.sandbox.terms import Impossible, Json
from handlers.sandbox.workspace.workspace import iso

KEEP_ALIVE = 15.0  # real seconds between comments on a silent stream


async def clock(request: PersonRequest) -> Json:
    return {"now": iso(request.workspace.clock.now())}


async def move_clock(request: PersonRequest) -> Json:
    """By `advance` seconds, `to` an instant (UTC unless it names a zone), or to the `next` due instant."""
    target: datetime | None = None
    if request.maybe("to"):
        try:
            target = datetime.fromisoformat(request.text("to"))
        except ValueError as error:
            raise Impossible(f"{request.text('to')!r} is no instant in ISO 8601.") from error
        target = target if target.tzinfo else target.replace(tzinfo=UTC)
    elif not request.fields.get("next"):
        target = request.workspace.clock.now() + timedelta(seconds=request.number("advance", None))
    stops = await request.sandbox.mover.forward(target)
    return {"now": iso(request.workspace.clock.now()), "stops": [iso(stop) for stop in stops]}


async def fail(request: PersonRequest) -> Json:
    names = {field.name for field in fields(PlannedFailure)}
    unknown = set(request.fields) - names
    if unknown:
        raise Impossible(f"A failure has no {', '.join(sorted(unknown))}.")
    method, mode = request.text("method"), request.text("mode")
    times, seconds = int(request.number("times", 1)), float(request.number("seconds", 1.0))
    error = str(request.fields.get("error") or "internal_error")
    request.sandbox.failures.plan(PlannedFailure(method, mode, times, seconds, error))
    return {"ok": True}


async def method_calls(request: PersonRequest) -> Json:
    calls = request.sandbox.web_api.calls
    return {"methods": dict(calls.methods), "unknown": calls.unknown, "refused": list(calls.refused)}


async def deliveries(request: PersonRequest) -> Json:
    return {
        "deliveries": [
            {
                "id": sent.id,
                "kind": sent.kind,
                "event_id": sent.payload.get("event_id"),
                "attempts": sent.attempts,
                "payload": sent.payload,
            }
            for sent in request.sandbox.deliveries.sent
        ]
    }


async def socket(request: PersonRequest) -> Json:
    connected = request.sandbox.sockets.connected
    if request.fields.get("disconnect"):
        await request.sandbox.sockets.disconnect()
    return {"ok": True, "connected": connected}


async def connect_app(request: PersonRequest) -> Json:
    """Where the app listens (`url`), as Slack's "Request URL"."""
    request.sandbox.connect_app(request.maybe("url"))
    return {"ok": True, "url": request.sandbox.deliveries.app_url}


class Streams:
    """Server-sent events: one "changed" for each change, and one for many at once."""

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
