"""Business time: its start, its moves, and the app taken through each due instant."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from handlers.sandbox import Sandbox
from handlers.sandbox.cast import Cast, NotPossible


class DueApp:
    """An app with due instants, each done when its clock passes it."""

    def __init__(self) -> None:
        self.due = [datetime(2026, 10, day, 7, 30, tzinfo=UTC) for day in (6, 7, 12)]
        self.clock: list[datetime] = []
        self.stuck = False
        self.status = 200

    async def next_event(self, _: web.Request) -> web.Response:
        return web.json_response({"at": self.due[0].isoformat() if self.due else None})

    async def set_clock(self, request: web.Request) -> web.Response:
        now = datetime.fromisoformat((await request.json())["now"])
        self.clock.append(now)
        if not self.stuck:
            self.due = [at for at in self.due if at > now]
        return web.Response(status=self.status)


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[DueApp]:
    due = DueApp()
    application = web.Application()
    application.router.add_get("/sandbox/next-event", due.next_event)
    application.router.add_post("/sandbox/clock", due.set_clock)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sandbox.connect_app(f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield due
    await runner.cleanup()


async def test_it_begins_on_a_monday_morning(cast: Cast) -> None:
    now = await cast.clock.now()
    assert timedelta(0) <= now - datetime(2026, 10, 5, 7, tzinfo=UTC) < timedelta(seconds=30)


async def test_a_jump_stops_at_each_due_instant(app: DueApp, cast: Cast) -> None:
    stops = await cast.clock.to("2026-10-10T00:00:00Z")
    assert stops == [datetime(2026, 10, day, 7, 30, tzinfo=UTC) for day in (6, 7)]
    assert [now.replace(second=0, microsecond=0) for now in app.clock] == [
        *stops,
        datetime(2026, 10, 10, tzinfo=UTC),
    ]
    ts = await cast.person("Ada").says("hello")
    assert datetime.fromtimestamp(float(ts), UTC).date().isoformat() == "2026-10-10"


async def test_to_the_next_event_and_then_nowhere(app: DueApp, cast: Cast) -> None:
    app.due = app.due[:1]
    assert await cast.clock.next() == [datetime(2026, 10, 6, 7, 30, tzinfo=UTC)]
    before = await cast.clock.now()
    assert await cast.clock.next() == []
    assert await cast.clock.now() - before < timedelta(seconds=10)


async def test_it_never_goes_back(cast: Cast) -> None:
    with pytest.raises(NotPossible, match="only moves forward"):
        await cast.clock.to("2026-10-01")
    with pytest.raises(NotPossible, match="no instant"):
        await cast.clock.to("Monday")
    with pytest.raises(NotPossible, match="'advance' is not a number"):
        await cast.post("clock", {})


async def test_it_moves_alone_without_an_app(sandbox: Sandbox, cast: Cast) -> None:
    before = await cast.clock.now()
    assert await cast.clock.advance(hours=2) == []
    sandbox.connect_app("http://127.0.0.1:9")
    assert await cast.clock.advance(days=1) == []
    assert timedelta(hours=26) <= await cast.clock.now() - before < timedelta(hours=26, seconds=30)


async def test_an_app_that_stays_due_or_fails_is_told(app: DueApp, cast: Cast) -> None:
    app.stuck = True
    with pytest.raises(NotPossible, match="stays due at 2026-10-06T07:30:00"):
        await cast.clock.advance(days=3)
    app.status = 500
    with pytest.raises(NotPossible, match="/sandbox/clock answered 500"):
        await cast.clock.advance(days=3)
