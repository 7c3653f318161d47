"""What one request costs the server, beside a Bolt app that does the least: questions, and each kind's way in."""

import asyncio
import tempfile
from collections import defaultdict
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from tests.bench import load
from tests.bench.load import Latencies, MakeBody
from tests.bench.peers import ACKS, POSTS
from tests.bench.processes import Server, open_peer, open_product, open_workspace
from tests.bench.report import Figure, median

SENT_IN_ALL = 480
POSTED_WITHIN = 150.0
KINDS: dict[str, MakeBody] = {
    "event": load.strange_event,
    "button": load.strange_action,
    "form": load.strange_submission,
    "shortcut": load.strange_shortcut,
    "command": load.strange_command,
}


async def questions(rounds: int, *, quick: bool) -> list[Figure]:
    """CPU of the server a question, with eight connections: its answer parked by Slack's limit, and sent.

    Of those that are answered there are no more than Slack's limit lets go in the first minute.
    """
    stored, sent = (60, 20) if quick else (600, SENT_IN_ALL // (rounds + 1))
    cpu: dict[str, list[float]] = defaultdict(list)
    tails: dict[int, list[Latencies]] = defaultdict(list)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(open_workspace())
        limited = await stack.enter_async_context(open_workspace())
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)]
        acks = await stack.enter_async_context(open_peer(ACKS, slack))
        posts = await stack.enter_async_context(open_peer(POSTS, slack))
        sends = await stack.enter_async_context(open_product(slack, folders[0]))
        stores = await stack.enter_async_context(open_product(limited, folders[1]))
        await _limit(limited)
        for each in range(rounds + 1):
            figures = {
                "acks": await _cpu(acks, load.question, stored, 8),
                "stores": await _cpu(stores, load.question, stored, 8),
                "posts": await _cpu_with_posts(posts, slack, sent),
                "sends": await _cpu_with_posts(sends, slack, sent),
            }
            if each:  # the first warms everything up
                for name, figure in figures.items():
                    cpu[name].append(figure)
                for connections in (1, 8, 32):
                    tails[connections].append(
                        await load.send(stores.events, load.question, stored, connections)
                    )
    typical = {name: median(values) for name, values in cpu.items()}
    return [
        Figure(
            "question, its reply waiting; peer: Bolt acks", typical["stores"], "ms CPU", typical["acks"], 2
        ),
        Figure("question with its reply; peer: Bolt posts", typical["sends"], "ms CPU", typical["posts"], 2),
        *(_tail(f"question, {n} connections: p99; peer: its p50", tails[n]) for n in tails),
    ]


async def dispatch(rounds: int, *, quick: bool) -> list[Figure]:
    """CPU of the way to a listener for each kind of request, beside an app with one listener a kind."""
    requests = 100 if quick else 1_500
    cpu: dict[tuple[str, str], list[float]] = defaultdict(list)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(open_workspace())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {
            "peer": await stack.enter_async_context(open_peer(ACKS, slack)),
            "ours": await stack.enter_async_context(open_product(slack, folder)),
        }
        for server in servers.values():
            for make_body in KINDS.values():
                await _cpu(server, make_body, 100, 8)
        for _ in range(rounds):
            for kind, make_body in KINDS.items():
                for name, server in servers.items():
                    cpu[name, kind].append(await _cpu(server, make_body, requests, 8))
    return [
        Figure(
            f"way in of a {kind}; peer: one listener",
            median(cpu["ours", kind]),
            "ms CPU",
            median(cpu["peer", kind]),
            1.15,
        )
        for kind in KINDS
    ]


def _tail(what: str, latencies: list[Latencies]) -> Figure:
    slow, typical = median([each.p99 for each in latencies]), median([each.p50 for each in latencies])
    return Figure(what, slow, "ms", typical, 10)


async def _cpu(server: Server, make_body: MakeBody, requests: int, connections: int) -> float:
    """Milliseconds a request."""
    before = server.cpu_seconds()
    await load.send(server.events, make_body, requests, connections)
    return (server.cpu_seconds() - before) / requests * 1_000


async def _limit(slack: str) -> None:
    """From now on this workspace refuses every post for an hour, as Slack does beyond its limit."""
    async with aiohttp.ClientSession() as session, session.post(f"{slack}/limit") as answer:
        answer.raise_for_status()


async def _cpu_with_posts(server: Server, slack: str, requests: int) -> float:
    """Milliseconds a request, until Slack has a post for each."""
    awaited, before = await _posted(slack) + requests, server.cpu_seconds()
    await load.send(server.events, load.question, requests, 8)
    async with asyncio.timeout(POSTED_WITHIN):
        while True:
            if await _posted(slack) >= awaited:
                return (server.cpu_seconds() - before) / requests * 1_000
            await asyncio.sleep(0.2)


async def _posted(slack: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{slack}/told") as answer:
        return (await answer.json())["posted"]
