"""What the tests build with: a Bolt app beside the workspace, a bare endpoint, blocks."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.sandbox import Keys, Sandbox


def bolt_app(sandbox: Sandbox, slack: AsyncWebClient) -> AsyncApp:
    """An app in the mode of the product: listeners end before the answer."""
    return AsyncApp(client=slack, signing_secret=Keys().signing_secret, process_before_response=True)


@asynccontextmanager
async def listening(app: AsyncApp, sandbox: Sandbox) -> AsyncGenerator[None]:
    """Serve the Bolt app and have the workspace deliver to it."""
    runner = web.AppRunner(app.web_app(path="/slack/events"), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sandbox.connect_app(f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        yield
    finally:
        sandbox.connect_app(None)
        await runner.cleanup()


@dataclass
class Listener:
    """An endpoint that keeps what it was sent, and answers as told."""

    statuses: list[int] = field(default_factory=list)
    answer: bytes = b""
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    content_type: str = "application/json"
    extra: dict[str, str] = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        self.bodies.append(await request.read())
        self.arrived.set()
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(
            status=status, body=self.answer, content_type=self.content_type, headers=self.extra
        )

    async def until(self, count: int) -> None:
        """Wait for so many requests in all."""
        async with asyncio.timeout(2):
            while len(self.bodies) < count:
                self.arrived.clear()
                await self.arrived.wait()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body)["event"] for body in self.bodies if body.startswith(b"{")]


def button(label: str, action_id: str, value: str = "1") -> dict[str, Any]:
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": label},
        "action_id": action_id,
        "value": value,
    }


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def modal(*blocks: dict[str, Any], title: str = "Evidence", **more: Any) -> dict[str, Any]:
    submit = {"type": "plain_text", "text": "Send"}
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": title},
        "callback_id": "evidence",
        "submit": submit,
        "blocks": list(blocks),
        **more,
    }


def entry(label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "label": {"type": "plain_text", "text": label}, "element": element, **more}


async def refused(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """The answer of a call that Slack is to refuse."""
    with pytest.raises(SlackApiError) as raised:
        await call
    return raised.value.response


def form(body: bytes) -> dict[str, Any]:
    """The interaction or command that an endpoint was sent."""
    fields = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    return json.loads(fields["payload"]) if "payload" in fields else fields
