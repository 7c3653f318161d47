"""Slack as a client: signed requests over connections that are kept, each sent when the one before is answered."""

import asyncio
import hashlib
import hmac
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

import aiohttp

SECRET = "bench"
TEAM = "T0YEAR"
OTHER_TEAM = "T0OTHER"
ASKER = "U000001"
FORM = "application/x-www-form-urlencoded"
QUESTION = "how long is the window of a type 2 report?"
numbers = count(1)

Body = tuple[str, str]  # content type and text
MakeBody = Callable[[], Body]


@dataclass(frozen=True)
class Latencies:
    """In milliseconds, with the requests per second that they add up to."""

    p50: float
    p99: float
    per_second: float


async def send(url: str, make_body: MakeBody, requests: int, connections: int) -> Latencies:
    """Raises RuntimeError when an answer is not 200, since its time would say nothing."""
    left = iter(range(requests))
    took: list[float] = []

    async def one_connection(session: aiohttp.ClientSession) -> None:
        for _ in left:
            kind, body = make_body()
            began = time.perf_counter()
            async with session.post(url, data=body, headers=signed(kind, body)) as answer:
                await answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"{url} answered {answer.status}")
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(one_connection(session) for _ in range(connections)))
    seconds = time.perf_counter() - began
    shares = statistics.quantiles(took, n=100, method="inclusive")
    return Latencies(shares[49] * 1_000, shares[98] * 1_000, requests / seconds)


def question() -> Body:
    """A direct message, of which Slack never sends two with one id."""
    number = next(numbers)
    stamp = f"17000{number:05}.000100"
    event = {
        "type": "message",
        "channel_type": "im",
        "user": ASKER,
        "text": QUESTION,
        "ts": stamp,
        "event_ts": stamp,
        "channel": f"D{ASKER[1:]}",
    }
    return _event(event, TEAM, f"Ev{number}")


def strange_event() -> Body:
    """Of another workspace, so that nothing but the way to the listener is left."""
    return _event(
        {"type": "message", "user": "U1", "text": "x", "ts": "1.1", "channel": "D1"}, OTHER_TEAM, "Ev1"
    )


def strange_action() -> Body:
    button = {
        "action_id": "rate_helpful",
        "block_id": "b",
        "type": "button",
        "value": "1",
        "action_ts": "1.0",
    }
    place = {"type": "message", "channel_id": "D1", "message_ts": "1.0"}
    return _interaction("block_actions", actions=[button], container=place, channel={"id": "D1"})


def strange_submission() -> Body:
    view = {
        "id": "V1",
        "callback_id": "ask",
        "private_metadata": "",
        "state": {"values": {}},
        "type": "modal",
    }
    return _interaction("view_submission", view=view)


def strange_shortcut() -> Body:
    message = {"ts": "1.1", "text": "x", "user": "U1"}
    return _interaction(
        "message_action",
        callback_id="ask_about_message",
        message=message,
        channel={"id": "C1"},
        message_ts="1.1",
    )


def strange_command() -> Body:
    fields = {
        "team_id": OTHER_TEAM,
        "user_id": "U1",
        "channel_id": "C1",
        "command": "/soc",
        "text": "help",
        "api_app_id": "A1",
        "trigger_id": "1.2.3",
        "response_url": "http://127.0.0.1:9/none",
    }
    return FORM, urlencode({"token": "x", **fields})


def _event(event: dict, team: str, event_id: str) -> Body:
    body = {"type": "event_callback", "token": "x", "team_id": team, "api_app_id": "A1", "event_time": 1}
    us = [{"enterprise_id": None, "team_id": team, "user_id": "U0BOT", "is_bot": True}]
    return "application/json", json.dumps(
        {**body, "event_id": event_id, "authorizations": us, "event": event}
    )


def _interaction(kind: str, **parts: object) -> Body:
    who = {"team": {"id": OTHER_TEAM}, "user": {"id": "U1", "team_id": OTHER_TEAM}}
    payload = {"type": kind, "api_app_id": "A1", "token": "x", "trigger_id": "1.2.3", **who, **parts}
    return FORM, urlencode({"payload": json.dumps(payload)})


def signed(kind: str, body: str) -> dict[str, str]:
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"content-type": kind, "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
