"""What is written is read again as it was: whole entries, and files that gain phrasings and keep their form."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.library import PACKAGED, load_library
from content.models import KnowledgeEntry
from content.reading import ContentFolder
from content.writing import entry_file, file_stem, with_phrasings

LIBRARY = load_library()
NASTY = [
    "no",
    "1.10",
    "2026-10-05",
    "what: is # this",
    "- dash",
    "'quoted' \"twice\"",
    "[list]",
    "*star",
    "& and",
    "null",
    "!!str x",
    "emoji \U0001f600 and 漢字",
    "%percent",
    "tab\there",
    "x " * 120 + "end",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keep = shutil.ignore_patterns("*.py", "__pycache__")
    return shutil.copytree(PACKAGED, tmp_path / "content", ignore=keep)


def test_every_packaged_entry_is_read_again_as_it_was(folder: Path):
    for entry in LIBRARY.knowledge:
        (folder / "knowledge" / f"{entry.id}.md").write_text(entry_file(entry), encoding="utf-8")
    assert load_library(folder).knowledge == LIBRARY.knowledge


def test_words_that_yaml_would_take_for_something_else(folder: Path):
    entry = LIBRARY.entry("cost").model_copy(
        update={"title": "No: it # depends", "phrasings": tuple(NASTY), "sources": ("a\nb", *NASTY)}
    )
    (folder / "knowledge" / "cost.md").write_text(entry_file(entry), encoding="utf-8")
    assert load_library(folder).entry("cost") == entry


@given(
    st.lists(
        st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool), min_size=1, max_size=4
    )
)
def test_any_phrasing_survives(tmp_path_factory: pytest.TempPathFactory, phrasings: list[str]):
    folder = tmp_path_factory.mktemp("written")
    (folder / "cost.md").write_text(
        entry_file(LIBRARY.entry("cost").model_copy(update={"phrasings": tuple(phrasings)})), encoding="utf-8"
    )
    assert ContentFolder(folder).markdown("cost.md").values["phrasings"] == phrasings


FRONT = "id: cost\ntitle: What it costs\n"
REST = "sources: [Practitioner guidance]\nwritten_on: 2026-11-02\nreview_every: 365\nversion: 1\n"
BODY = "---\nIt varies.\n"
GAINS = f"---\n{FRONT}phrasings:  # as asked\n    - one\n    - two,\n      and more\n{{}}{REST}{BODY}"
GAINS_LAST = f"---\n{FRONT}{REST}phrasings:\n- one\n{{}}{BODY}"


@pytest.mark.parametrize(
    ("form", "added"),
    [
        (GAINS, "    - 'what: price'\n    - no idea\n"),
        (GAINS_LAST, "- 'what: price'\n- no idea\n"),
    ],
)
def test_a_file_that_gains_phrasings_keeps_its_form(tmp_path: Path, form: str, added: str):
    (tmp_path / "cost.md").write_text(form.format(""), encoding="utf-8")
    page = ContentFolder(tmp_path).markdown("cost.md")
    new = ["what: price", "no idea"]
    assert with_phrasings(form.format(""), page, LIBRARY.entry("cost"), new) == form.format(added)


def test_a_list_on_one_line_is_written_anew(tmp_path: Path):
    text = f"---\n{FRONT}phrasings: [one, two]\n{REST}{BODY}"
    (tmp_path / "cost.md").write_text(text, encoding="utf-8")
    entry = LIBRARY.entry("cost")
    assert with_phrasings(text, ContentFolder(tmp_path).markdown("cost.md"), entry, ["x"]) == entry_file(
        entry
    )


def test_an_entry_without_detail_and_lists_has_none_of_their_keys():
    bare = KnowledgeEntry.model_validate(
        {
            "id": "own",
            "title": "Own",
            "answer": "Yes.",
            "detail": "",
            "phrasings": ["may we"],
            "sources": ["Answer by Cleo Marchetti, Mon 5 Oct 2026"],
            "written_on": "2026-10-05",
            "review_every": "365",
            "version": "2",
        }
    )
    assert entry_file(bare) == (
        "---\nid: own\ntitle: Own\nphrasings:\n  - may we\nsources:\n"
        "  - Answer by Cleo Marchetti, Mon 5 Oct 2026\nwritten_on: 2026-10-05\nreview_every: 365\nversion: 2\n"
        "---\nYes.\n"
    )


@pytest.mark.parametrize(
    ("title", "taken", "stem"),
    [
        ("May we name our auditor?", (), "may-we-name-our-auditor"),
        ("Naming: the auditor's name", (), "naming-the-auditors-name"),
        ("Soc 2", ("soc-2",), "soc-2-2"),
        ("Soc 2", ("soc-2", "soc-2-2"), "soc-2-3"),
        ("Prüfer nennen", (), "prufer-nennen"),
        ("漢字", (), "answer"),
    ],
)
def test_a_file_is_named_by_the_words_of_the_title(title: str, taken: tuple[str, ...], stem: str):
    assert file_stem(title, taken) == stem


@given(st.text(max_size=120))
def test_any_title_gives_a_name_in_the_form_of_an_id(title: str):
    KnowledgeEntry.model_validate(
        {**LIBRARY.entry("bridge-letter").model_dump(), "id": file_stem(title, {"a", "answer"})}
    )
