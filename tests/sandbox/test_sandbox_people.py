"""The people's side: what each person sees, the page's stream, and complaints that are sentences."""

import asyncio

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.sandbox import Sandbox
from handlers.sandbox.cast import Cast, NotPossible, Unheard
from tests.sandbox.kit import Listener, button, form, section


async def test_each_sees_the_channels_they_are_in(cast: Cast) -> None:
    rooms = {
        name: [c["name"] for c in (await cast.person(name).state())["channels"]] for name in ("Ben", "Dan")
    }
    assert rooms == {"Ben": ["Socrates", "general", "security"], "Dan": ["Socrates", "general", "compliance"]}
    with pytest.raises(NotPossible, match="Ben Castillo is not in #compliance"):
        await cast.person("Ben").says("hello", channel="#compliance")
    with pytest.raises(NotPossible, match="Hugo Stein is deactivated"):
        await cast.person("Hugo").says("hello")
    with pytest.raises(NotPossible, match="there are: Ada, Ben"):
        cast.person("Zoe")


async def test_unread_counts_what_others_said_until_it_is_read(slack: AsyncWebClient, cast: Cast) -> None:
    async def unread() -> dict[str, int]:
        return {c["id"]: c["unread"] for c in (await cast.person("Ben").state())["channels"] if c["unread"]}

    posted = await slack.chat_postMessage(channel="U0BEN", text="due")
    await cast.person("Ada").says("morning", channel="#general")
    await cast.person("Ben").says("morning", channel="#security")
    assert await unread() == {"D0BEN": 1, "C0GENERAL": 1}
    await cast.person("Ben").messages()  # the cast only peeks
    await cast.get("messages", **{"as": "U0BEN", "channel": "C0GENERAL"})
    assert await unread() == {"D0BEN": 1}
    await slack.chat_update(channel="D0BEN", ts=posted["ts"], text="done")
    assert await unread() == {"D0BEN": 1}
    await cast.get("messages", **{"as": "U0BEN", "channel": "bot"})
    assert await unread() == {}


async def test_the_page_is_told_that_something_changed(sandbox: Sandbox, cast: Cast) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{sandbox.url}/sandbox/events") as stream:
        assert await stream.content.readline() == b": welcome\n"
        await cast.person("Ada").says("hello")
        async with asyncio.timeout(2):
            while await stream.content.readline() != b"data: changed\n":
                pass


async def test_another_site_may_not_act(sandbox: Sandbox) -> None:
    body = {"as": "U0ADA", "channel": "bot", "text": "hello"}
    async with aiohttp.ClientSession() as session:
        for origin, status in (("https://evil.example", 403), (sandbox.url, 200)):
            answer = await session.post(f"{sandbox.url}/sandbox/say", json=body, headers={"Origin": origin})
            assert answer.status == status


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("say", {"channel": "bot", "text": "x"}, "'as' is missing"),
        ("say", {"as": "U0ADA", "channel": "bot"}, "nothing to say"),
        ("say", {"as": "U0ADA", "channel": "bot", "text": "x", "thread_ts": "1.1"}, "no thread '1.1'"),
        ("say", {"as": "U0SOCRATES", "channel": "bot", "text": "x"}, "Socrates is the app"),
        ("press", {"as": "U0ADA", "channel": "bot", "ts": "1.1", "action_id": "x"}, "no message '1.1'"),
        ("submit", {"as": "U0ADA", "view_id": "V1"}, "no such view"),
        ("people", {"id": "U0ADA", "shoe_size": 43}, "A person has no shoe_size"),
        ("people", {"id": "U0ADA", "tz": "Mars/Olympus"}, "no time zone"),
        ("fail", {"method": "chat.update", "mode": "sulk"}, "no failure 'sulk'; there are: lost_answer"),
    ],
)
async def test_complaints_are_sentences(cast: Cast, path: str, body: dict[str, str], sentence: str) -> None:
    with pytest.raises(NotPossible, match=sentence):
        await cast.post(path, body)


async def test_presses_in_channels_and_of_ephemeral_messages(
    listener: Listener, slack: AsyncWebClient, cast: Cast
) -> None:
    blocks = [section("Shared"), {"type": "actions", "elements": [button("Accept", "accept")]}]
    root = await slack.chat_postMessage(channel="C0SECURITY", text="Shared", blocks=blocks)
    await slack.chat_postMessage(channel="C0SECURITY", text="In thread", blocks=blocks, thread_ts=root["ts"])
    ada = cast.person("Ada")
    await ada.presses("Accept", (await ada.messages("#security"))[1])
    pressed = form(listener.bodies[-1])
    assert (pressed["container"]["thread_ts"], pressed["channel"]["name"]) == (root["ts"], "security")
    await slack.chat_postEphemeral(channel="C0SECURITY", user="U0ADA", text="Hush", blocks=blocks)
    await ada.presses("Accept", (await ada.messages("#security"))[-1])
    pressed = form(listener.bodies[-1])
    assert pressed["container"]["is_ephemeral"]
    assert "message" not in pressed


async def test_a_screen_that_is_behind_can_still_press(
    listener: Listener, slack: AsyncWebClient, cast: Cast
) -> None:
    blocks = [{"type": "actions", "block_id": "a", "elements": [button("Accept", "accept")]}]
    posted = await slack.chat_postMessage(channel="U0BEN", text="due", blocks=blocks)
    ben = cast.person("Ben")
    message = await ben.hears("[Accept]")
    await slack.chat_update(channel="D0BEN", ts=posted["ts"], text="done", blocks=[section("done")])
    with pytest.raises(NotPossible, match="nothing to press called 'accept'"):
        await ben.presses("Accept", message)
    await ben.presses("Accept", message, stale=True)
    pressed = form(listener.bodies[-1])
    assert pressed["actions"][0]["value"] == "1"
    assert pressed["message"]["text"] == "done"


async def test_a_message_shortcut_carries_the_message(
    listener: Listener, slack: AsyncWebClient, cast: Cast
) -> None:
    await cast.person("Ada").says("the restore worked", channel="#security")
    ben = cast.person("Ben")
    await ben.uses_shortcut("attach", await ben.hears("restore", "#security"))
    payload = form(listener.bodies[-1])
    assert (payload["type"], payload["callback_id"], payload["channel"]["id"]) == (
        "message_action",
        "attach",
        "C0SECURITY",
    )
    assert payload["message"]["text"] == "the restore worked"


async def test_a_failed_wait_says_what_slack_refused(slack: AsyncWebClient, cast: Cast) -> None:
    with pytest.raises(Exception, match="invalid_blocks"):
        await slack.chat_postMessage(channel="U0BEN", text="x", blocks=[section("")])
    with pytest.raises(
        Unheard, match=r"(?s)heard: nothing\..*Slack refused chat.postMessage: invalid_blocks"
    ):
        await cast.person("Ben").hears("x", within=0)
    with pytest.raises(Unheard, match=r"saw no new Home within 0 s; it was never published"):
        await cast.person("Ben").home(within=0)
