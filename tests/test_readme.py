"""README.md claims nothing that is not so: commands, settings, paths and links are held against the product."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import SecretStr

from bot.settings import Settings
from handlers.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCED = re.compile(r"^( *)```\w*\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
BLOCKS = [found[2].strip() for found in FENCED.finditer(README)]
SPANS = re.findall(r"`([^`\n]+)`", FENCED.sub("", README))
DEMO = "python3 -m venv .venv && .venv/bin/pip install -q uv && .venv/bin/uv run socrates demo"
TESTS = "python3 -m venv .venv && .venv/bin/pip install -q uv && .venv/bin/uv run pytest"
COMMANDS: dict[str, Any] = vars(typer.main.get_command(app))["commands"]


def test_the_two_commands_stand_first_word_for_word():
    assert BLOCKS[:2] == [DEMO, TESTS]


def test_ci_runs_the_same_line():
    assert TESTS in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_it_is_short():
    assert len(README.splitlines()) <= 200


def test_every_setting_has_its_row_and_every_row_is_a_setting():
    documented = [
        (f"`{name.upper()}`", _shown(field.default), field.description)
        for name, field in Settings.model_fields.items()
    ]
    assert _rows("| Variable | Default | Meaning |") == documented


def test_every_command_has_its_row_and_every_row_is_a_command():
    rows = [
        shlex.split(row[0].strip("`").replace("[", "").replace("]", ""))
        for row in _rows("| Command | What it does |")
    ]
    assert sorted(words[1] for words in rows) == sorted(COMMANDS)
    for _, name, *options in rows:
        known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
        assert {option for option in options if option.startswith("--")} <= known


@pytest.mark.parametrize(
    "written", [text for text in [*BLOCKS, *SPANS] if re.search(r"\bsocrates [a-z]", text)]
)
def test_every_command_that_is_mentioned_exists(written: str):
    for line in written.splitlines():
        for name, rest in re.findall(r"\bsocrates ([a-z]+)(.*)", line):
            options = set(re.findall(r"--[a-z-]+", rest))
            known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
            assert options <= known


def test_everything_in_the_layout_exists_and_every_package_is_in_it():
    [layout] = [block for block in BLOCKS if block.startswith("content/")]
    shown = [line.split()[0] for line in layout.splitlines() if not line.startswith(" ")]
    assert [path for path in shown if not (ROOT / path).exists()] == []
    packages = {f"{path.parent.name}/" for path in ROOT.glob("*/__init__.py")}
    assert packages <= set(shown)


def test_no_link_is_dead():
    links = re.findall(r"\]\(([^)\s]+)\)", README)
    assert links
    beside = [link.partition("#")[0] for link in links if "://" not in link]
    assert [link for link in beside if link and not (ROOT / link).exists()] == []


def test_the_procfile_runs_commands_that_exist():
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    ran = dict(line.split(": python -m handlers.cli ") for line in lines)
    assert ran == {"release": "migrate", "web": "serve"}
    assert set(ran.values()) <= set(COMMANDS)


def _rows(header: str) -> list[tuple[str, ...]]:
    """The cells of the table under this header line."""
    _, _, after = README.partition(f"{header}\n")
    table = after.partition("\n\n")[0].splitlines()[1:]
    return [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in table]


def _shown(default: object) -> str:
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    return f"`{value}`" if value else ""
