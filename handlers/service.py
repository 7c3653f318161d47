"""The running service: the desk with its sender, fetcher, reader and clock, and in Socket Mode the socket to Slack."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot.delivery.outcomes import Pace, release_leases
from bot.delivery.sender import Sender
from bot.desk import Desk, SlackRefused, open_desk
from bot.events.directory import bind_workspace, sync_people
from bot.evidence.fetching import Fetcher, Patience
from bot.readiness.sampling import SampleReader
from bot.register.content_adoption import adopt_content
from bot.settings import Settings
from bot.work import real_now
from handlers.clock import Ticker, start_clock
from handlers.slack.router import build_bolt
from handlers.workers import Worker
from storage import outbox
from storage.database import is_sqlite
from storage.evidence import Evidence
from storage.sampling import SelfAssessment
from storage.schema import migrate, require_current

POLL_SECONDS = 5.0
SOON = timedelta(seconds=0.5)
BUSY = timedelta(seconds=2)


@dataclass(frozen=True)
class Tempo:
    """How long the service waits; a rehearsal waits less, and its Slack allows any number of calls."""

    pace: Pace
    patience: Patience
    poll: float = POLL_SECONDS


STEADY = Tempo(Pace(), Patience())
REHEARSAL = Tempo(
    Pace(
        lease=timedelta(seconds=10),
        look_up_after=timedelta(seconds=0.3),
        locked_out=timedelta(seconds=1),
        steps=(0.2, 0.5, 1, 2, 5),
        budgets=dict.fromkeys(Pace().budgets, 60_000),
    ),
    Patience(lease=timedelta(seconds=10), steps=(0.2, 0.5, 1, 2)),
    poll=1.0,
)


@dataclass(frozen=True)
class Service:
    desk: Desk
    ticker: Ticker
    bolt: AsyncApp
    sender: Worker
    fetcher: Worker
    reader: Worker
    socket: SocketModeClient | None

    async def settle(self) -> None:
        """Plan, fetch, read and send until nothing more is due: for the clock of a rehearsal.

        Waits for retries that come soon, since business time does not pass meanwhile. Ends after ``BUSY`` even if
        new work keeps coming in: by then everything that was due at the start has had its turn.
        """
        await self.ticker.tick()
        began = real_now()
        while True:
            workers = (self.fetcher, self.reader, self.sender)
            begun = sum([await worker.take_turn() for worker in workers])
            async with self.desk.reading() as work:
                again_at = await outbox.next_delivery_at(work.session)
            if begun and (real_now() < began + BUSY or (again_at and again_at <= began)):
                continue
            if begun or again_at is None or max(again_at, real_now()) > began + SOON:
                return
            await asyncio.sleep(max(0.02, (again_at - real_now()).total_seconds()))

    @asynccontextmanager
    async def paused(self) -> AsyncGenerator[None]:
        """Inside the block nothing is fetched, read or sent; after it the queued messages go out together."""
        async with self.fetcher.paused(), self.reader.paused(), self.sender.paused():
            yield


@asynccontextmanager
async def open_service(
    settings: Settings,
    now: Callable[[], datetime] = real_now,
    *,
    sandbox: bool = False,
    tempo: Tempo = STEADY,
    ticks: bool = True,
    listens: bool = True,
) -> AsyncGenerator[Service]:
    """Everything that can refuse to start does so here, before a port is opened.

    Without ``ticks`` another process keeps the clock; without ``listens`` no socket to Slack is opened.
    """
    if is_sqlite(settings.database):
        await asyncio.to_thread(migrate, settings.database)
    else:
        await asyncio.to_thread(require_current, settings.database)
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(open_desk(settings, now, sandbox=sandbox))
        await _prepare(desk, tempo)
        ticker = Ticker(desk)
        await ticker.tick()
        scheduler = start_clock(ticker, ticks=ticks)
        stack.callback(scheduler.shutdown, wait=False)
        sender = Worker("sender", Sender(desk, tempo.pace), desk.bell.ear(), tempo.poll)
        stack.push_async_callback(sender.stop)
        fetcher = Worker("fetcher", Fetcher(desk, tempo.patience), desk.bell.ear(Evidence), tempo.poll)
        stack.push_async_callback(fetcher.stop)
        reader = Worker("reader", SampleReader(desk), desk.bell.ear(SelfAssessment), tempo.poll)
        stack.push_async_callback(reader.stop)
        stack.callback(scheduler.pause)
        bolt = build_bolt(desk)
        by_socket = settings.socket_mode and listens
        socket = await stack.enter_async_context(_open_socket(desk, bolt)) if by_socket else None
        yield Service(desk, ticker, bolt, sender, fetcher, reader, socket)


async def _prepare(desk: Desk, tempo: Tempo) -> None:
    """Bind the database to its workspace, read its people, adopt the content, and resume unfinished deliveries."""
    async with desk.sessions.one_at_a_time():
        await bind_workspace(desk)
        await sync_people(desk)
        await adopt_content(desk)
    if desk.sessions.on_sqlite:
        await release_leases(desk, tempo.pace)


@asynccontextmanager
async def _open_socket(desk: Desk, bolt: AsyncApp) -> AsyncGenerator[SocketModeClient]:
    """Asks for the first address itself, since the client would repeat a call with a refused token for ever."""
    token = desk.settings.slack_app_token.get_secret_value()
    try:
        connection = await desk.slack.apps_connections_open(app_token=token)
    except SlackApiError as refusal:
        raise SlackRefused(f"Slack refused the app-level token ({refusal.response['error']}).") from refusal
    handler = AsyncSocketModeHandler(bolt, token, web_client=desk.slack)
    handler.client.wss_uri = connection["url"]
    await handler.connect_async()
    try:
        yield handler.client
    finally:
        await handler.close_async()
