"""A campaign of reminders at a workspace that allows so many messages a minute, with questions asked meanwhile.

Run ``uv run python -m tests.bench.campaign``: about five minutes, since a minute of Slack's is one. The workspace and
the person who asks are in this process, the product is in another.
"""

import argparse
import asyncio
import json
import math
import multiprocessing
import random
import statistics
import tempfile
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import Engine, event

from bot.delivery.outcomes import Pace
from bot.evidence.fetching import Patience
from bot.policies import policies
from bot.settings import Settings
from handlers.app import create_app
from handlers.logs import start_logging
from handlers.service import STEADY, Service, Tempo, open_service
from handlers.web.rehearsal import BusinessClock
from handlers.web.server import open_web
from storage.policies import draft_versions
from tests.bench.load import SECRET, question, signed
from tests.plain_slack import LEADS, Workspace, application

MONDAY = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
ZONE = "Europe/Berlin"
MINUTE = 60.0
ALLOWED = 525  # a minute: the one figure that a vendor has published for chat.postMessage
ASKED_EVERY = 0.35  # seconds, on average
ENDS_WITHIN = 600.0


@dataclass(frozen=True)
class Post:
    at: float
    channel: str
    key: str
    thread_ts: str | None

    def shown(self) -> dict[str, Any]:
        return {"ts": f"{self.at}", "metadata": {"event_payload": {"key": self.key}}}


class StrictWorkspace(Workspace):
    """Takes ``allowed`` messages in any minute; whoever wants more is told when to come back."""

    def __init__(self, people: int, allowed: int) -> None:
        super().__init__(people, [ZONE])
        self.allowed = allowed
        self.posts: list[Post] = []
        self.refused = 0
        self._last_minute: deque[float] = deque()

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method in ("conversations.history", "conversations.replies"):
            channel = {**request.query, **await request.post()}["channel"]
            shown = [post.shown() for post in self.posts if post.channel == channel]
            return web.json_response({"ok": True, "messages": shown})
        if method != "chat.postMessage":
            return await super().answer(request)
        now = time.monotonic()
        while self._last_minute and self._last_minute[0] <= now - MINUTE:
            self._last_minute.popleft()
        if len(self._last_minute) >= self.allowed:
            self.refused += 1
            wait = {"Retry-After": str(math.ceil(self._last_minute[0] + MINUTE - now))}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=wait)
        self._last_minute.append(now)
        said = await request.json()
        channel, key = said["channel"].replace("U", "D", 1), said["metadata"]["event_payload"]["key"]
        self.posts.append(Post(now, channel, key, said.get("thread_ts")))
        return await super().answer(request)

    @property
    def reminders(self) -> list[float]:
        return [post.at for post in self.posts if post.thread_ts is None]

    @property
    def answers(self) -> dict[str, float]:
        return {post.thread_ts: post.at for post in self.posts if post.thread_ts}

    async def has_reminders(self, count: int) -> None:
        await _until(lambda: len(self.reminders) >= count)


@dataclass(frozen=True)
class Cost:
    statements: int = 0
    seconds: float = 0.0


@dataclass
class Product:
    """The product in a process of its own. It does what it is told in one word, and says what it has cost so far."""

    folder: Path
    slack: str
    database: str
    pace: Pace

    async def start(self, business_time: datetime = MONDAY) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        told = (self.folder, self.slack, self.database, self.pace, business_time, theirs)
        self.process = multiprocessing.get_context("spawn").Process(target=_serve, args=told, daemon=True)
        self.process.start()
        self.url = await asyncio.to_thread(self._pipe.recv)

    async def told(self, word: str) -> Cost:
        self._pipe.send(word)
        return await asyncio.to_thread(self._pipe.recv)

    async def kill(self) -> None:
        self.process.kill()
        await asyncio.to_thread(self.process.join)


def _serve(
    folder: Path, slack: str, database: str, pace: Pace, business_time: datetime, pipe: Connection
) -> None:
    start_logging("ERROR")
    statements = Counter[str]()

    @event.listens_for(Engine, "before_cursor_execute")
    def _count(*_: object) -> None:
        statements["all"] += 1

    asyncio.run(_obey(folder, slack, database, pace, business_time, pipe, statements))


async def _obey(
    folder: Path,
    slack: str,
    database: str,
    pace: Pace,
    business_time: datetime,
    pipe: Connection,
    statements: Counter[str],
) -> None:
    settings = Settings(
        _env_file=None,
        slack_bot_token=SecretStr("xoxb-1"),
        slack_app_token=SecretStr(""),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=f"{slack}/api/",
        data_dir=folder,
        database_url=database,
        evidence_url="",
        compliance_leads=LEADS,
    )
    clock = BusinessClock(business_time - datetime.now(UTC))
    async with (
        open_service(settings, clock.now, tempo=Tempo(pace, Patience()), ticks=False) as service,
        open_web(create_app(service), "127.0.0.1", 0) as url,
    ):
        pipe.send(url)
        while True:
            if await asyncio.to_thread(pipe.recv) == "begin":
                await _begin(service, clock)
            pipe.send(Cost(statements["all"], time.process_time()))


async def _begin(service: Service, clock: BusinessClock) -> None:
    """Publish a policy to everybody, and on the next day queue the reminders that ask for it."""
    async with service.paused():
        async with service.desk.reading() as work:
            draft, *_ = await draft_versions(work.session)
        await policies.publish_policy(service.desk, LEADS[0], draft.id)
        clock.set(TUESDAY)
        await service.ticker.tick()


@dataclass
class Asking:
    """Somebody who asks at random moments, and waits for the answers to stand in Slack."""

    workspace: StrictWorkspace
    url: str
    asked: dict[str, float] = field(default_factory=dict)

    async def go_on(self, stop: asyncio.Event) -> list[float]:
        """Ask until the stop. The seconds from each question to its answer."""
        chance = random.Random(1)
        async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as asking:
            while not stop.is_set():
                asking.create_task(self._ask(http))
                await asyncio.sleep(chance.expovariate(1 / ASKED_EVERY))
        await _until(lambda: self.asked.keys() <= self.workspace.answers.keys())
        answers = self.workspace.answers
        return [answers[stamp] - at for stamp, at in self.asked.items()]

    async def _ask(self, http: aiohttp.ClientSession) -> None:
        kind, body = question()
        self.asked[json.loads(body)["event"]["ts"]] = time.monotonic()
        async with http.post(f"{self.url}/slack/events", data=body, headers=signed(kind, body)) as answer:
            if answer.status != 200:
                raise RuntimeError(f"the product answered {answer.status}")


async def campaign(
    people: int,
    idle: float,
    *,
    asks: bool = True,
    killed: bool = False,
    allowed: int = ALLOWED,
    database: str = "",
    pace: Pace = STEADY.pace,
) -> dict[str, Any]:
    """``idle``: seconds of questions before it; ``asks``: and during it. ``killed``: the product is, when half of the
    messages are sent, and starts again; nobody asks then.
    """
    async with _workspace(people, allowed) as (workspace, slack):
        with tempfile.TemporaryDirectory(prefix="socrates-campaign-") as folder:
            product = Product(Path(folder), slack, database, pace)
            await product.start()
            await workspace.has_reminders(len(LEADS))  # their digests
            idle_waits = await _asked_for(idle, workspace, product.url)
            await asyncio.sleep(MINUTE if idle else 0)  # Slack forgets what was asked
            earlier, before = await product.told("begin"), (len(workspace.posts), workspace.refused)
            began, stop = time.monotonic(), asyncio.Event()
            asking = (
                asyncio.create_task(Asking(workspace, product.url).go_on(stop))
                if asks and not killed
                else None
            )
            if killed:
                await workspace.has_reminders(len(LEADS) + people // 2)
                await product.kill()
                await product.start(TUESDAY)
                earlier = Cost()
            await workspace.has_reminders(len(LEADS) + people)
            stop.set()
            waits = await asking if asking else []
            await asyncio.sleep(1)  # the last proofs are kept
            later = await product.told("cost")
            await product.kill()
    return {
        "429 rate": _share(workspace.refused - before[1], len(workspace.posts) - before[0]),
        **_told(workspace, before[0], began),
        **_cost(earlier, later, len(workspace.posts) - before[0]),
        "answers idle, ms": _quantiles(idle_waits),
        "answers in the campaign, ms": _quantiles(waits),
    }


def _told(workspace: StrictWorkspace, before: int, began: float) -> dict[str, Any]:
    end = max(workspace.reminders)
    until_the_last = sum(post.at <= end for post in workspace.posts[before:])
    return {
        "messages": len(workspace.posts) - before,
        "reminders": len(workspace.reminders) - len(LEADS),
        "sent twice": workspace.posted.total() - len(workspace.posted),
        "wall seconds": round(end - began, 1),
        "wall / (messages / limit)": round((end - began) / (until_the_last / workspace.allowed * MINUTE), 3),
    }


def _cost(earlier: Cost, later: Cost, messages: int) -> dict[str, Any]:
    return {
        "statements a message": round((later.statements - earlier.statements) / messages, 1),
        "processor ms a message": round((later.seconds - earlier.seconds) / messages * 1e3, 2),
    }


def _share(refused: int, taken: int) -> float:
    return round(refused / (refused + taken), 4)


def _quantiles(waits: list[float]) -> dict[str, int]:
    if len(waits) < 2:
        return {}
    cuts = statistics.quantiles(waits, n=100, method="inclusive")
    points = {"n": len(waits) / 1e3, "p50": cuts[49], "p90": cuts[89], "p99": cuts[98], "max": max(waits)}
    return {name: round(seconds * 1e3) for name, seconds in points.items()}


@asynccontextmanager
async def _workspace(people: int, allowed: int) -> AsyncGenerator[tuple[StrictWorkspace, str]]:
    workspace = StrictWorkspace(people, allowed)
    runner = web.AppRunner(application(workspace), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield workspace, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _asked_for(seconds: float, workspace: StrictWorkspace, url: str) -> list[float]:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)
    return await Asking(workspace, url).go_on(stop) if seconds else []


async def _until(holds: Any) -> None:
    async with asyncio.timeout(ENDS_WITHIN):
        while not holds():  # noqa: ASYNC110 - another process changes it
            await asyncio.sleep(0.05)


def measure(quick: bool) -> dict[str, Any]:
    return asyncio.run(campaign(100, 5) if quick else campaign(1_000, 60))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--idle", type=float, default=60.0, help="seconds of questions before the campaign")
    parser.add_argument("--allowed", type=int, default=ALLOWED, help="messages that Slack takes in a minute")
    parser.add_argument("--alone", action="store_true", help="nobody asks meanwhile")
    parser.add_argument("--killed", action="store_true", help="in mid-campaign, with nobody asking")
    parser.add_argument("--database", default="", help="an empty PostgreSQL database that has been migrated")
    chosen = parser.parse_args()
    measured = campaign(
        chosen.people,
        chosen.idle,
        asks=not chosen.alone,
        killed=chosen.killed,
        allowed=chosen.allowed,
        database=chosen.database,
    )
    print(json.dumps(asyncio.run(measured), indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
