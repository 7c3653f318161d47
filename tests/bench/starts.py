"""How long Socrates and its commands take to start, and how much memory the server keeps."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import AsyncExitStack
from pathlib import Path

from tests.bench import load
from tests.bench.peers import ACKS
from tests.bench.processes import PYTHON, ROOT, open_peer, open_product, open_workspace
from tests.bench.report import Figure, median

FIVE = "import slack_bolt.async_app, fastapi, sqlmodel, apscheduler, httpx"
SQLMODEL = "import sqlmodel"
TYPER = "import typer, rich"


async def start(rounds: int, *, quick: bool) -> list[Figure]:
    """From the command to the first answer, beside the bare import of the packages that it is built on."""
    took: dict[str, list[float]] = defaultdict(list)
    async with open_workspace() as slack:
        with tempfile.TemporaryDirectory() as folder:
            async with open_product(slack, Path(folder)):
                pass  # the first start makes the database
            for _ in range(1 if quick else rounds):
                async with open_product(slack, Path(folder)) as server:
                    took["serve"].append(server.started_after)
                took["five"].append(await _seconds(sys.executable, "-c", FIVE))
                took["help"].append(await _seconds(*PYTHON, "handlers.cli", "--help"))
                took["typer"].append(await _seconds(sys.executable, "-c", TYPER))
                took["ask"].append(await _seconds(*PYTHON, "handlers.cli", "ask", load.QUESTION))
                took["sqlmodel"].append(await _seconds(sys.executable, "-c", SQLMODEL))
    seconds = {name: median(values) for name, values in took.items()}
    return [
        Figure(
            "serve to its first answer; peer: import of the five", seconds["serve"], "s", seconds["five"], 1.3
        ),
        Figure("socrates --help; peer: import typer, rich", seconds["help"], "s", seconds["typer"], 1.3),
        Figure("socrates ask; peer: import sqlmodel", seconds["ask"], "s", seconds["sqlmodel"], 2),
    ]


async def memory(rounds: int, *, quick: bool) -> list[Figure]:
    """Resident memory of the server after questions, beside a Bolt app that only acknowledges."""
    first, more = (200, 400) if quick else (10_000, 50_000)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(open_workspace())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        peer = await stack.enter_async_context(open_peer(ACKS, slack))
        ours = await stack.enter_async_context(open_product(slack, folder))
        for server in (peer, ours):
            await load.send(server.events, load.question, first, 8)
        kept, bare = ours.memory(), peer.memory()
        await load.send(ours.events, load.question, more, 8)
        await asyncio.sleep(1)
        grown = ours.memory() - kept
    return [
        Figure(f"memory after {first:,} questions; peer: Bolt acks", kept, "MiB", bare, 1.3),
        Figure(f"growth over {more:,} questions more", grown, "MiB", goal=1),
    ]


async def _seconds(*arguments: str) -> float:
    began = time.perf_counter()
    await asyncio.to_thread(
        subprocess.run, arguments, cwd=ROOT, env=os.environ, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - began
