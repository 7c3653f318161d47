"""Kill ``socrates serve`` at random moments of the story, start it again, and prove that nothing was lost or doubled.

Run ``uv run python -m tests.kill --kills 20``. The workspace lives in this process and survives.
"""

import argparse
import asyncio
import contextlib
import os
import random
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from handlers.sandbox import Sandbox, SlackPatience, open_sandbox
from handlers.sandbox.cast import Cast
from storage.database import Database
from tests.kill_oracle import Judgement, everything_is_done, judge
from tests.kill_story import Requests, Story

ROOT = Path(__file__).parent.parent
STARTS_WITHIN = 60.0  # real seconds, on a busy machine
ENDS_WITHIN = 90.0
AFTER_THE_LAST = 60
# Slack waits 0, 60 and 300 seconds; here an event is sent again until the app listens.
IMPATIENT = SlackPatience(event_retries=(0.0, *(0.5,) * 200))
POLICIES = ("Acceptable Use Policy", "Code of Conduct", "Information Security Policy")
OWNERS = {"BK-01": "Farid", "CM-02": "Ben"}


@dataclass
class Outcome:
    """The results of a run; ``verified`` is the output of ``socrates verify``."""

    kills: int
    while_starting: int
    seed: int
    requests: Requests
    judgement: Judgement
    proved: bool
    verified: str
    took: float

    @property
    def fine(self) -> bool:
        return self.proved and not self.judgement.lost and not self.judgement.doubled

    def told(self) -> str:
        judgement, requests = self.judgement, self.requests
        lines = [
            f"{self.kills} kills ({self.while_starting} of them while starting), seed {self.seed}, {self.took:.0f} s",
            f"{requests.answered} requests answered: {len(requests.questions)} questions, "
            f"{len(requests.commands_answered)} commands, {len(requests.acknowledged)} acknowledgements, "
            f"{len(requests.submitted)} files, {len(requests.accepted)} reviews",
            f"{requests.again} clicks pressed again, {len(requests.commands_unanswered)} commands unanswered, "
            f"{judgement.redelivered} events redelivered",
            f"{judgement.effects} effects, {judgement.messages} messages, "
            f"{judgement.repeats} marked (repeat) in a channel",
            f"lost: {len(judgement.lost)}, doubled: {len(judgement.doubled)}",
            *(f"  lost {each}" for each in judgement.lost),
            *(f"  doubled {each}" for each in judgement.doubled),
            self.verified,
        ]
        return "\n".join(lines)


class Served:
    """``socrates serve --sandbox`` in a process of its own."""

    def __init__(self, folder: Path, workspace: str, database: str | None) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self._workspace = workspace
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
        settings = {"DATA_DIR": str(folder), "PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        self.environment = inherited | settings | ({"DATABASE_URL": database} if database else {})
        self._process: asyncio.subprocess.Process | None = None

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process, "it was never started"
        return self._process

    async def start(self) -> None:
        command = [sys.executable, "-m", "handlers.cli", "serve", "--sandbox", self._workspace]
        with (self.folder / "serve.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command, cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )

    async def serving(self) -> None:
        async with asyncio.timeout(STARTS_WITHIN), aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{self.url}/healthz"):
                        return
                except aiohttp.ClientError:
                    assert self.process.returncode is None, f"serve ended: {self._last_words()}"
                    await asyncio.sleep(0.05)

    async def kill(self) -> None:
        assert self.process.returncode is None, f"serve ended: {self._last_words()}"
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        """By SIGTERM, as a host does; work in flight finishes."""
        self.process.terminate()
        async with asyncio.timeout(20):
            assert await self.process.wait() == 0, self._last_words()

    def verify(self) -> tuple[bool, str]:
        command = [sys.executable, "-m", "handlers.cli", "verify"]
        ran = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        return ran.returncode == 0, (ran.stdout + ran.stderr).strip()

    def _last_words(self) -> str:
        return (self.folder / "serve.log").read_text()[-2_000:]


async def run(
    kills: int, seed: int, folder: Path, database: str | None = None, busy_for: float = 5.0
) -> Outcome:
    """``busy_for`` is the longest time in real seconds between a start and the next kill."""
    chance, began, early = random.Random(seed), time.monotonic(), 0
    async with open_sandbox(patience=IMPATIENT) as sandbox, Cast(sandbox.url) as cast:
        served = Served(folder, sandbox.url, database)
        async with _started(served, sandbox):
            await _set_out(cast)
            story = Story(cast, chance)
            playing = asyncio.create_task(story.play())
            for _ in range(kills):
                early += await _kill_once(served, sandbox, chance, busy_for)
            await served.serving()
            await _some_work(sandbox, AFTER_THE_LAST, busy_for)
            story.enough.set()
            await playing
            await _come_to_rest(sandbox, served, database)
            await served.stop()
        stored = Database(_url(served, database))
        try:
            judgement = await judge(sandbox, stored, story.requests)
        finally:
            await stored.close()
        proved, verified = served.verify()
    return Outcome(kills, early, seed, story.requests, judgement, proved, verified, time.monotonic() - began)


@asynccontextmanager
async def _started(served: Served, sandbox: Sandbox) -> AsyncGenerator[None]:
    await served.start()
    try:
        await served.serving()
        sandbox.connect_app(served.url)
        yield
    finally:
        if served.process.returncode is None:
            served.process.kill()
            await served.process.wait()


async def _set_out(cast: Cast) -> None:
    """Before the first kill two controls get owners, and three policies are published."""
    cleo = cast.person("Cleo")
    for control_id, owner in OWNERS.items():
        await cleo.presses("Assign a control", await cleo.home("Assign a control"))
        form = await cleo.modal("Assign a control")
        await cleo.submits(form, {"Control": control_id, "Owner": owner})
        await cast.person(owner).presses("Accept", await cast.person(owner).home(control_id))
    for policy in POLICIES:
        await cleo.presses("Publish a policy", await cleo.home("Publish a policy"))
        await cleo.submits(await cleo.modal("Publish a policy"), {"Version": f"{policy} 1.0"})


async def _kill_once(served: Served, sandbox: Sandbox, chance: random.Random, busy_for: float) -> bool:
    """One kill in five hits a starting process, the others its work. Whether it was starting."""
    starting = chance.random() < 0.2
    if not starting:
        await served.serving()
        await _some_work(sandbox, chance.randint(5, 40), busy_for)
    await asyncio.sleep(chance.uniform(0.0, 0.2 if not starting else 3.0))
    await served.kill()
    await served.start()
    return starting


async def _some_work(sandbox: Sandbox, requests: int, busy_for: float) -> None:
    """Wait until so many more requests are answered, or the time is over."""
    before = _answered(sandbox)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(busy_for):
            while True:
                if _answered(sandbox) >= before + requests:
                    return
                await asyncio.sleep(0.01)


def _answered(sandbox: Sandbox) -> int:
    return sum(sent.accepted for sent in sandbox.deliveries.sent)


async def _come_to_rest(sandbox: Sandbox, served: Served, database: str | None) -> None:
    stored = Database(_url(served, database))
    try:
        async with asyncio.timeout(ENDS_WITHIN):
            while True:
                if await everything_is_done(sandbox, stored):
                    return
                await asyncio.sleep(0.2)
    finally:
        await stored.close()


def _url(served: Served, database: str | None) -> str:
    return database or f"sqlite:///{served.folder / 'socrates.db'}"


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--database", help="an empty PostgreSQL database; SQLite when it is not given")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="socrates-kill-") as folder:
        if options.database:
            migrated = Served(Path(folder), "", options.database)
            command = [sys.executable, "-m", "handlers.cli", "migrate"]
            subprocess.run(command, cwd=folder, env=migrated.environment, check=True)
        outcome = asyncio.run(run(options.kills, options.seed, Path(folder), options.database))
    print(outcome.told())  # noqa: T201
    return 0 if outcome.fine else 1


if __name__ == "__main__":
    raise SystemExit(main())
