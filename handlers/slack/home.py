"""The Home tab, and the prompts that an empty conversation offers."""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.answers import adopted_entries
from bot.desk import Desk
from bot.reminders import home
from handlers.slack.manifest import PROMPTS
from handlers.slack.payloads import Click

log = structlog.get_logger()


async def on_opened(body: Mapping[str, Any], desk: Desk) -> None:
    event = body["event"]
    if event.get("tab") == "home":
        await home.open_home(desk, event["user"])
    elif event.get("channel"):
        await _offer_prompts(desk, event["channel"])


async def adopt_entries(click: Click, desk: Desk) -> None:
    await adopted_entries.adopt_entries(desk, click.person_id)


async def _offer_prompts(desk: Desk, channel: str) -> None:
    """Without thread_ts: under agent_view a call with one fails silently. Prompts are no part of any plan of ours."""
    try:
        await desk.slack.assistant_threads_setSuggestedPrompts(
            channel_id=channel,
            thread_ts=None,
            prompts=[{"title": prompt, "message": prompt} for prompt in PROMPTS],
        )
    except SlackApiError as refusal:
        log.info("prompts not offered", reason=refusal.response.get("error"))
