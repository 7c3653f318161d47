"""What happens in the workspace: somebody opens a tab of Socrates, joins, changes or leaves; Slack withdraws access."""

import structlog
from slack_sdk.errors import SlackApiError

from bot.desk import Desk
from bot.events.directory import see_person
from bot.reminders.home import open_home
from handlers.slack.manifest import PROMPTS
from handlers.slack.payloads import Payload

log = structlog.get_logger()


async def on_tab_opened(body: Payload, desk: Desk) -> None:
    event = body["event"]
    if event.get("tab") == "home":
        await open_home(desk, event["user"])
    elif event.get("channel"):
        await _suggest_prompts(desk, event["channel"])


async def on_person_changed(body: Payload, desk: Desk) -> None:
    event = body["event"]
    await see_person(desk, event["user"], body["event_id"], joined=event["type"] == "team_join")


async def on_access_withdrawn(body: Payload, _desk: Desk) -> None:
    """Recording goes on; sending waits until the app is installed again."""
    log.error("Slack has withdrawn the app's access", event=body["event"]["type"])


async def _suggest_prompts(desk: Desk, channel: str) -> None:
    """Without thread_ts, with which the call fails silently under agent_view. A refusal harms nothing."""
    try:
        await desk.slack.assistant_threads_setSuggestedPrompts(
            channel_id=channel,
            thread_ts=None,
            prompts=[{"title": prompt, "message": prompt} for prompt in PROMPTS],
        )
    except SlackApiError as refusal:
        log.info("prompts not offered", reason=refusal.response.get("error"))
