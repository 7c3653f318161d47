"""The README of each folder names what is there, and its map is whole; CONTRIBUTING leads to all of them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAPPED = ("bot", "handlers", "storage")
FOLDERS = (*MAPPED, "content", "tests")
CONTRIBUTING = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILE = re.compile(r"`([\w/.]+(?:\.(?:py|md|yaml|toml)|/))`")
A_SCREEN = 65


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_has_a_readme_of_a_screen(folder: str):
    assert len(_readme(folder).splitlines()) <= A_SCREEN


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_a_readme_names_is_there(folder: str):
    """In the folder, anywhere below it, or from the root."""
    named = FILE.findall(_readme(folder))
    assert named
    missing = [name for name in named if not (ROOT / name).exists() and not any((ROOT / folder).rglob(name))]
    assert missing == []


@pytest.mark.parametrize("folder", MAPPED)
def test_its_map_is_whole(folder: str):
    rows = [line.split(" | ")[0] for line in _readme(folder).splitlines() if line.startswith("| `")]
    mapped = {name.rstrip("/") for row in rows for name in FILE.findall(row)}
    there = {path.name for path in (ROOT / folder).iterdir() if not path.name.startswith(("_", "."))}
    assert there - mapped == {"README.md"}


def test_contributing_leads_to_each_of_them():
    links = re.findall(r"\]\(([^)]+)\)", CONTRIBUTING)
    assert sorted(links) == sorted(f"../{folder}/README.md" for folder in FOLDERS)


def test_the_glossary_defines_each_term_once_in_order():
    table = CONTRIBUTING.partition("| Term | Meaning |\n|---|---|\n")[2]
    terms = [line.split(" | ")[0].strip("| ") for line in table.splitlines()]
    assert terms == sorted(set(terms), key=str.casefold)


def _readme(folder: str) -> str:
    return (ROOT / folder / "README.md").read_text(encoding="utf-8")
