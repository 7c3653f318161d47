"""Socket Mode with Bolt's own handler on the other end."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers.sandbox import Sandbox
from handlers.sandbox.cast import Cast, NoAnswer
from tests.sandbox.kit import bolt_app, button, entry, modal


@asynccontextmanager
async def connected(app: AsyncApp, sandbox: Sandbox) -> AsyncGenerator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(app, sandbox.keys.app_token, ping_interval=0.2)
    await handler.connect_async()
    try:
        yield handler
    finally:
        await handler.close_async()
        await handler.client.aiohttp_client_session.close()


@asynccontextmanager
async def bare_socket(sandbox: Sandbox) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
    client = AsyncWebClient(base_url=sandbox.slack_api_url)
    url = (await client.apps_connections_open(app_token=sandbox.keys.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


async def test_everything_goes_through_the_socket(
    sandbox: Sandbox, slack: AsyncWebClient, cast: Cast
) -> None:
    app = bolt_app(sandbox, slack)
    sandbox.connect_app("http://127.0.0.1:9")

    @app.event("message")
    async def answer(event, client):
        if "bot_id" not in event and event.get("subtype") is None:
            blocks = [{"type": "actions", "elements": [button("Open", "open")]}]
            await client.chat_postMessage(channel=event["channel"], text="Answer", blocks=blocks)

    @app.command("/soc")
    async def command(ack):
        await ack("Plain text")

    @app.action("open")
    async def press(ack, body, client):
        reason = entry("Reason", {"type": "plain_text_input", "action_id": "text"}, block_id="reason")
        await client.views_open(trigger_id=body["trigger_id"], view=modal(reason))
        await ack()

    @app.view("evidence")
    async def submit(ack, view):
        typed = view["state"]["values"]["reason"]["text"]["value"]
        await ack(response_action="errors", errors={"reason": f"{typed}?"})

    async with connected(app, sandbox):
        ada = cast.person("Ada")
        await ada.says("hello")
        message = await ada.hears("[Open]")
        reply = await ada.commands("/soc help")
        assert reply is not None
        assert reply.text == "Plain text"
        await ada.presses("Open", message)
        assert await ada.submits(await ada.modal(), {"Reason": "why"}) == {"reason": "why?"}


async def test_the_handler_comes_back_after_a_disconnect(
    sandbox: Sandbox, slack: AsyncWebClient, cast: Cast
) -> None:
    app = bolt_app(sandbox, slack)

    @app.event("message")
    async def answer(event, client):
        if "bot_id" not in event and event.get("subtype") is None:
            await client.chat_postMessage(channel=event["channel"], text=f"Heard {event['text']}")

    async with connected(app, sandbox):
        ada = cast.person("Ada")
        await cast.disconnects_socket()
        assert not sandbox.sockets.connected
        async with asyncio.timeout(3):
            while not sandbox.sockets.connected:  # noqa: ASYNC110 - the SDK's own pace
                await asyncio.sleep(0.02)
        await ada.says("again")
        await ada.hears("Heard again")


async def test_an_envelope_not_acknowledged_is_sent_again(sandbox: Sandbox, cast: Cast) -> None:
    async with bare_socket(sandbox) as socket:
        await cast.person("Ada").says("hello")
        first = await socket.receive_json()
        second = await socket.receive_json()
        assert (first["type"], first["retry_attempt"], first["retry_reason"]) == ("events_api", 0, "")
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert first["envelope_id"] != second["envelope_id"]
        await socket.send_str(json.dumps({"envelope_id": second["envelope_id"]}))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.receive(), 0.2)
    (delivery,) = await cast.deliveries()
    assert [attempt["status"] for attempt in delivery["attempts"]] == [None, 200]


async def test_a_command_on_a_lost_socket_fails_for_the_person(sandbox: Sandbox, cast: Cast) -> None:
    async with bare_socket(sandbox) as socket:
        waiting = asyncio.create_task(cast.person("Ada").commands("/soc help"))
        envelope = await socket.receive_json()
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        assert envelope["payload"]["command"] == "/soc"
        await socket.close()
        with pytest.raises(NoAnswer):
            await waiting


async def test_a_ticket_connects_once(sandbox: Sandbox) -> None:
    client = AsyncWebClient(base_url=sandbox.slack_api_url)
    url = (await client.apps_connections_open(app_token=sandbox.keys.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url):
            pass
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
