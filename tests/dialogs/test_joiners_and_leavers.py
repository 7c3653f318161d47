"""Slack tells who joins and who leaves: each time is one event for the controls that it sets off."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.events.directory import PEOPLE_A_PAGE, sync_people
from bot.register.catalogue import adopt_control
from handlers.sandbox.cast import Cast
from handlers.sandbox.workspace.nouns import Member as Colleague
from handlers.stack import Stage
from storage.evidence import Occurrence
from storage.people import Person
from storage.terms import AccountKind, TriggerKind, TriggerSource
from storage.triggers import Trigger
from tests.dialogs.scenes import continued, played
from tests.dialogs.steps import BEN, CLEO, owns, proved, rows, until

JOINER, LEAVER = TriggerKind.JOINER, TriggerKind.LEAVER
MIA = "U0MIA"


async def hr_counts(stage: Stage, _cast: Cast) -> None:
    for control_id in ("AC-07", "AM-03", "HR-05"):
        await adopt_control(stage.service.desk, CLEO, control_id)
    await owns(stage, BEN, "HR-05")


@pytest.fixture(scope="session")
def adopted(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    return played(hr_counts, tmp_path_factory.mktemp("hr") / "data", empty_database)


@pytest.fixture
async def company(adopted: Path, tmp_path: Path) -> AsyncGenerator[tuple[Stage, Cast]]:
    async with continued(shutil.copytree(adopted, tmp_path / "data")) as (stage, cast):
        yield stage, cast


async def told_of(stage: Stage) -> list[tuple[TriggerKind, int, str, str | None]]:
    events = sorted(await rows(stage, Trigger), key=lambda each: (each.raised_at, each.kind, each.number))
    return [(each.kind, each.number, each.what, each.reference) for each in events]


async def becomes(stage: Stage, person_id: str, standing: AccountKind) -> None:
    """It has been heard, and is stored."""

    async def known() -> bool:
        return any((row.id, row.standing) == (person_id, standing) for row in await rows(stage, Person))

    await until(known, within=20)


async def test_a_new_colleague_is_a_joiner_and_hr_is_asked(company: tuple[Stage, Cast]):
    stage, cast = company
    await cast.joins(MIA, "Mia Wong", tz="Europe/Berlin")
    await becomes(stage, MIA, AccountKind.MEMBER)
    assert await told_of(stage) == [(JOINER, 1, "Mia Wong", "U0MIA-1")]
    [raised] = await rows(stage, Trigger)
    assert (raised.source, raised.raised_by, raised.person_id) == (TriggerSource.SLACK, "setup", MIA)
    assert (raised.happened_on, raised.discovered) == (date(2026, 10, 5), False)
    [asked] = [row for row in await rows(stage, Occurrence) if row.trigger_id]
    assert (asked.control_id, asked.label) == ("HR-05", "joiner no. 1, 5 Oct 2026")
    assert asked.due_on == date(2026, 10, 12)

    await cast.clock.to("2026-10-05T08:00:00Z")
    request = await cast.person("Ben").hears(
        "Evidence for HR-05 Joiners agree to the rules, joiner no. 1, 5 Oct 2026"
    )
    assert "Event: Mia Wong, on Mon 5 Oct 2026" in request.text
    assert MIA not in request.text
    cleo = cast.person("Cleo")
    await cleo.presses("Events", await cleo.home("The programme"))
    assert "Reported by Slack." in (await cleo.modal("joiner no. 1")).text
    await proved(stage)


async def test_who_leaves_and_comes_back_is_told_each_time(company: tuple[Stage, Cast]):
    stage, cast = company
    await cast.joins(MIA, "Mia Wong", tz="Europe/Berlin")
    await becomes(stage, MIA, AccountKind.MEMBER)
    await cast.joins(MIA, "Mia Wong", title="Payroll")
    for deleted, standing in (
        (True, AccountKind.DEACTIVATED),
        (False, AccountKind.MEMBER),
        (True, AccountKind.DEACTIVATED),
    ):
        await cast.joins(MIA, "Mia Wong", deleted=deleted)
        await becomes(stage, MIA, standing)
    assert sorted(await told_of(stage)) == [
        (JOINER, 1, "Mia Wong", "U0MIA-1"),
        (JOINER, 2, "Mia Wong", "U0MIA-2"),
        (LEAVER, 1, "Mia Wong", "U0MIA-1"),
        (LEAVER, 2, "Mia Wong", "U0MIA-2"),
    ]
    set_off = [row.control_id for row in await rows(stage, Occurrence) if row.trigger_id]
    assert sorted(set_off) == ["AC-07", "AC-07", "AM-03", "AM-03", "HR-05", "HR-05"]
    before = await told_of(stage)
    await sync_people(stage.service.desk)
    assert await told_of(stage) == before
    await proved(stage)


async def test_the_day_is_the_companys(company: tuple[Stage, Cast]):
    """Shortly before midnight in UTC it is the next day in Berlin."""
    stage, cast = company
    await cast.clock.to("2026-10-06T22:30:00Z")
    await cast.joins(MIA, "Mia Wong", tz="America/New_York")
    await becomes(stage, MIA, AccountKind.MEMBER)
    assert [each.happened_on for each in await rows(stage, Trigger)] == [date(2026, 10, 7)]


async def test_guests_and_bots_neither_join_nor_leave(company: tuple[Stage, Cast]):
    stage, cast = company
    await cast.joins("U0GUEST", "Gil Ott", is_restricted=True)
    await becomes(stage, "U0GUEST", AccountKind.GUEST)
    await cast.joins("U0GUEST", "Gil Ott", is_restricted=True, deleted=True)
    await becomes(stage, "U0GUEST", AccountKind.DEACTIVATED)
    assert await told_of(stage) == []


async def test_nothing_is_stored_while_no_control_is_set_off(stage: Stage, cast: Cast):
    await cast.joins(MIA, "Mia Wong")
    await becomes(stage, MIA, AccountKind.MEMBER)
    await cast.joins("U0ADA", "Ada Okafor", deleted=True)
    await becomes(stage, "U0ADA", AccountKind.DEACTIVATED)
    assert await told_of(stage) == []
    await proved(stage)


async def test_the_first_reading_of_the_directory_is_no_event(adopted: Path, tmp_path: Path):
    """As for a database that knows its controls and nobody yet."""
    folder = shutil.copytree(adopted, tmp_path / "data")
    with closing(sqlite3.connect(folder / "socrates.db", isolation_level=None)) as database:
        database.execute("DELETE FROM person")
    async with continued(folder) as (stage, _):
        assert len(await rows(stage, Person)) > 5
        assert await told_of(stage) == []


async def test_what_was_missed_is_found_by_the_next_reading_and_says_so(adopted: Path, tmp_path: Path):
    """Slack's word is lost while nothing listens; a restart reads the directory."""
    folder = shutil.copytree(adopted, tmp_path / "data")
    async with continued(folder) as (stage, cast):
        people = stage.sandbox.workspace.people
        people["U0ADA"].deleted = True
        await sync_people(stage.service.desk)
        assert await told_of(stage) == [(LEAVER, 1, "Ada Okafor", "U0ADA-1")]
        [raised] = await rows(stage, Trigger)
        assert raised.discovered
        cleo = cast.person("Cleo")
        await cleo.presses("Events", await cleo.home("The programme"))
        page = await cleo.modal("leaver no. 1")
        assert "Ada Okafor, found in Slack on Mon 5 Oct 2026; it may have been earlier" in page.text
        await sync_people(stage.service.desk)
        assert len(await rows(stage, Trigger)) == 1
        await proved(stage)


async def test_who_leaves_while_the_directory_is_read_has_left(company: tuple[Stage, Cast]):
    """It is read in pages: Ben stood on the first one, and leaves before the second one comes."""
    stage, cast = company
    for number in range(PEOPLE_A_PAGE):
        colleague = Colleague(f"U1{number:03}", f"Colleague {number}")
        stage.sandbox.workspace.people[colleague.id] = colleague
    await cast.fails("users.list", "slow", seconds=0.01)
    await cast.fails("users.list", "slow", seconds=3)
    reading = asyncio.create_task(sync_people(stage.service.desk))
    await until(lambda: _pages_asked(cast, 1), within=10)
    await cast.clock.advance(minutes=1)
    await cast.joins(BEN, "Ben Castillo", deleted=True)
    await becomes(stage, BEN, AccountKind.DEACTIVATED)
    assert not reading.done()

    await reading

    [ben] = [row for row in await rows(stage, Person) if row.id == BEN]
    assert ben.standing is AccountKind.DEACTIVATED
    told = await told_of(stage)
    assert [(kind, who) for kind, _, who, _ in told if who == "Ben Castillo"] == [(LEAVER, "Ben Castillo")]


async def _pages_asked(cast: Cast, more_than: int) -> bool:
    return (await cast.calls())["methods"].get("users.list", 0) > more_than
