"""People joining, changing and leaving, and Slack telling us that we were let go."""

from collections.abc import Mapping
from typing import Any

import structlog

from bot.desk import Desk
from bot.events.directory import see_person

log = structlog.get_logger()


async def on_person(body: Mapping[str, Any], desk: Desk) -> None:
    event = body["event"]
    await see_person(desk, event["user"], body["event_id"], joined=event["type"] == "team_join")


async def on_locked_out(body: Mapping[str, Any], _desk: Desk) -> None:
    """Recording goes on; sending waits until the app is installed again."""
    log.error("Slack has withdrawn the app's access", event=body["event"]["type"])
