"""Windows as the database counts them, on both databases: the same as when each occurrence is judged by itself."""

import random
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, update

from bot.evidence.rules.windows import NEAR, judge_window, listed_twice
from storage import windows
from storage.database import Database
from storage.evidence import Occurrence
from storage.record.recorded import new_row
from storage.terms import OccurrenceState
from tests.storage.scene import Scene

DAY = timedelta(days=1)
SPAN = (date(2026, 1, 1), date(2026, 12, 31))
SCHEDULED = datetime(2026, 1, 1, tzinfo=UTC)
SEED = 11


async def test_what_is_counted_and_what_is_listed_add_up_to_every_occurrence(scene: Scene) -> None:
    chance = random.Random(SEED)
    await lists(scene.database, chance, 1_500)
    async with scene.database.reading() as session:
        every = await windows.window_occurrences(session, *SPAN, ["AC-01"])
        assert len(every) == await windows.count_occurrences(session, *SPAN) > 1_000
        for day in (SPAN[0] + days * DAY for days in range(0, 400, 10)):
            for due_after in (day + NEAR, date.max):
                counted = judge_window(
                    SPAN,
                    day,
                    due_after,
                    await windows.other_occurrences(session, *SPAN, due_after),
                    await windows.alike_occurrences(session, *SPAN, due_after),
                    await windows.periods_listed_twice(session, *SPAN),
                )
                assert counted == judge_window(SPAN, day, due_after, every, listed_twice=listed_twice(every))


async def test_a_period_that_is_listed_twice_is_named(scene: Scene) -> None:
    await lists(scene.database, random.Random(SEED), 2)
    async with scene.database.transaction() as session:
        connection = await session.connection()
        await connection.execute(update(Occurrence).values(label="Q3 2026", state=OccurrenceState.OPEN))
    async with scene.database.reading() as session:
        assert await windows.periods_listed_twice(session, *SPAN) == [("AC-01", "Q3 2026")]


async def lists(database: Database, chance: random.Random, count: int) -> None:
    """Occurrences of every state, on days around their due dates."""
    rows = [_occurrence(chance, number).values for number in range(count)]
    async with database.transaction() as session:
        await (await session.connection()).execute(insert(Occurrence), rows)


def _occurrence(chance: random.Random, number: int):
    ends_on = SPAN[0] + chance.randint(-30, 400) * DAY
    due_on = ends_on + chance.randint(0, 20) * DAY
    state = chance.choice(list(OccurrenceState))
    performed_on = due_on + chance.randint(-20, 20) * DAY if state is OccurrenceState.ACCEPTED else None
    return new_row(
        Occurrence,
        control_id="AC-01",
        label=f"turn {number}",
        starts_on=ends_on - (number + 1) * DAY,
        ends_on=ends_on,
        due_on=due_on,
        grace_days=chance.choice([0, 5, 10]),
        state=state,
        performed_on=performed_on,
        scheduled_at=SCHEDULED,
    )
