"""What the workspace sends to the app: signed requests over HTTP, or envelopes over Socket Mode when a socket
is connected. Events that were not answered 200 are sent again; interactions and commands are not.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp

from handlers.sandbox.nouns import Json
from handlers.sandbox.workspace import Workspace, new_id

KEPT = 10_000  # deliveries remembered for `GET /sandbox/deliveries`
IDLE = 2.0  # real seconds an unused connection is kept: less than servers wait before closing it


GRANTED = (  # what the app's manifest asks for
    "chat:write",
    "im:write",
    "im:history",
    "app_mentions:read",
    "commands",
    "assistant:write",
    "users:read",
    "users:read.email",
    "files:read",
    "files:write",
)


@dataclass(frozen=True)
class Keys:
    """What the app was installed with."""

    bot_token: str = "xoxb-sandbox"  # noqa: S105 - sandbox keys are public
    app_token: str = "xapp-sandbox"  # noqa: S105
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105
    scopes: tuple[str, ...] = GRANTED


@dataclass(frozen=True)
class Patience:
    """Real seconds: waits before each redelivery of an event, for an answer, and the life of a trigger."""

    event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    answer_within: float = 3.0
    trigger_lives: float = 3.0


@dataclass(frozen=True)
class Answer:
    """`status` is None when none came in time; `reason` is then Slack's word for it."""

    status: int | None
    body: bytes = b""
    reason: str = ""
    final: bool = False  # x-slack-no-retry

    @property
    def accepted(self) -> bool:
        return self.status == 200


@dataclass
class Delivery:
    kind: str  # event, interaction or command
    payload: Json
    id: str = field(default_factory=lambda: new_id("DL"))
    attempts: list[Json] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        return bool(self.attempts) and self.attempts[-1]["status"] == 200


class Sockets(Protocol):
    @property
    def connected(self) -> bool: ...

    async def send(self, delivery: Delivery, retry: int, reason: str, within: float) -> Answer: ...


class Deliveries:
    """`app_url` is where the app listens; without it and without a socket every attempt fails to connect."""

    def __init__(self, workspace: Workspace, keys: Keys, patience: Patience, sockets: Sockets) -> None:
        self.workspace = workspace
        self.keys = keys
        self.patience = patience
        self.sockets = sockets
        self.app_url: str | None = None
        self.sent: deque[Delivery] = deque(maxlen=KEPT)
        self.waiting: dict[str, Delivery] = {}  # events not yet accepted, by delivery id
        self._first_attempts: set[asyncio.Task[None]] = set()
        self._retries: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    # Sending

    def event(self, event: Json) -> None:
        """Queue an Events API event, at once and in the background."""
        delivery = Delivery("event", self._envelope(event))
        self.sent.append(delivery)
        self.resume(delivery)

    def resume(self, delivery: Delivery) -> None:
        self.waiting[delivery.id] = delivery
        self._start(self._first_attempts, self._attempt_event(delivery))

    async def interaction(self, payload: Json) -> Answer:
        return await self._once(Delivery("interaction", payload))

    async def command(self, form: Json) -> Answer:
        return await self._once(Delivery("command", form))

    async def quiet(self) -> None:
        """Wait until the first attempts that are under way have ended."""
        if self._first_attempts:
            await asyncio.wait(self._first_attempts)

    async def close(self) -> None:
        tasks = self._first_attempts | self._retries
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=50, keepalive_timeout=IDLE)
            )
        return self._session

    # Attempts

    async def _attempt_event(self, delivery: Delivery) -> None:
        answer = await self._attempt(delivery, retry=len(delivery.attempts), reason="")
        if answer.accepted or answer.final:
            self.waiting.pop(delivery.id)
        else:
            self._start(self._retries, self._retry_event(delivery, answer))

    async def _retry_event(self, delivery: Delivery, answer: Answer) -> None:
        for retry in range(len(delivery.attempts), len(self.patience.event_retries) + 1):
            await asyncio.sleep(self.patience.event_retries[retry - 1])
            answer = await self._attempt(delivery, retry, answer.reason)
            if answer.accepted or answer.final:
                break
        self.waiting.pop(delivery.id)

    async def _once(self, delivery: Delivery) -> Answer:
        self.sent.append(delivery)
        return await self._attempt(delivery, retry=0, reason="")

    async def _attempt(self, delivery: Delivery, retry: int, reason: str) -> Answer:
        began = time.monotonic()
        if self.sockets.connected:
            answer = await self.sockets.send(delivery, retry, reason, self.patience.answer_within)
        else:
            answer = await self._post(delivery, retry, reason)
        took = round(time.monotonic() - began, 4)
        attempt = {"status": answer.status, "retry_num": retry, "took": took, "reason": answer.reason}
        delivery.attempts.append(attempt)
        return answer

    async def _post(self, delivery: Delivery, retry: int, reason: str) -> Answer:
        if self.app_url is None:
            return Answer(None, reason="connection_failed")
        body, kind = _written(delivery)
        headers = self._signed(body) | {"Content-Type": kind}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        url = self.app_url.rstrip("/") + "/slack/events"
        within = aiohttp.ClientTimeout(total=self.patience.answer_within)
        try:
            async with self.session().post(
                url, data=body, headers=headers, timeout=within, allow_redirects=False
            ) as response:
                answer = await response.read()
                final = response.headers.get("x-slack-no-retry") == "1"
                told = "" if response.status == 200 else "http_error"
                return Answer(response.status, answer, told, final)
        except TimeoutError:
            return Answer(None, reason="http_timeout")
        except aiohttp.ClientError:
            return Answer(None, reason="connection_failed")

    def _signed(self, body: bytes) -> dict[str, str]:
        """Real time: the app refuses signatures older than 300 s."""
        stamp = str(int(time.time()))
        signature = hmac.new(
            self.keys.signing_secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256
        )
        return {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": "v0=" + signature.hexdigest(),
        }

    def _envelope(self, event: Json) -> Json:
        team = self.workspace.team["id"]
        installed = {"enterprise_id": None, "team_id": team, "user_id": self.workspace.bot_user_id}
        return {
            "token": "sandbox-verification",
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": None,
            "api_app_id": self.workspace.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": self.workspace.now_seconds(),
            "authorizations": [installed | {"is_bot": True, "is_enterprise_install": False}],
            "is_ext_shared_channel": False,
            "event_context": f"4-{new_id('', 24)}",
        }

    def _start(self, group: set[asyncio.Task[None]], work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        group.add(task)
        task.add_done_callback(group.discard)


def _written(delivery: Delivery) -> tuple[bytes, str]:
    if delivery.kind == "event":
        return json.dumps(delivery.payload).encode(), "application/json"
    form = delivery.payload if delivery.kind == "command" else {"payload": json.dumps(delivery.payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"
