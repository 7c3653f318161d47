"""A year of a company of any size: its promises are held week by week, and its memory is measured.

Run ``uv run python -m tests.year --people 50000``. Slack is a process of its own that takes every call; nothing waits
for real time, so a year of 2,000 people takes minutes.
"""

import argparse
import asyncio
import random
import re
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import process_time

import aiohttp
from pydantic import SecretStr
from sqlmodel import col, func, select

from bot.calendar.periods import local_date, local_instant
from bot.desk import Desk
from bot.evidence import handing_in, reviewing
from bot.evidence.handing_in import UploadedFile
from bot.evidence.rules.listings import Listing
from bot.owners import ownership
from bot.policies import policies
from bot.readiness.status import ReportTime, readiness_report
from bot.reminders.bundles import next_due_instant
from bot.settings import Settings
from handlers.commands.verify import prove
from handlers.logs import start_logging
from handlers.service import REHEARSAL, Service, open_service
from handlers.web.rehearsal import BusinessClock
from storage import evidence, evidence_reviews, obligations, outbox, people, programme
from storage.outbox import Delivery
from storage.policies import draft_versions
from storage.terms import DeliveryKind, DeliveryState, ObligationKind
from tests.plain_slack import LEADS, LISTING

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Singapore", "Asia/Riyadh", "Australia/Sydney")
COMPANY_ZONE = "Europe/Berlin"
BEGINS_ON = date(2026, 7, 1)
DAY = timedelta(days=1)
DEEDS_AT = time(
    20
)  # in the company's zone: whoever is reminded on that day has been, but in America's evening
FRIDAY, QUARTER = 4, 91
UNSOLICITED = (DeliveryKind.BUNDLE, DeliveryKind.DIGEST)
# Of those who owe it, so many do it on a day: nearly everybody within two weeks.
DOES_IT_TODAY = 0.35


class Broken(Exception):
    """A promise that did not hold; the message says which and where."""


@dataclass
class Year:
    people: int
    days: int
    seed: int
    messages: int = 0
    acknowledged: int = 0
    accepted: int = 0
    slack_calls: dict[str, int] = field(default_factory=dict)
    memory: list[int] = field(default_factory=list)
    processor_seconds: float = 0.0
    proof: str = ""

    def told(self) -> str:
        return "\n".join(
            [
                f"{self.days} days of {self.people:,} people, seed {self.seed}",
                f"{self.messages:,} messages, {self.acknowledged:,} acknowledgements, {self.accepted:,} reviews",
                f"{self.processor_seconds:,.0f} s of processor time",
                f"peak memory at the end of each quarter: {', '.join(f'{each:,} MB' for each in self.memory)}",
                "Slack's calls: "
                + ", ".join(f"{name} {n:,}" for name, n in sorted(self.slack_calls.items())),
                self.proof,
            ]
        )


class Company:
    """Its people acknowledge, its owners hand in and its leads review, each day by chance."""

    def __init__(self, service: Service, clock: BusinessClock, year: Year) -> None:
        self.service = service
        self.desk: Desk = service.desk
        self.clock = clock
        self.year = year
        self.chance = random.Random(year.seed)

    async def begins(self) -> None:
        """Every control that runs gets an owner, and all policies but one are published."""
        async with self.desk.reading() as work:
            controls = await programme.controls(work.session)
            members = sorted(each.id for each in await people.members(work.session))
            drafts = await draft_versions(work.session)
        for control in controls:
            owner, backup = self.chance.sample(members, 2)
            await ownership.assign_control(self.desk, LEADS[0], control.id, owner, backup)
        for person_id, ownership_id in await self._owed(ObligationKind.ACCEPT_OWNERSHIP):
            await ownership.accept_ownership(self.desk, person_id, ownership_id)
        self.drafts = [draft.id for draft in drafts]
        await self._publish()

    async def _publish(self) -> None:
        await policies.publish_policy(self.desk, LEADS[0], self.drafts.pop())

    async def day(self, day: date) -> None:
        until = local_instant(day, DEEDS_AT, COMPANY_ZONE)
        while (at := await next_due_instant(self.desk)) and at <= until:
            await self._moves_to(at)
        await self._moves_to(until)
        if day.weekday() < 5:
            await self._deeds(day)
        if day.day == 1 and day.month % 4 == 0 and self.drafts:
            await self._publish()

    async def _moves_to(self, instant: datetime) -> None:
        self.clock.set(instant)
        await self.service.settle()
        while await self._waits():
            await self.service.settle()

    async def _waits(self) -> bool:
        async with self.desk.reading() as work:
            return await outbox.next_delivery_at(work.session) is not None

    async def _deeds(self, day: date) -> None:
        async with self.service.paused():
            for person_id, version_id in await self._owed(ObligationKind.ACKNOWLEDGE):
                if self.chance.random() < DOES_IT_TODAY:
                    await policies.acknowledge_policy(self.desk, person_id, version_id)
                    self.year.acknowledged += 1
            for person_id, occurrence_id in await self._owed(ObligationKind.EVIDENCE):
                await self._hands_in(person_id, occurrence_id, day)
        await self._moves_to(self.clock.now())
        async with self.desk.reading() as work:
            waiting = await evidence_reviews.evidence_to_review(work.session)
        leads = {each.id: LEADS[each.submitted_by == LEADS[0]] for each in waiting}
        for each in waiting:
            await reviewing.show_file(self.desk, leads[each.id], each.id)
        await self._moves_to(self.clock.now())
        for each in waiting:
            await reviewing.accept_evidence(self.desk, leads[each.id], each.id)
            self.year.accepted += 1
        await self._moves_to(self.clock.now())

    async def _hands_in(self, person_id: str, occurrence_id: str, day: date) -> None:
        async with self.desk.reading() as work:
            [occurrence] = (await evidence.occurrences_by_id(work.session, [occurrence_id])).values()
        if occurrence.ends_on >= day or self.chance.random() > DOES_IT_TODAY:
            return
        file = UploadedFile(f"F{occurrence_id}", "listing.csv", len(LISTING), "text/csv")
        listing = Listing(2, "All items of the period", self.clock.now())
        await handing_in.submit_evidence(
            self.desk, person_id, occurrence_id, file, occurrence.ends_on, listing=listing
        )

    async def _owed(self, kind: ObligationKind) -> list[tuple[str, str]]:
        async with self.desk.reading() as work:
            rows = await obligations.open_obligations_of_kind(work.session, kind)
        return [(row.person_id, row.subject) for row in rows]

    async def holds_its_promises(self) -> None:
        """Every report ties, no message failed, and nobody was asked twice on a day of theirs."""
        async with self.desk.snapshot() as work:
            await readiness_report(work, ReportTime(work.today, work.now))
            zones = {each.id: each.zone for each in await people.everyone(work.session)}
            failed = await outbox.failed_deliveries(work.session)
            week_ago = work.now - 8 * DAY
            asked = select(Delivery.recipient, Delivery.sent_at).where(
                col(Delivery.kind).in_(UNSOLICITED), col(Delivery.sent_at) > week_ago
            )
            moments = (await work.session.exec(asked)).all()
        days = Counter((person_id, local_date(sent_at, zones[person_id])) for person_id, sent_at in moments)
        if twice := [key for key, times in days.items() if times > 1]:
            raise Broken(f"asked twice on a day: {twice[:3]}, {len(twice)} in all")
        if failed:
            raise Broken(f"{len(failed)} messages failed: {failed[0].last_error}")

    async def count_messages(self, slack: str) -> None:
        """Slack has each message that counts as sent exactly once."""
        async with aiohttp.ClientSession() as session, session.get(f"{slack}/told") as answer:
            told = await answer.json()
        edits = (DeliveryKind.REFRESH, DeliveryKind.HOME, DeliveryKind.FILE)
        async with self.desk.reading() as work:
            posts = select(func.count()).where(
                Delivery.state == DeliveryState.SENT, col(Delivery.kind).not_in(edits)
            )
            sent = (await work.session.exec(posts)).one()
        self.year.messages, self.year.slack_calls = sent, told["calls"]
        if not sent == told["posted"] == told["keys"]:
            raise Broken(f"{sent} messages count as sent, {told['posted']} posts of {told['keys']} arrived")


async def run(people_count: int, days: int, seed: int, folder: Path) -> Year:
    """Raises Broken when a promise does not hold."""
    year = Year(people_count, days, seed)
    async with _slack(people_count) as slack:
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr("xoxb-year"),
            slack_app_token=SecretStr(""),
            slack_signing_secret=SecretStr("year"),
            slack_api_url=f"{slack}/api/",
            data_dir=folder,
            database_url="",
            evidence_url="",
            compliance_leads=LEADS,
        )
        clock = BusinessClock(local_instant(BEGINS_ON, time(8), COMPANY_ZONE) - datetime.now(UTC))
        async with open_service(settings, clock.now, sandbox=True, tempo=REHEARSAL, ticks=False) as service:
            company = Company(service, clock, year)
            await company.begins()
            for number in range(days):
                day = BEGINS_ON + number * DAY
                await company.day(day)
                if day.weekday() == FRIDAY:
                    await company.holds_its_promises()
                if number % QUARTER == QUARTER - 1 or number == days - 1:
                    year.memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
                    print(f"{day}: {year.memory[-1]:,} MB, {process_time():,.0f} s", flush=True)  # noqa: T201
            await company.count_messages(slack)
    year.processor_seconds = process_time()
    year.proof, proved = await prove(settings, None)
    if not proved:
        raise Broken(year.proof)
    return year


@asynccontextmanager
async def _slack(people_count: int) -> AsyncGenerator[str]:
    command = [sys.executable, "-m", "tests.plain_slack", str(people_count), *ZONES]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout
        while not (address := re.search(rb"http://[0-9.:]+", await process.stdout.readline())):
            pass
        yield address[0].decode()
    finally:
        process.terminate()
        await process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start_logging("ERROR")
    with tempfile.TemporaryDirectory(prefix="socrates-year-") as folder:
        try:
            year = asyncio.run(run(options.people, options.days, options.seed, Path(folder)))
        except Broken as fault:
            print(fault)  # noqa: T201
            return 1
    print(year.told())  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
