"""A tick costs the same whatever is stored, and plans the reminders of a crowd in slices, each person once."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlmodel import col, func, select

from bot.reminders import bundles
from handlers.clock import plan
from storage.obligations import Obligation
from tests.crowd import MORNING, has_people, opened, planned
from tests.storage.hosts import Host


@contextmanager
def counted() -> Generator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_a_tick_with_nothing_to_do_asks_as_little_whatever_is_stored(host: Host, tmp_path: Path):
    counts = []
    for size in (20, 2_000):
        async with opened(host.empty(), tmp_path / str(size), MORNING) as desk:
            await has_people(desk, size, due_at=MORNING + timedelta(hours=1), closed=size)
            with counted() as statements:
                await plan(desk)
            counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


async def test_a_crowd_gets_one_bundle_each_also_after_a_stop_between_two_slices(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bundles, "SLICE", 7)
    async with opened(host.empty(), tmp_path, MORNING) as desk:
        await has_people(desk, 20, due_at=MORNING)
        assert await bundles.queue_slice(desk, bundles.Audience(("Europe/Berlin",)))
        assert len(await planned(desk)) == 4  # and then the process was killed
        await plan(desk)
        await plan(desk)
        assert sorted(await planned(desk)) == [f"U{number:06}" for number in range(20)]
        async with desk.reading() as work:
            rows = select(col(Obligation.next_nag_at), func.count()).group_by(col(Obligation.next_nag_at))
            next_at = (await work.session.exec(rows)).all()
        assert next_at == [(MORNING + timedelta(days=1), 40)]


async def test_out_of_working_hours_and_on_leave_nobody_is_reminded(host: Host, tmp_path: Path):
    night = MORNING + timedelta(hours=12)
    async with opened(host.empty(), tmp_path, night) as desk:
        await has_people(desk, 3, due_at=MORNING)
        await plan(desk)
        assert await planned(desk) == []
        assert await bundles.next_due_instant(desk) == MORNING + timedelta(days=1)
