"""The clock only ticks: two idempotent jobs in memory. The database knows what is due."""

from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.answers.entry_reviews import ask_for_reviews
from bot.desk import Desk
from bot.events.directory import sync_people
from bot.owners.cover import ask_for_cover
from bot.owners.leavers import pass_on_controls_of_leavers
from bot.owners.respondents import ask_for_evidence
from bot.reminders.bundles import queue_due_bundles
from bot.reminders.lead_duties import hand_duties_to_leads
from bot.signing import sign_head

TICK_SECONDS = 60


async def plan(desk: Desk) -> None:
    """Each minute: pass on the leads' duties and the controls of leavers, ask for evidence, cover and entry reviews
    that come due, and queue the bundles and digests whose time has come.
    """
    await hand_duties_to_leads(desk)
    await pass_on_controls_of_leavers(desk)
    await ask_for_evidence(desk)
    await ask_for_cover(desk)
    await ask_for_reviews(desk)
    await queue_due_bundles(desk)


async def overnight(desk: Desk) -> None:
    """Once a day: sign the record's head, and read the directory again in case Slack lost an event."""
    await sign_head(desk)
    await sync_people(desk)


def start_clock(desk: Desk, *, ticks: bool = True) -> AsyncIOScheduler:
    """Late or missed ticks run once, and a tick never overlaps itself. Without ``ticks`` no job runs."""
    once_late: dict[str, Any] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=once_late)
    if ticks:
        scheduler.add_job(plan, IntervalTrigger(seconds=TICK_SECONDS), [desk])
        scheduler.add_job(overnight, CronTrigger(hour=4, minute=10), [desk])
    scheduler.start()
    return scheduler
