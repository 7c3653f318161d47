"""The workspace kept in a file between runs."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.sandbox import SlackPatience, UnreadableState, open_sandbox
from handlers.sandbox.cast import Cast
from tests.sandbox.kit import section


async def test_everything_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "var" / "sandbox.json"
    async with open_sandbox(state_file=path) as sandbox, Cast(sandbox.url) as cast:
        slack = AsyncWebClient(sandbox.keys.bot_token, base_url=sandbox.slack_api_url)
        ada = await cast.joins("U0IVY", "Ivy Novak")
        ts = await ada.says("hello", files=[await ada.uploads("a.csv", b"a,b")])
        await slack.chat_postMessage(channel="U0IVY", text="reply", thread_ts=ts)
        await slack.chat_postEphemeral(channel="D0IVY", user="U0IVY", text="hush")
        await slack.views_publish(user_id="U0IVY", view={"type": "home", "blocks": [section("Home")]})
        await cast.clock.advance(days=3)
        before = await ada.state()
        messages = await ada.messages()
        stopped = await cast.clock.now()

    async with open_sandbox(state_file=path) as sandbox, Cast(sandbox.url) as cast:
        ivy = cast.person("Ivy")
        after = await ivy.state()
        for kept in ("people", "channels", "home", "views", "sequence"):
            assert after[kept] == before[kept]
        assert await ivy.messages() == messages
        assert await ivy.downloads(messages[0].files[0]["id"]) == b"a,b"
        assert timedelta(0) <= await cast.clock.now() - stopped < timedelta(seconds=10)
        assert await ivy.says("again", thread=ts) > messages[-1].ts


async def test_it_is_written_soon_after_a_change(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    async with open_sandbox(state_file=path) as sandbox, Cast(sandbox.url) as cast:
        await cast.person("Ada").says("do not forget")
        await asyncio.sleep(0.5)
        assert "do not forget" in path.read_text()


async def test_an_event_that_nobody_took_is_sent_after_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    patience = SlackPatience(event_retries=(60.0,))
    async with open_sandbox(state_file=path, patience=patience) as sandbox, Cast(sandbox.url) as cast:
        await cast.person("Ada").says("hello")
        (first,) = await cast.deliveries()
    async with open_sandbox(state_file=path, patience=patience) as sandbox:
        (waiting,) = sandbox.deliveries.waiting.values()
        assert waiting.payload["event_id"] == first["event_id"]


@pytest.mark.parametrize("content", ["{", "[]", json.dumps({"version": 0})])
async def test_a_broken_file_is_refused_with_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "sandbox.json"
    path.write_text(content)
    with pytest.raises(UnreadableState, match=r"sandbox\.json .*remove it to begin anew"):
        async with open_sandbox(state_file=path):
            pass
