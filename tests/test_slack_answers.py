"""What each answer of Slack's to a posted message means: sent, refused, or unclear."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.kit import Message, prose
from bot.delivery.slack_calls import Refused, Sent, Unclear, content_hash, post_message
from storage.outbox import Delivery
from storage.terms import DeliveryKind

MESSAGE = Message("Hello.", [prose("Hello.")])
JSON = "application/json"


@pytest.fixture
async def slack() -> AsyncGenerator[tuple[AsyncWebClient, list[web.Response]]]:
    """A client, and the answers that it is going to get."""
    answers: list[web.Response] = []

    async def answer(_: web.Request) -> web.Response:
        return answers.pop(0)

    application = web.Application()
    application.router.add_post("/api/{method}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        yield AsyncWebClient("xoxb-1", base_url=url, session=session, retry_handlers=[]), answers
    await runner.cleanup()


def delivery() -> Delivery:
    now = datetime(2026, 10, 5, tzinfo=UTC)
    return Delivery(
        once="1", kind=DeliveryKind.NOTE, recipient="D1", subject="1", queued_at=now, not_before=now
    )


@pytest.mark.parametrize(
    ("status", "kind", "body", "meant"),
    [
        (200, JSON, '{"ok": true, "channel": "D1", "ts": "1.2"}', Sent("D1", "1.2", content_hash(MESSAGE))),
        (
            200,
            JSON,
            '{"ok": false, "error": "channel_not_found"}',
            Refused("channel_not_found", passing=False),
        ),
        (200, JSON, '{"ok": false, "error": "internal_error"}', Unclear("internal_error")),
        (200, JSON, '{"ok": true, "chan', Unclear("an answer that is not JSON")),
        (200, "text/html", "<html>Bad gateway</html>", Unclear("HTTP 200")),
        (503, "text/plain", "Service Unavailable", Unclear("HTTP 503")),
        (500, JSON, '{"ok": false, "error": "fatal_error"}', Unclear("fatal_error")),
    ],
)
async def test_an_answer_means(slack, status: int, kind: str, body: str, meant) -> None:
    client, answers = slack
    answers.append(web.Response(status=status, text=body, content_type=kind))
    assert await post_message(client, delivery(), MESSAGE) == meant


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "7"}, 7.0), ({}, 30.0)])
@pytest.mark.parametrize("status", [200, 429])
async def test_a_rate_limit_says_how_long_to_wait(slack, status: int, headers, seconds: float) -> None:
    client, answers = slack
    answers.append(web.json_response({"ok": False, "error": "ratelimited"}, status=status, headers=headers))
    assert await post_message(client, delivery(), MESSAGE) == Refused(
        "ratelimited", passing=True, parked_for=seconds
    )


@pytest.mark.parametrize("error", ["invalid_auth", "account_inactive", "token_revoked"])
async def test_a_refused_token_is_no_fault_of_the_message(slack, error: str) -> None:
    client, answers = slack
    answers.append(web.json_response({"ok": False, "error": error}))
    assert await post_message(client, delivery(), MESSAGE) == Refused(error, passing=True, locked_out=True)


async def test_nobody_there_means_that_nothing_was_posted() -> None:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            "xoxb-1", base_url="http://127.0.0.1:9/api/", session=session, retry_handlers=[]
        )
        result = await post_message(client, delivery(), MESSAGE)
    assert result == Refused("ClientConnectorError", passing=True)
