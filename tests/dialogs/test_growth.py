"""What leads read costs the same however much there is to read, and is what reading everything gives."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.evidence.windows import KeptWindows, judged_windows, whole_windows
from bot.readiness.rules.status import TypeTwo
from bot.readiness.status import ReportTime, readiness_report
from bot.reminders.digest import gather_facts
from bot.reminders.home import compose_home
from bot.reminders.rules.comparison import key_of
from bot.reminders.rules.digest import Digest, TypeTwoLine, digest_of
from bot.schedule.rules.examinations import examination_window
from bot.work import Work
from handlers.sandbox.cast import Cast
from handlers.stack import Stage
from storage import programme
from storage.evidence import Occurrence
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.record.recorded import Actor, new_row
from storage.terms import DeliveryKind, Disposition, Event, ObligationKind
from tests.dialogs.life import CONTROLS, Life
from tests.dialogs.steps import BEN, CLEO, owns, rows

DAY = timedelta(days=1)
SEED = 20
DAYS = 12
STEPS_A_DAY = 6
Reading = Callable[[Work], Awaitable[object]]


async def report(work: Work) -> object:
    return await readiness_report(work, ReportTime(work.today, work.now))


async def digest(work: Work) -> object:
    return digest_of(await gather_facts(work, work.today))


async def home(work: Work) -> object:
    kind, now = DeliveryKind.HOME, work.now
    return await compose_home(
        work, Delivery(once=kind, kind=kind, recipient=CLEO, subject=CLEO, queued_at=now, not_before=now)
    )


async def test_status_digest_and_home_read_as_many_times_in_a_larger_company(stage: Stage) -> None:
    await owns(stage, BEN, "AC-01")
    async with stage.service.paused():
        await statements(stage, report)
        await grow(stage, 20, 1)
        small = [await statements(stage, each) for each in (report, digest, home)]
        await grow(stage, 400, 2)
        assert [await statements(stage, each) for each in (report, digest, home)] == small
        assert min(small) > 10


async def test_what_is_kept_of_windows_and_told_of_changes_is_what_reading_everything_gives(
    stage: Stage, cast: Cast
) -> None:
    life, told, everything = Life(stage, cast, random.Random(SEED)), None, {}
    changes: set[str] = set()
    for control_id in CONTROLS:
        await owns(stage, BEN, control_id)
    for _ in range(DAYS):
        for _ in range(STEPS_A_DAY):
            await life.step()
            await same_as_anew(stage)
        now, standings = await compared(stage, told)
        if told and now.changes:
            moved = movements(everything, standings)
            assert len(moved) == len(now.changes.shown) + now.changes.more
            for each in now.changes.shown:
                assert moved[key_of(each.standing)] == (each.was, each.standing.disposition)
            growth = Counter(standings.values())
            growth.subtract(everything.values())
            [line] = [each for each in now.examinations if isinstance(each, TypeTwoLine)]
            assert line.deltas == {each: growth[each] for each in Disposition}
            changes |= {f"{was} {is_now}" for was, is_now in moved.values()}
        told, everything = now, standings
    assert len(changes) > 3


async def same_as_anew(stage: Stage) -> None:
    async with stage.service.desk.snapshot() as work:
        spans = [examination_window(each) for each in await programme.examinations(work.session)]
        kept = await judged_windows(work, spans, work.today)
        assert kept == await KeptWindows().judged(work, spans, work.today)
        whole = await whole_windows(work, spans, work.today)
        for span in spans:
            assert kept[span].tallies == whole[span].tallies
            assert kept[span].first_listed() == whole[span].first_listed()


async def compared(stage: Stage, last: Digest | None) -> tuple[Digest, dict[str, Disposition]]:
    """Today's digest as it follows on the last one, and what each occurrence counts as."""
    async with stage.service.desk.reading() as work:
        now = digest_of(await gather_facts(work, work.today, last))
        whole = await readiness_report(work, ReportTime(work.today, work.now), whole=True)
    [window] = [each for each, _ in whole.examinations if isinstance(each, TypeTwo)]
    listed = {key_of(each): each.disposition for each in window.standings}
    in_window = {
        f"{row.control_id} {row.label}": row
        for row in await rows(stage, Occurrence)
        if window.starts_on <= row.ends_on <= window.ends_on
        and row.control_id in {each.control_id for each in window.counted}
    }
    return now, {key: listed.get(key) or settled(row) for key, row in in_window.items()}


def settled(row: Occurrence) -> Disposition:
    return Disposition.WAIVED if row.performed_on is None else Disposition.ON_TIME


def movements(
    before: dict[str, Disposition], now: dict[str, Disposition]
) -> dict[str, tuple[Disposition | None, Disposition]]:
    return {
        key: (before.get(key), counts_as)
        for key, counts_as in now.items()
        if before.get(key, Disposition.OPEN) != counts_as
    }


async def statements(stage: Stage, reading: Reading) -> int:
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(Engine, "before_cursor_execute", counted)
    try:
        async with stage.service.desk.snapshot() as work:
            await reading(work)
    finally:
        event.remove(Engine, "before_cursor_execute", counted)
    return count


async def grow(stage: Stage, count: int, batch: int) -> None:
    """Occurrences that were due last week, each of them asked of Ben."""
    async with stage.service.desk.work(wakes=False) as work:
        occurrences = [
            new_row(
                Occurrence,
                control_id="AC-01",
                label=f"extra {batch} {number}",
                starts_on=work.today - (number + 20) * DAY,
                ends_on=work.today - (batch + 10) * DAY,
                due_on=work.today - 7 * DAY,
                grace_days=3,
                scheduled_at=work.now,
            )
            for number in range(count)
        ]
        requests = [
            new_row(
                Obligation,
                person_id=BEN,
                kind=ObligationKind.EVIDENCE,
                subject=row.values["id"],
                due_on=row.values["due_on"],
                opened_at=work.now,
            )
            for row in occurrences
        ]
        work.record(
            Event.OCCURRENCES_SCHEDULED, Actor.SOCRATES, *occurrences, *requests, subject="control/AC-01"
        )
