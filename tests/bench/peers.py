"""The least that could stand in our place: one Bolt app that only acknowledges, and one that also posts.

Each runs in a process of its own: ``python -m tests.bench.peers KIND SLACK PORT``.
"""

import asyncio
import re
import sys

import aiohttp
import uvicorn
from fastapi import FastAPI
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response

from tests.bench.load import SECRET

ACKS, POSTS = "acks", "posts"
ANYTHING = re.compile(".*")
REPLY = "A Type 2 report covers a window, mostly of six to twelve months."


async def serve(kind: str, slack: str, port: int) -> None:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(base_url=f"{slack}/api/", token="xoxb-1", session=session)
        await uvicorn.Server(
            uvicorn.Config(_web(_bolt(kind, client)), port=port, log_config=None, access_log=False)
        ).serve()


def _bolt(kind: str, client: AsyncWebClient) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0YEAR", bot_user_id="U0BOT", bot_token="xoxb-1")

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def post(ack: AsyncAck, event: dict) -> None:
        metadata = {"event_type": "delivery", "event_payload": {"key": event["ts"]}}
        await client.chat_postMessage(channel=event["channel"], text=REPLY, metadata=metadata)
        await ack()

    app = AsyncApp(
        name="peer",
        client=AsyncWebClient(session=client.session),
        authorize=authorize,
        signing_secret=SECRET,
        process_before_response=True,
    )
    app.event(ANYTHING)(post if kind == POSTS else acknowledge)
    for listens in (app.action, app.view, app.command, app.shortcut):
        listens(ANYTHING)(acknowledge)
    return app


def _web(bolt: AsyncApp) -> FastAPI:
    handler, app = AsyncSlackRequestHandler(bolt), FastAPI(openapi_url=None)

    async def receive(request: Request) -> Response:
        return await handler.handle(request)

    async def healthy(_request: Request) -> Response:
        return Response()

    app.add_route("/slack/events", receive, methods=["POST"])
    app.add_route("/healthz", healthy)
    return app


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], int(sys.argv[3])))
