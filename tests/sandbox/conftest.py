"""A workspace, its cast, and the real SDK on the other side of the protocol."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from handlers.sandbox import Sandbox, SlackPatience, open_sandbox
from handlers.sandbox.cast import Cast
from tests.sandbox.kit import Listener

QUICK = SlackPatience(event_retries=(0.0, 0.05, 0.05), answer_within=0.5, trigger_lives=3.0)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with open_sandbox(patience=QUICK) as opened:
        yield opened


@pytest.fixture
async def slack(sandbox: Sandbox) -> AsyncWebClient:
    return AsyncWebClient(sandbox.keys.bot_token, base_url=sandbox.slack_api_url, retry_handlers=[])


@pytest.fixture
async def cast(sandbox: Sandbox) -> AsyncIterator[Cast]:
    async with Cast(sandbox.url) as players:
        yield players


@pytest.fixture
async def listener(sandbox: Sandbox) -> AsyncIterator[Listener]:
    app = Listener()
    application = web.Application()
    application.router.add_post("/slack/events", app.hear)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sandbox.connect_app(f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield app
    await runner.cleanup()
