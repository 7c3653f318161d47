"""The clock only ticks: two idempotent jobs in memory. The database knows what is due."""

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.answers import entry_reviews
from bot.desk import Desk
from bot.events.directory import sync_people
from bot.owners import cover, leavers, respondents
from bot.reminders import bundles, lead_duties
from bot.signing import sign_head
from bot.work import Work

TICK_SECONDS = 60

Due = Callable[[Work], Awaitable[bool]]
Act = Callable[[Desk], Awaitable[None]]
# Each minute in this order: whether something is to do, and what does it.
STEPS: tuple[tuple[Due, Act], ...] = (
    (lead_duties.duties_to_hand_over, lead_duties.hand_duties_to_leads),
    (leavers.leavers_own_controls, leavers.pass_on_controls_of_leavers),
    (respondents.evidence_to_ask_for, respondents.ask_for_evidence),
    (cover.cover_to_ask_for, cover.ask_for_cover),
    (entry_reviews.reviews_to_ask_for, entry_reviews.ask_for_reviews),
    (bundles.digests_due, bundles.queue_digests),
    (bundles.bundles_due, bundles.queue_bundles),
)


async def plan(desk: Desk) -> None:
    """A tick: one reading looks at all that may have come due, and is taken anew after a step that had to act."""
    steps = deque(STEPS)
    while steps:
        async with desk.reading() as work:
            while steps and not await steps[0][0](work):
                steps.popleft()
        if steps:
            _, act = steps.popleft()
            await act(desk)


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
