"""The clock on both databases: a tick costs the same whatever is stored, and a crowd is asked in slices, each once."""

import asyncio
import os
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, insert
from sqlalchemy.engine import Engine
from sqlmodel import select

from bot.desk import Desk, Identity, open_desk
from bot.reminders.bundles import SLICE, next_due_instant, queue_slice
from bot.settings import Settings
from handlers.clock import Ticker
from storage import obligations
from storage.database import Database
from storage.obligations import Obligation
from storage.outbox import Delivery
from storage.people import Person
from storage.terms import AccountKind, DeliveryKind, ObligationKind, ObligationState
from tests.storage.children import child, die_at, status_of
from tests.storage.hosts import Host

TUESDAY = datetime(2026, 10, 6, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
HALF_PAST_NINE = TUESDAY - timedelta(minutes=30)
NORTHWIND = Identity("T0NORTHWIND", "Northwind", "U0BOT", frozenset())
LEAD = "U00000"


def name_of(number: int) -> str:
    return f"U{number:05}"


@asynccontextmanager
async def opened(url: str, folder: Path, now: datetime = TUESDAY) -> AsyncGenerator[Desk]:
    settings = Settings(_env_file=None, database_url=url, data_dir=folder)
    async with open_desk(settings, lambda: now, identity=NORTHWIND) as desk:
        yield desk


async def has_people(
    url: str,
    count: int,
    *,
    asked_at: datetime | None,
    closed: int = 0,
    kind: AccountKind = AccountKind.MEMBER,
) -> None:
    """Each owes two acknowledgements, and has given so many before; the first of them leads."""
    people = [
        Person(id=name_of(number), name=f"Person {number}", zone="Europe/Berlin", standing=kind)
        for number in range(count)
    ]
    people[0].is_lead = kind is AccountKind.MEMBER
    open_rows = [owed(person, subject, asked_at) for person in people for subject in ("first", "second")]
    closed_rows = [owed(person, f"closed {number}", None) for person in people for number in range(closed)]
    for row in closed_rows:
        row.state, row.closed_at = ObligationState.DONE, TUESDAY
    database = Database(url)
    async with database.transaction() as session:
        connection = await session.connection()
        for noun, rows in ((Person, people), (Obligation, [*open_rows, *closed_rows])):
            await connection.execute(insert(noun), [row.model_dump() for row in rows])
    await database.close()


def owed(person: Person, subject: str, asked_at: datetime | None) -> Obligation:
    return Obligation(
        person_id=person.id,
        kind=ObligationKind.ACKNOWLEDGE,
        subject=subject,
        due_on=date(2026, 10, 20),
        opened_at=TUESDAY - timedelta(days=9),
        next_nag_at=asked_at,
    )


async def bundles_of(desk: Desk) -> list[str]:
    """The recipient of each bundle or digest: a person has one of them a day."""
    kinds = [DeliveryKind.BUNDLE, DeliveryKind.DIGEST]
    async with desk.reading() as work:
        return [row.recipient for row in await work.session.exec(select(Delivery)) if row.kind in kinds]


async def nags_of(desk: Desk) -> set[datetime | None]:
    async with desk.reading() as work:
        return set(await work.session.exec(select(Obligation.next_nag_at)))


@contextmanager
def statements() -> Generator[list[str]]:
    noted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        noted.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield noted
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_a_tick_reads_as_little_whatever_is_stored(host: Host, tmp_path: Path) -> None:
    counts = []
    for people, closed in ((3, 0), (300, 20)):
        url = host.empty()
        await has_people(url, people, asked_at=TUESDAY + timedelta(hours=1), closed=closed)
        async with opened(url, tmp_path / str(people)) as desk:
            ticker = Ticker(desk)
            await ticker.tick()  # the lead's digest
            with statements() as first:
                await Ticker(desk).tick()
            with statements() as again:
                await ticker.tick()
            counts.append((len(first), len(again)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 20
    assert counts[0][1] <= 4


@pytest.mark.parametrize("inside", [False, True], ids=["between two slices", "inside a slice"])
def test_a_killed_tick_is_made_good_by_the_next_and_nobody_is_asked_twice(
    url: str, tmp_path: Path, *, inside: bool
) -> None:
    people = SLICE + 50
    asyncio.run(has_people(url, people, asked_at=HALF_PAST_NINE))

    async def slice_and_die() -> None:
        async with opened(url, tmp_path) as desk:
            if inside:
                die_at(obligations, "plan_nags")
            assert await queue_slice(desk) == SLICE
            os._exit(9)

    async def tick() -> tuple[list[str], list[str], set[datetime | None]]:
        async with opened(url, tmp_path) as desk:
            before = await bundles_of(desk)
            await Ticker(desk).tick()
            await Ticker(desk).tick()
            return before, await bundles_of(desk), await nags_of(desk)

    with child(lambda: asyncio.run(slice_and_die())) as pid:
        assert status_of(pid) == 9
    before, after, nags = asyncio.run(tick())

    assert len(before) == (0 if inside else SLICE // 2)  # each person owes two things
    assert sorted(after) == [name_of(number) for number in range(people)]
    assert nags == {HALF_PAST_NINE + timedelta(days=1)}


async def test_others_get_through_while_a_crowd_is_planned(url: str, tmp_path: Path) -> None:
    people = 2 * SLICE
    await has_people(url, people, asked_at=HALF_PAST_NINE)
    async with opened(url, tmp_path) as desk:
        ticking = asyncio.create_task(Ticker(desk).tick())
        planned = [0]
        while not ticking.done():
            async with desk.work() as work:
                await work.queue(DeliveryKind.NOTE, "U0ADA", "note", once=f"note:{len(planned)}")
            planned.append(len(await bundles_of(desk)))
        await ticking
        assert any(0 < count < people for count in planned)
        assert len(await bundles_of(desk)) == people


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        (TUESDAY + timedelta(hours=12), AccountKind.MEMBER),
        (TUESDAY, AccountKind.GUEST),
        (TUESDAY, AccountKind.DEACTIVATED),
    ],
    ids=["at night", "a guest", "who left"],
)
async def test_who_may_not_be_asked_now_is_looked_at_again_with_the_next_bundle(
    url: str, tmp_path: Path, now: datetime, kind: AccountKind
) -> None:
    await has_people(url, 3, asked_at=HALF_PAST_NINE, kind=kind)
    tomorrow = HALF_PAST_NINE + timedelta(days=1)
    async with opened(url, tmp_path, now) as desk:
        expected = tomorrow if kind is AccountKind.MEMBER else None
        assert await next_due_instant(desk) == expected
        await Ticker(desk).tick()
        assert await bundles_of(desk) == []
        assert await nags_of(desk) == {tomorrow}
        assert await next_due_instant(desk) == expected
        with statements() as again:
            await Ticker(desk).tick()
        assert not any("UPDATE" in statement for statement in again)
