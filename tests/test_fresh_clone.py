"""The README's two lines, in a fresh clone with an empty home: what a newcomer types. Slow, so only where CI is set."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_readme import DEMO, TESTS

ROOT = Path(__file__).parent.parent
LONGEST = 900  # seconds, with every package to be fetched
NO_REGISTRY = re.compile(r"No matching distribution|Connection|Temporary failure|Max retries|timed out")
NOT_A_NEWCOMERS = ("VIRTUAL_ENV", "PYTHON", "UV_PROJECT", "XDG_", "PYTEST_", "COV_")

pytestmark = pytest.mark.skipif("CI" not in os.environ, reason="a fresh clone is tried where CI is set")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    if subprocess.run(["git", "-C", ROOT, "rev-parse"], capture_output=True, check=False).returncode:
        pytest.skip("this is no clone of a repository")
    subprocess.run(["git", "clone", "-q", ROOT, tmp_path / "socrates"], check=True)
    installed = newcomer_types(tmp_path / "socrates", DEMO.rpartition(" && ")[0])
    if installed.returncode and NO_REGISTRY.search(installed.stderr):
        pytest.skip("no package registry can be reached")
    return tmp_path / "socrates"


def test_the_tour_plays_the_tests_run_and_nothing_is_left_lying(clone: Path):
    """Of the tests only some: all of them are what is running now."""
    played = newcomer_types(clone, f"{DEMO} --tour")
    assert played.returncode == 0, played.stdout + played.stderr
    assert "Every step held." in played.stdout

    ran = newcomer_types(clone, f"{TESTS} tests/bot/calendar/test_periods.py")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert " passed" in ran.stdout

    status = ["git", "-C", clone, "status", "--porcelain"]
    assert subprocess.run(status, capture_output=True, text=True, check=True).stdout == ""


def newcomer_types(clone: Path, line: str) -> subprocess.CompletedProcess[str]:
    """In a shell with an empty home, and a python3 that is not this environment's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_A_NEWCOMERS)}
    path = f"{Path(sys.base_prefix) / 'bin'}{os.pathsep}{kept['PATH']}"
    return subprocess.run(
        ["bash", "-c", line],
        cwd=clone,
        env={**kept, "HOME": str(clone.parent / "home"), "PATH": path},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
