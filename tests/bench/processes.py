"""What is measured runs in processes of its own, as its users start it; the system tells their time and memory."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

from tests.bench.load import SECRET

ROOT = Path(__file__).parent.parent.parent
PYTHON = (sys.executable, "-m")
STARTS_WITHIN = 120.0
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Server:
    url: str
    process: psutil.Process
    started_after: float  # seconds until it answered its first request

    @property
    def events(self) -> str:
        return f"{self.url}/slack/events"

    def cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system

    def memory(self) -> float:
        """Resident, in MiB."""
        return self.process.memory_info().rss / MEBIBYTE


@asynccontextmanager
async def open_workspace(people: int = 50) -> AsyncGenerator[str]:
    """A Slack that takes every call at once; yields its address."""
    arguments = (*PYTHON, "tests.plain_slack", str(people), "Europe/Berlin")
    process = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    try:
        words = (await _line(process)).split()
        yield next(word for word in words if word.startswith("http"))
    finally:
        await _end(process)


@asynccontextmanager
async def open_product(
    slack: str, folder: Path, *, python: tuple[str, ...] = PYTHON
) -> AsyncGenerator[Server]:
    """``socrates serve`` over HTTP with a database of its own."""
    port = _free_port()
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{slack}/api/",
        "DATA_DIR": str(folder),
        "COMPLIANCE_LEADS": "ULEAD1,ULEAD2",
        "PORT": str(port),
        "LOG_LEVEL": "ERROR",
    }
    async with _open([*python, "handlers.cli", "serve"], port, settings) as server:
        yield server


@asynccontextmanager
async def open_peer(kind: str, slack: str) -> AsyncGenerator[Server]:
    port = _free_port()
    async with _open([*PYTHON, "tests.bench.peers", kind, slack, str(port)], port, {}) as server:
        yield server


@asynccontextmanager
async def _open(arguments: list[str], port: int, settings: dict[str, str]) -> AsyncGenerator[Server]:
    began, url = time.perf_counter(), f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        *arguments, cwd=ROOT, env={**os.environ, **settings}, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await _answers(f"{url}/healthz", process)
        yield Server(url, psutil.Process(process.pid), time.perf_counter() - began)
    finally:
        await _end(process)


async def _answers(url: str, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(STARTS_WITHIN), aiohttp.ClientSession() as session:
        while process.returncode is None:
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.01)
    raise RuntimeError(f"the process at {url} ended with {process.returncode}")


async def _line(process: asyncio.subprocess.Process) -> str:
    if process.stdout is None:
        raise RuntimeError("the process prints nowhere")
    async with asyncio.timeout(STARTS_WITHIN):
        while "http" not in (line := (await process.stdout.readline()).decode()):
            if not line:
                raise RuntimeError("the process ended before it said its address")
    return line


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 15)
        except TimeoutError:
            process.kill()
            await process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
