"""The stage and the cast that every dialog uses: Ada asks, Ben owns, Cleo leads, Omar audits."""

import gc
import shutil
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from hypothesis import settings

from handlers.sandbox.cast import Cast
from handlers.stack import Stage, open_stage
from storage.schema import migrate

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than there are cores: a dialog waits for the disk and for its own server now and then."""
    return (yield) + 1


def pytest_collection_finish() -> None:
    """All modules and content are loaded by now; to look through them for garbage takes a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy, since migrating takes half a second."""
    path = tmp_path_factory.mktemp("empty") / "socrates.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def data_folder(tmp_path: Path, empty_database: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(empty_database, folder / "socrates.db")
    return folder


@pytest.fixture
async def stage(data_folder: Path) -> AsyncGenerator[Stage]:
    """Monday 5 October 2026, 09:00 in Berlin; nothing has happened yet."""
    async with open_stage(data_folder) as opened:
        yield opened


@pytest.fixture
async def cast(stage: Stage) -> AsyncGenerator[Cast]:
    async with Cast(stage.sandbox.url) as opened:
        yield opened
