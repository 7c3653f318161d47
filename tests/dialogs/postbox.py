"""What Slack would post to our door, written and signed by hand: for what no honest workspace sends."""

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from handlers.sandbox import Keys
from handlers.stack import Stage

TEAM = "T0NORTHWIND"
FORM = "application/x-www-form-urlencoded"
NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Answered:
    status: int
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Postbox:
    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def post(
        self, body: bytes | AsyncGenerator[bytes], kind: str = "application/json", **headers: str
    ) -> Answered:
        """As it is; whole bodies are signed unless the headers say otherwise."""
        signed = signature(body) if isinstance(body, bytes) else {}
        sent = {"Content-Type": kind} | signed | {n.replace("_", "-"): value for n, value in headers.items()}
        async with self._session.post(self._url, data=body, headers=sent) as answer:
            return Answered(answer.status, await answer.text())

    async def event(self, event: dict[str, Any], team: str = TEAM, event_id: str | None = None) -> Answered:
        told = {"type": "event_callback", "team_id": team, "event_id": event_id or f"EvPOST{next(NUMBERS)}"}
        return await self.post(json.dumps(told | {"event": event}).encode())

    async def says(self, person: str, text: str, team: str = TEAM, **facts: Any) -> Answered:
        """A message in the person's direct conversation with us."""
        ts = f"1791183600.{next(NUMBERS):06d}"
        event = {"type": "message", "channel_type": "im", "channel": f"D{person[1:]}", "ts": ts}
        return await self.event(event | {"user": person, "text": text} | facts, team)

    async def presses(
        self, person: str, action: str, value: str, *, team: str = TEAM, channel: str | None = None
    ) -> Answered:
        """A button with this value, in the person's direct conversation unless another channel is given."""
        place = channel or f"D{person[1:]}"
        ts = f"1791183600.{next(NUMBERS):06d}"
        return await self.interaction(
            {
                "type": "block_actions",
                "user": {"id": person, "team_id": team},
                "team": {"id": team},
                "trigger_id": "1.2.forged",
                "channel": {"id": place},
                "container": {"type": "message", "message_ts": ts, "channel_id": place},
                "actions": [{"type": "button", "action_id": action, "value": value, "action_ts": ts}],
            }
        )

    async def submits(
        self,
        person: str,
        callback: str,
        subject: str,
        values: dict[str, Any],
        team: str = TEAM,
        view_id: str | None = None,
    ) -> Answered:
        """A form; each value is its field's element as Slack describes it."""
        inputs = [{"type": "input", "block_id": field, "element": {}} for field in values]
        state = {"values": {field: {field: held} for field, held in values.items()}}
        view = {
            "type": "modal",
            "id": view_id or f"V0POST{next(NUMBERS)}",
            "callback_id": callback,
            "private_metadata": subject,
            "blocks": inputs,
            "state": state,
        }
        user = {"id": person, "team_id": team}
        return await self.interaction(
            {"type": "view_submission", "user": user, "team": {"id": team}, "view": view}
        )

    async def commands(self, person: str, text: str, command: str = "/soc", team: str = TEAM) -> Answered:
        form = {"command": command, "text": text, "user_id": person, "channel_id": "C0GENERAL"}
        return await self.post(urlencode(form | {"team_id": team}).encode(), FORM)

    async def interaction(self, payload: dict[str, Any]) -> Answered:
        return await self.post(urlencode({"payload": json.dumps(payload)}).encode(), FORM)


@asynccontextmanager
async def open_postbox(stage: Stage) -> AsyncGenerator[Postbox]:
    async with aiohttp.ClientSession() as session:
        yield Postbox(session, stage.app_url + "/slack/events")


def signature(body: bytes, *, age: float = 0, secret: str = Keys().signing_secret) -> dict[str, str]:
    """Slack's headers (docs.slack.dev/authentication/verifying-requests-from-slack); age in seconds."""
    stamp = str(int(time.time() - age))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
