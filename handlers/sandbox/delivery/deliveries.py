"""What the workspace sends to the app: signed requests over HTTP, or envelopes over Socket Mode when a socket is
connected. An event without a 200 is sent again; interactions and commands are not.
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

from handlers.sandbox.terms import Json
from handlers.sandbox.workspace.installation import Keys, SlackPatience
from handlers.sandbox.workspace.workspace import SlackWorkspace, new_id

KEPT = 10_000  # deliveries remembered for `GET /sandbox/deliveries`
IDLE = 2.0  # real seconds an unused connection is kept: less than servers wait before closing it


@dataclass(frozen=True)
class AppAnswer:
    """`status` is None when no answer came in time; `reason` is then Slack's word for that."""

    status: int | None
    body: bytes = b""
    reason: str = ""
    final: bool = False  # x-slack-no-retry

    @property
    def accepted(self) -> bool:
        return self.status == 200


@dataclass
class Dispatch:
    kind: str  # event, interaction or command
    payload: Json
    id: str = field(default_factory=lambda: new_id("DL"))
    attempts: list[Json] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        return bool(self.attempts) and self.attempts[-1]["status"] == 200


class Sockets(Protocol):
    @property
    def connected(self) -> bool: ...

    async def send(self, dispatch: Dispatch, retry: int, reason: str, within: float) -> AppAnswer: ...


class Deliveries:
    """`app_url` is where the app listens; without it and without a socket every attempt fails to connect."""

    def __init__(
        self, workspace: SlackWorkspace, keys: Keys, patience: SlackPatience, sockets: Sockets
    ) -> None:
        self.workspace = workspace
        self.keys = keys
        self.patience = patience
        self.sockets = sockets
        self.app_url: str | None = None
        self.sent: deque[Dispatch] = deque(maxlen=KEPT)
        self.waiting: dict[str, Dispatch] = {}  # events not yet accepted, by id
        self._first_attempts: set[asyncio.Task[None]] = set()
        self._retries: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    # Sending

    def event(self, event: Json) -> None:
        """Queue an Events API event, at once and in the background."""
        dispatch = Dispatch("event", self._envelope(event))
        self.sent.append(dispatch)
        self.resume(dispatch)

    def resume(self, dispatch: Dispatch) -> None:
        self.waiting[dispatch.id] = dispatch
        self._start(self._first_attempts, self._attempt_event(dispatch))

    async def interaction(self, payload: Json) -> AppAnswer:
        return await self._once(Dispatch("interaction", payload))

    async def command(self, form: Json) -> AppAnswer:
        return await self._once(Dispatch("command", form))

    async def quiet(self) -> None:
        """Wait until all first attempts have ended."""
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

    async def _attempt_event(self, dispatch: Dispatch) -> None:
        answer = await self._attempt(dispatch, retry=len(dispatch.attempts), reason="")
        if answer.accepted or answer.final:
            self.waiting.pop(dispatch.id)
        else:
            self._start(self._retries, self._retry_event(dispatch, answer))

    async def _retry_event(self, dispatch: Dispatch, answer: AppAnswer) -> None:
        for retry in range(len(dispatch.attempts), len(self.patience.event_retries) + 1):
            await asyncio.sleep(self.patience.event_retries[retry - 1])
            answer = await self._attempt(dispatch, retry, answer.reason)
            if answer.accepted or answer.final:
                break
        self.waiting.pop(dispatch.id)

    async def _once(self, dispatch: Dispatch) -> AppAnswer:
        self.sent.append(dispatch)
        return await self._attempt(dispatch, retry=0, reason="")

    async def _attempt(self, dispatch: Dispatch, retry: int, reason: str) -> AppAnswer:
        began = time.monotonic()
        if self.sockets.connected:
            answer = await self.sockets.send(dispatch, retry, reason, self.patience.answer_within)
        else:
            answer = await self._post(dispatch, retry, reason)
        took = round(time.monotonic() - began, 4)
        attempt = {"status": answer.status, "retry_num": retry, "took": took, "reason": answer.reason}
        dispatch.attempts.append(attempt)
        return answer

    async def _post(self, dispatch: Dispatch, retry: int, reason: str) -> AppAnswer:
        if self.app_url is None:
            return AppAnswer(None, reason="connection_failed")
        body, kind = _encode(dispatch)
        headers = self._signature_headers(body) | {"Content-Type": kind}
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
                reason = "" if response.status == 200 else "http_error"
                return AppAnswer(response.status, answer, reason, final)
        except TimeoutError:
            return AppAnswer(None, reason="http_timeout")
        except aiohttp.ClientError:
            return AppAnswer(None, reason="connection_failed")

    def _signature_headers(self, body: bytes) -> dict[str, str]:
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
        authorization = {"enterprise_id": None, "team_id": team, "user_id": self.workspace.bot_user_id}
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
            "authorizations": [authorization | {"is_bot": True, "is_enterprise_install": False}],
            "is_ext_shared_channel": False,
            "event_context": f"4-{new_id('', 24)}",
        }

    def _start(self, group: set[asyncio.Task[None]], work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        group.add(task)
        task.add_done_callback(group.discard)


def _encode(dispatch: Dispatch) -> tuple[bytes, str]:
    if dispatch.kind == "event":
        return json.dumps(dispatch.payload).encode(), "application/json"
    form = dispatch.payload if dispatch.kind == "command" else {"payload": json.dumps(dispatch.payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"
