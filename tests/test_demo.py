"""The demo's history is made by the real verbs: it is proved, and what it tells adds up."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.readiness.rules.status import readiness_of
from bot.readiness.status import current_examination_facts
from bot.reminders.rules.digest import TypeTwo
from handlers.commands.verify import prove
from handlers.demo.demo import FOLDER, READY, begin_anew, welcome
from handlers.demo.history import BEGINS_ON, ROUTED, WAITING, begins_at, play_history
from handlers.sandbox.cast import Cast
from handlers.stack import open_stage
from storage.database import DatabaseLocked, lock_data_folder
from storage.terms import Disposition

WEEKS = 3


async def test_three_weeks_of_history_are_proved_and_add_up(data_folder: Path):
    until = BEGINS_ON + timedelta(weeks=WEEKS)
    async with open_stage(data_folder, start=begins_at()) as stage, Cast(stage.sandbox.url) as cast:
        weeks = [monday async for monday in play_history(stage, cast, until)]
        assert weeks == [BEGINS_ON + timedelta(weeks=week) for week in range(WEEKS)]
        calls = await cast.calls()
        assert (calls["refused"], calls["unknown"]) == ([], [])

        desk = stage.service.desk
        assert desk.now().date() == until
        async with desk.reading() as work:
            [window] = [each for each in await current_examination_facts(work) if isinstance(each, TypeTwo)]
        ready = readiness_of(window)
        assert (
            sum(ready.counts.values())
            == ready.scheduled
            == sum(each.tally.scheduled for each in window.counted)
        )
        assert ready.counts[Disposition.ON_TIME] >= WEEKS - 2
        assert ready.counts[Disposition.MISSED] == 0

        home = await cast.person("Cleo").home(contains=WAITING)
        assert ROUTED not in home.text
        await cast.person("Ada").hears("Only with the firm's written consent")

        report, proved = await prove(desk.settings, None)
    assert proved, report


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the demo keeps its data, with something in it."""
    monkeypatch.chdir(tmp_path)
    FOLDER.mkdir(parents=True)
    (FOLDER / "socrates.db").touch()
    return tmp_path / FOLDER


def test_the_first_demo_has_a_history_to_play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert begin_anew(reset=False)


def test_what_was_played_to_the_end_is_kept(folder: Path):
    (folder / READY).touch()
    assert not begin_anew(reset=False)
    assert (folder / "socrates.db").exists()


@pytest.mark.parametrize("reset", [True, False])
def test_a_history_that_was_broken_off_begins_anew(folder: Path, reset: bool):
    assert begin_anew(reset=reset)
    assert not folder.exists()


def test_reset_forgets_a_history_that_was_played(folder: Path):
    (folder / READY).touch()
    assert begin_anew(reset=True)
    assert not folder.exists()


@pytest.mark.parametrize("reset", [True, False])
def test_a_demo_that_is_running_is_left_alone(folder: Path, reset: bool):
    running = lock_data_folder(folder)
    with pytest.raises(DatabaseLocked):
        begin_anew(reset=reset)
    running.close()
    assert (folder / "socrates.db").exists()


def test_the_welcome_names_the_address_and_where_the_data_is():
    text = welcome("http://127.0.0.1:8765")
    assert "http://127.0.0.1:8765" in text
    assert f"DATA_DIR={FOLDER}" in text
