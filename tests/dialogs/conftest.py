"""The beginnings of dialogs, each as a folder of its own to go on from."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from handlers.logs import start_logging
from tests.dialogs import scenes
from tests.dialogs.scenes import Scene, played


@pytest.fixture(scope="session", autouse=True)
def _logs_as_in_production() -> None:
    """Otherwise each fault that a dialog provokes is printed in colours, which takes a second."""
    start_logging("INFO")


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Callable[[Scene], Path]:
    """The folder of a scene, played when it is first asked for."""
    folder = tmp_path_factory.mktemp("beginnings")
    known: dict[Scene, Path] = {}

    def begin(scene: Scene) -> Path:
        if scene not in known:
            known[scene] = played(scene, folder / str(len(known)), empty_database)
        return known[scene]

    return begin


@pytest.fixture
def ben_is_asked(beginning: Callable[[Scene], Path], tmp_path: Path) -> Path:
    return shutil.copytree(beginning(scenes.ben_is_asked), tmp_path / "data")


@pytest.fixture
def dan_is_to_review(beginning: Callable[[Scene], Path], tmp_path: Path) -> Path:
    return shutil.copytree(beginning(scenes.dan_is_to_review), tmp_path / "data")


@pytest.fixture
def a_policy_is_out(beginning: Callable[[Scene], Path], tmp_path: Path) -> Path:
    return shutil.copytree(beginning(scenes.a_policy_is_out), tmp_path / "data")


@pytest.fixture
def a_busy_week_begins(beginning: Callable[[Scene], Path], tmp_path: Path) -> Path:
    return shutil.copytree(beginning(scenes.a_busy_week_begins), tmp_path / "data")
