"""The clock only ticks: two idempotent jobs in memory. The database knows what is due."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.answers.entry_reviews import ask_for_reviews, reviews_are_due
from bot.deadlines import Staff, staff_of
from bot.desk import Desk
from bot.events.directory import sync_people
from bot.owners.cover import ask_for_cover, cover_is_asked_otherwise
from bot.owners.leavers import leavers_have_controls, pass_on_controls_of_leavers
from bot.owners.respondents import ask_for_evidence, evidence_is_asked_otherwise
from bot.reminders.bundles import bundles_are_due, digests_are_due, queue_due_bundles, queue_due_digests
from bot.reminders.lead_duties import hand_duties_to_leads, leads_owe_otherwise
from bot.signing import sign_head
from bot.work import Work
from storage.record import entries

TICK_SECONDS = 60


@dataclass(frozen=True)
class Step:
    """``is_due`` only reads, and tells whether ``act`` has anything to do."""

    is_due: Callable[[Work, Staff], Awaitable[bool]]
    act: Callable[[Desk], Awaitable[None]]


# In this order, since each may make the next one due. A lead's digest goes before the bundle of that day.
DUTIES = (
    Step(leads_owe_otherwise, hand_duties_to_leads),
    Step(leavers_have_controls, pass_on_controls_of_leavers),
    Step(evidence_is_asked_otherwise, ask_for_evidence),
    Step(cover_is_asked_otherwise, ask_for_cover),
    Step(reviews_are_due, ask_for_reviews),
)
"""They come due by an entry of the record or by a new date, and by nothing else."""
REMINDERS = (Step(digests_are_due, queue_due_digests), Step(bundles_are_due, queue_due_bundles))


@dataclass(frozen=True)
class Look:
    """What a tick saw: the record's head, the quarter of an hour, the staff, and which duties were not due.

    In every zone a date begins with a quarter of an hour.
    """

    head: tuple[int, str]
    quarter: int
    staff: Staff
    not_due: set[Step] = field(default_factory=set)

    def is_of(self, head: tuple[int, str], now: datetime) -> bool:
        return (self.head, self.quarter) == (head, quarter_of(now))


class Ticker:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._look: Look | None = None

    async def tick(self) -> None:
        """Each minute: pass on the leads' duties and the controls of leavers, ask for evidence, cover and entry
        reviews that come due, and queue the digests and bundles whose time has come.
        """
        waiting = deque((*DUTIES, *REMINDERS))
        while waiting:
            if step := await self._next_due(waiting):
                await step.act(self.desk)

    async def _next_due(self, waiting: deque[Step]) -> Step | None:
        """The first step that is due; takes it and those before it out of the queue."""
        async with self.desk.reading() as work:
            look = await self._look_at(work)
            while waiting:
                step = waiting.popleft()
                if step in look.not_due:
                    continue
                if await step.is_due(work, look.staff):
                    return step
                if step in DUTIES:
                    look.not_due.add(step)
        return None

    async def _look_at(self, work: Work) -> Look:
        """The last look, unless the record has grown since or a date may have begun."""
        head = await entries.head(work.session)
        if self._look is None or not self._look.is_of(head, work.now):
            self._look = Look(head, quarter_of(work.now), await staff_of(work))
        return self._look


def quarter_of(now: datetime) -> int:
    return int(now.timestamp()) // 900


async def overnight(desk: Desk) -> None:
    """Once a day: sign the record's head, and read the directory again in case Slack lost an event."""
    await sign_head(desk)
    await sync_people(desk)


def start_clock(ticker: Ticker, *, ticks: bool = True) -> AsyncIOScheduler:
    """Late or missed ticks run once, and a tick never overlaps itself. Without ``ticks`` no job runs."""
    once_late: dict[str, Any] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=once_late)
    if ticks:
        scheduler.add_job(ticker.tick, IntervalTrigger(seconds=TICK_SECONDS))
        scheduler.add_job(overnight, CronTrigger(hour=4, minute=10), [ticker.desk])
    scheduler.start()
    return scheduler
