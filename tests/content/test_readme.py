"""What content/README.md tells a lead is so: its files exist, its map is whole, and its commands work."""

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest

import content
from tests.terminal import types

FOLDER = Path(content.__file__).parent
README = (FOLDER / "README.md").read_text(encoding="utf-8")
[COMMANDS] = [block.strip().splitlines() for block in re.findall(r"```\n(.*?)```", README, re.DOTALL)]


def test_it_maps_every_file_and_folder():
    rows = [line.split(" | ")[0] for line in README.splitlines() if line.startswith("| `")]
    mapped = {name.rstrip("/") for row in rows for name in re.findall(r"`([^`]+)`", row)}
    there = {path.name for path in FOLDER.iterdir() if not path.name.startswith(("_", "."))}
    assert there - mapped == {"README.md"}


def test_every_file_that_it_names_is_there():
    paths = re.findall(r"`([a-z]+(?:/[\w-]+)?\.(?:md|py|yaml)|[a-z]+/(?:[a-z]+/)?)`", README)
    assert "controls/AC-01.yaml" in paths
    missing = [name for name in paths if not (FOLDER / name).exists() and not (FOLDER.parent / name).exists()]
    assert missing == []


CHECK = "socrates check"


def test_it_names_the_check():
    """That it ends well for the packaged content is tested in tests/test_cli.py, once, since it takes long."""
    assert CHECK in COMMANDS


@pytest.mark.parametrize(
    "line", [each for each in COMMANDS if each.startswith("socrates ") and each != CHECK]
)
def test_its_commands_work(line: str, tmp_path: Path):
    ended = types(*shlex.split(line)[1:], folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")


def test_the_module_that_it_runs_exists():
    [module] = {line.split()[2] for line in COMMANDS if line.startswith("python -m ")}
    assert find_spec(module)
