"""Deliveries over HTTP: signed, sent again when they are events, and listed."""

import asyncio
import json

import pytest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from handlers.sandbox import Sandbox
from handlers.sandbox.cast import Cast, NoAnswer
from tests.sandbox.kit import Listener, button, form


async def test_events_are_signed_and_whole(listener: Listener, cast: Cast, sandbox: Sandbox) -> None:
    ts = await cast.person("Ada").says("hello @Ben Castillo")
    await listener.until(1)
    verifier = SignatureVerifier(sandbox.keys.signing_secret)
    assert verifier.is_valid_request(listener.bodies[0], listener.headers[0])
    assert not SignatureVerifier("other").is_valid_request(listener.bodies[0], listener.headers[0])
    envelope = json.loads(listener.bodies[0])
    assert envelope["type"] == "event_callback"
    assert (envelope["team_id"], envelope["api_app_id"]) == ("T0NORTHWIND", "A0SOCRATES")
    assert envelope["authorizations"][0]["user_id"] == "U0SOCRATES"
    assert "X-Slack-Retry-Num" not in listener.headers[0]
    event = envelope["event"]
    assert (event["type"], event["channel"], event["ts"], event["user"]) == ("message", "D0ADA", ts, "U0ADA")
    elements = event["blocks"][0]["elements"][0]["elements"]
    assert elements == [{"type": "text", "text": "hello "}, {"type": "user", "user_id": "U0BEN"}]


async def test_an_event_not_answered_200_is_sent_again_with_the_same_id(
    listener: Listener, cast: Cast
) -> None:
    listener.statuses = [500, 404, 503, 500]
    await cast.person("Ada").says("hello")
    await listener.until(4)
    await asyncio.sleep(0.15)
    assert len(listener.bodies) == 4
    assert len({json.loads(body)["event_id"] for body in listener.bodies}) == 1
    retries = [(h.get("X-Slack-Retry-Num"), h.get("X-Slack-Retry-Reason")) for h in listener.headers]
    assert retries == [(None, None), *((str(retry), "http_error") for retry in (1, 2, 3))]
    (delivery,) = await cast.deliveries()
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 404, 503, 500]


async def test_an_event_is_sent_again_once_the_app_is_back(
    listener: Listener, cast: Cast, sandbox: Sandbox
) -> None:
    app_url = sandbox.deliveries.app_url
    sandbox.connect_app("http://127.0.0.1:9")
    await cast.person("Ada").says("hello")
    await sandbox.deliveries.quiet()
    sandbox.connect_app(app_url)
    await listener.until(1)
    assert listener.headers[0]["X-Slack-Retry-Reason"] == "connection_failed"


async def test_an_answer_can_forbid_retries(listener: Listener, cast: Cast, sandbox: Sandbox) -> None:
    listener.statuses, listener.extra = [500], {"x-slack-no-retry": "1"}
    await cast.person("Ada").says("hello")
    await listener.until(1)
    await sandbox.deliveries.quiet()
    assert not sandbox.deliveries.waiting


async def test_clicks_and_commands_are_not_sent_again(
    listener: Listener, slack: AsyncWebClient, cast: Cast
) -> None:
    ben = cast.person("Ben")
    blocks = [{"type": "actions", "elements": [button("Accept", "accept")]}]
    await slack.chat_postMessage(channel="U0BEN", text="AC-01", blocks=blocks)
    message = await ben.hears("AC-01")
    await listener.until(1)
    listener.bodies.clear()
    listener.statuses = [500, 500]
    with pytest.raises(NoAnswer, match="Socrates answered 500") as raised:
        await ben.presses("accept", message)
    assert raised.value.status == 500
    with pytest.raises(NoAnswer):
        await ben.commands("/soc help", channel="#general")
    await asyncio.sleep(0.15)
    assert [form(body).get("command") for body in listener.bodies] == [None, "/soc"]
    assert form(listener.bodies[1])["channel_name"] == "general"


async def test_the_app_hears_its_own_messages_edits_and_nothing_of_channels(
    listener: Listener, slack: AsyncWebClient, cast: Cast, sandbox: Sandbox
) -> None:
    posted = await slack.chat_postMessage(channel="U0BEN", text="due")
    await slack.chat_update(channel="D0BEN", ts=posted["ts"], text="done")
    await slack.chat_postMessage(channel="C0GENERAL", text="for all")
    await cast.person("Ada").says("just talking", channel="#general")
    await cast.person("Ada").says("tell me", channel="#general", mention=True)
    await listener.until(3)
    await sandbox.deliveries.quiet()
    events = {
        (event["type"], event.get("subtype"), event.get("bot_id")): event for event in listener.events()
    }
    assert set(events) == {
        ("message", None, "B0SOCRATES"),
        ("message", "message_changed", None),
        ("app_mention", None, None),
    }
    edit = events["message", "message_changed", None]
    assert (edit["previous_message"]["text"], edit["message"]["text"]) == ("due", "done")


async def test_people_come_and_change(listener: Listener, cast: Cast) -> None:
    ivy = await cast.joins("U0IVY", "Ivy Novak", tz="Europe/Prague")
    await listener.until(1)
    assert listener.events()[0]["type"] == "team_join"
    assert listener.events()[0]["user"]["profile"]["email"] == "ivy@northwind.example"
    await ivy.says("hello", channel="#general")
    await cast.joins("U0IVY", "Ivy Novak", deleted=True)
    await listener.until(2)
    assert listener.events()[1]["type"] == "user_change"
    assert listener.events()[1]["user"]["deleted"]
