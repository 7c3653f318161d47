"""The packaged content is complete and sound, and every mistake in a content file is named with file and line."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import content
from content.library import SERIES_SIZES, ContentError, Library, load_library
from content.models import CadenceName, CategoryName
from storage.terms import Cadence, Category
from tests.content.copies import ENTRY, copy_few_entries

PACKAGED = Path(content.__file__).parent


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the packaged content that a test may break."""
    copy = tmp_path / "content"
    shutil.copytree(PACKAGED, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


@pytest.fixture
def few_entries(tmp_path: Path) -> Path:
    """A small copy, since reading all entries takes most of the time that a mistake is looked for."""
    return copy_few_entries(tmp_path / "content")


def test_all_61_criteria_are_there_in_their_series(library: Library) -> None:
    assert len(library.criteria) == 61
    counted = Counter(criterion.series for criterion in library.criteria)
    common = [counted[f"CC{number}"] for number in range(1, 10)]
    assert common == [5, 3, 4, 2, 3, 8, 5, 1, 2]
    assert [counted["A1"], counted["C1"], counted["PI1"]] == [3, 2, 5]
    assert [counted[f"P{number}"] for number in range(1, 9)] == [1, 1, 2, 3, 2, 7, 1, 1]
    assert Counter(c.category for c in library.criteria) == {
        "security": 33,
        "availability": 3,
        "confidentiality": 2,
        "processing_integrity": 5,
        "privacy": 18,
    }


def test_criteria_ids_stay_text_and_name_their_series(library: Library) -> None:
    assert library.criterion("CC6.1").series == "CC6"
    assert library.criterion("A1.2").category == "availability"
    assert all(criterion.id.startswith(f"{criterion.series}.") for criterion in library.criteria)
    assert len({criterion.gist for criterion in library.criteria}) == 61


def test_words_for_categories_and_cadences_are_those_of_storage() -> None:
    assert set(CategoryName.__args__) == set(SERIES_SIZES) == {category.value for category in Category}
    assert set(CadenceName.__args__) == {cadence.value for cadence in Cadence}


def test_there_is_enough_of_everything(library: Library) -> None:
    assert len(library.knowledge) >= 48
    assert len(library.decoys) >= 20
    assert len(library.controls) == 15
    assert len(library.policies) == 4


def test_controls_cover_the_ten_checklist_items_and_five_more(library: Library) -> None:
    items = [control.checklist for control in library.controls if control.checklist]
    assert sorted(items) == list(range(1, 11))
    assert sum(control.checklist is None for control in library.controls) == 5
    assert all(5 <= c.due_days <= 14 and 0 <= c.grace_days <= 10 for c in library.controls)


def test_controls_serve_every_soc1_objective(library: Library) -> None:
    served = {objective for control in library.controls for objective in control.objectives}
    assert served == {objective.id for objective in library.programme.objectives}


def test_the_programme_has_one_type_2_and_one_type_1_examination(library: Library) -> None:
    soc2, soc1 = library.programme.examinations
    assert (soc2.kind, soc2.type, soc2.starts_on, soc2.ends_on) == (
        "soc2",
        "type2",
        date(2026, 7, 1),
        date(2026, 12, 31),
    )
    assert soc2.categories == ("security", "availability", "confidentiality")
    assert (soc1.kind, soc1.type, soc1.as_of, soc1.categories) == ("soc1", "type1", date(2026, 12, 31), ())


def test_policies_have_300_to_600_words_and_what_an_auditor_reads_first(library: Library) -> None:
    for policy in library.policies:
        assert 300 <= len(policy.text.split()) <= 600, policy.id
        assert policy.version == "1.0"
        assert policy.title in policy.consent
        header = policy.text.partition("\n\n")[0]
        for fact in ("Applies to", "Owner", "Review", "Effective"):
            assert f"**{fact}**" in header, (policy.id, fact)


def test_an_entry_splits_into_a_short_answer_and_its_detail(library: Library) -> None:
    entry = library.entry("window-length")
    assert entry.answer.startswith("A Type 2 window is usually 3 to 12 months long.")
    assert "\n" not in entry.answer
    assert "**3 months**" in entry.detail
    assert entry.written_on == date(2026, 11, 2)
    assert (entry.review_every, entry.version) == (365, 1)


def test_look_ups_find_by_id_and_refuse_an_unknown_one(library: Library) -> None:
    assert library.control("AC-01").criteria == ("CC6.2", "CC6.3")
    assert library.policy("code-of-conduct").title == "Code of Conduct"
    for look_up in (library.entry, library.control, library.policy, library.criterion):
        with pytest.raises(KeyError):
            look_up("nothing")


def test_the_version_follows_any_change_and_not_the_line_ends(folder: Path, library: Library) -> None:
    assert re.fullmatch("[0-9a-f]{12}", library.version)
    assert load_library(folder).version == library.version
    for path in folder.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_library(folder) == library
    policy = folder / "policies" / "acceptable-use.md"
    policy.write_bytes(policy.read_bytes().replace(b"Use company systems", b"Use our systems", 1))
    assert load_library(folder).version != library.version


def test_an_answer_of_the_company_s_own_stands_in_a_file_of_any_name_but_only_once(folder: Path) -> None:
    text = (folder / "knowledge" / "bridge-letter.md").read_text(encoding="utf-8")
    own = text.replace("id: bridge-letter", "id: own-3f9a1c2b7d0e")
    (folder / "knowledge" / "our-gaps.md").write_text(own, encoding="utf-8")
    assert load_library(folder).entry("own-3f9a1c2b7d0e").title
    (folder / "knowledge" / "our-gaps-2.md").write_text(own, encoding="utf-8")
    with pytest.raises(ContentError, match=r"our-gaps-2\.md line 2: .* stands in another file too"):
        load_library(folder)


CONTROL = "controls/AC-01.yaml"
POLICY = "policies/code-of-conduct.md"

MISTAKES = [
    # file, what stands there, what is written instead, the text whose line is named, the reason
    (ENTRY, "title: ", "titel: ", "titel: ", 'the key "titel" is not known here; known are id, title'),
    (ENTRY, "version: 1\n", "version: 1\nversion: 2\n", "version: 2", 'the key "version" stands here twice'),
    (ENTRY, "id: bridge-letter", "id: gap", "id: gap", 'must be the name of the file, "bridge-letter"'),
    (ENTRY, "id: bridge-letter", "id: Bridge", "id: Bridge", "id must have the form"),
    (ENTRY, "related: [", "related: [no-such, ", "related: [", 'no other entry with the id "no-such"'),
    (ENTRY, "related: [", "related: [bridge-letter, ", "related: [", "no other entry"),
    (ENTRY, "written_on: 2026-11-02", "written_on: 20261102", "written_on", "must be a date such as"),
    (ENTRY, "written_on: 2026-11-02", "written_on: 2026-13-02", "written_on", "is not a day of the calendar"),
    (ENTRY, "review_every: 365", "review_every: yearly", "review_every", "must be a whole number"),
    (ENTRY, "review_every: 365", "review_every: 0", "review_every", "must be 1 or more"),
    (ENTRY, "version: 1\n", "version: 1\nanswer: no\n", "answer: no", "is written below the front matter"),
    (ENTRY, "---\nid", "id", "id", "must begin with a line of three dashes"),
    (ENTRY, "title: Bridge", "title: [Bridge", "phrasings:", "not readable as YAML"),
    (ENTRY, "tags: [report]", "tags: report", "tags", "tags must be a list"),
    (ENTRY, "tags: [report]", 'tags: [""]', "tags", "tags.1 must not be empty"),
    (CONTROL, "criteria: [CC6.2", "criteria: [CC6.9", "criteria", "no criterion CC6.9"),
    (CONTROL, "objectives: [CO-5]", "objectives: [CO-9]", "objectives", "no control objective CO-9"),
    (CONTROL, "cadence: quarterly", "cadence: sometimes", "cadence", "cadence must be one of 'continuous'"),
    (CONTROL, "cadence: quarterly", "cadence: on_event", "id: AC-01", "on_event needs sla_days"),
    (
        CONTROL,
        "cadence: quarterly",
        "cadence: on_event\nsla_days: 3",
        "id: AC-01",
        "on_event needs triggered_by",
    ),
    (
        CONTROL,
        "due_days: 10",
        "due_days: 10\ntriggered_by: leaver",
        "id: AC-01",
        "triggered_by belongs only to",
    ),
    (CONTROL, "due_days: 10", "due_days: 10\ntriggered_by: party", "triggered_by", "must be one of 'joiner'"),
    (CONTROL, "due_days: 10", "due_days: 10\nsla_days: 3", "id: AC-01", "sla_days belongs only to"),
    (CONTROL, "due_days: 10", "due_days: -1", "due_days", "due_days must be 0 or more"),
    (CONTROL, "owner_role: Engineering\n", "", "id: AC-01", "owner_role is missing"),
    (CONTROL, "criteria: [CC6.2, CC6.3]\nobjectives: [CO-5]\n", "", "id: AC-01", "at least one criterion"),
    (CONTROL, "requests: [18", "requests: [47", "requests", "requests.yaml has no request 47"),
    (CONTROL, "requests: [18", "requests: [all", "requests", "requests.1 must be a whole number"),
    (POLICY, 'version: "1.0"', "version: 1", "version", "version must have the form"),
    ("criteria.yaml", "  P3.2: ", "  P3.3: ", "P3.3: ", "no criterion P3.3"),
    ("criteria.yaml", "privacy:", "private:", "security:", 'the category "privacy" must be here'),
    ("programme.yaml", "zone: Europe/Berlin", "zone: Berlin", "zone", "must be a time zone such as"),
    ("programme.yaml", "zone: Europe/Berlin", "zone: ../../etc", "zone", "must be a time zone such as"),
    ("programme.yaml", "country: DE", "country: de", "country", "must be a country's two capital letters"),
    ("programme.yaml", "country: DE", "country: EU", "country", "must be a country's two capital letters"),
    ("programme.yaml", "country: DE", "country: DE-BAY", "country", "of DE there are: DE-Augsburg, DE-BB"),
    ("programme.yaml", "country: DE", "country: FR-", "country", "names a region whose public holidays"),
    ("programme.yaml", "  - BK-01", "  - BK-99", "- BK-99", "there is no file controls/BK-99.yaml"),
    ("programme.yaml", "  - CM-02", "  - AC-01", None, 'the id "AC-01" is used twice'),
    ("programme.yaml", "  - BK-01", "  - backups", "- backups", "controls.2 must have the form"),
    ("requests.yaml", "criteria: [CC1.3]", "criteria: [CC1.9]", "CC1.9", "no criterion CC1.9"),
    ("requests.yaml", "- number: 2\n", "- number: 1\n", None, "numbered in order, and this is number 2"),
    ("requests.yaml", "- number: 2\n", "- number: two\n", "two", "number must be a whole number"),
    ("programme.yaml", "id: CO-2", "id: CO-1", None, 'the id "CO-1" is used twice'),
    ("programme.yaml", "categories: [security, ", "categories: [", "id: soc2-2026-h2", "always includes"),
    ("programme.yaml", "    as_of: 2026-12-31\n", "", "id: soc1-2026", "a Type 1 examination has as_of"),
    ("programme.yaml", "ends_on: 2026-12-31", "ends_on: 2026-06-30", "id: soc2-2026-h2", "must be after"),
    (
        "vocabulary.yaml",
        "[bridge letter, ",
        "[Bridge-Letter, ",
        "Bridge-Letter",
        "synonyms.7.1 must be small",
    ),
    ("vocabulary.yaml", " aws, azure,", " aws,, azure,", "aws,, azure", "not readable as YAML"),
    ("vocabulary.yaml", "[how much]", "[how much, vendor]", "[how much", '"vendor" stands on line '),
    ("vocabulary.yaml", "  a, about, ", "  a, at all, about, ", "at all", "must be one word"),
    ("vocabulary.yaml", "  - [how much]", "  - []", "- []", "synonyms.67 needs at least 1"),
    ("vocabulary.yaml", "stop_words: [", "stop_word: [", "stop_word: [", 'the key "stop_word" is not known'),
    ("decoys.yaml", "- id: clothing", "- id: tax", None, 'the id "tax" is used twice'),
]


@pytest.mark.parametrize(("name", "old", "new", "at", "reason"), MISTAKES)
def test_a_mistake_is_named_where_it_stands(
    few_entries: Path, name: str, old: str, new: str, at: str | None, reason: str
) -> None:
    path = few_entries / name
    text = path.read_text()
    assert old in text
    broken = text.replace(old, new, 1)
    path.write_text(broken)
    with pytest.raises(ContentError) as caught:
        load_library(few_entries)
    error = caught.value
    assert error.file == Path(name)
    assert reason in error.reason
    assert str(error) == f"{name} line {error.line}: {error.reason}"
    if at:
        assert at in broken.splitlines()[error.line - 1]


def test_the_second_of_two_equal_ids_is_the_one_named(folder: Path) -> None:
    path = folder / "decoys.yaml"
    lines = path.read_text().splitlines()
    second = lines.index("- id: tax")
    lines[second] = "- id: system-on-a-chip"
    path.write_text("\n".join(lines))
    with pytest.raises(ContentError) as caught:
        load_library(folder)
    assert caught.value.line == second + 1


def test_a_file_that_is_no_text_or_empty_or_missing_or_of_another_kind_is_named(folder: Path) -> None:
    entry = folder / ENTRY
    good = entry.read_bytes()

    entry.write_bytes(good.replace(b"A bridge letter", b"A \xff letter", 1))
    assert "not UTF-8" in _reason(folder, ENTRY)
    entry.write_bytes(b"")
    assert "three dashes" in _reason(folder, ENTRY)
    entry.write_bytes(good.partition(b"\n---\n")[0])
    assert "no closing line" in _reason(folder, ENTRY)
    entry.write_bytes(good.partition(b"\n---\n")[0] + b"\n---\n\n")
    assert "the text below the front matter must not be empty" in _reason(folder, ENTRY)
    entry.write_bytes(good)

    (folder / "controls" / "AC-99.yml").write_text("id: AC-99\n")
    assert "only files that end in .yaml" in _reason(folder, "controls/AC-99.yml")
    (folder / "controls" / "AC-99.yml").unlink()
    (folder / "decoys.yaml").write_text("# nothing\n")
    assert "nothing is written here" in _reason(folder, "decoys.yaml")
    (folder / "decoys.yaml").write_text("id: one\n")
    assert "a list is expected" in _reason(folder, "decoys.yaml")
    (folder / "programme.yaml").unlink()
    assert "cannot be read" in _reason(folder, "programme.yaml")


def _reason(folder: Path, name: str) -> str:
    with pytest.raises(ContentError) as caught:
        load_library(folder)
    assert caught.value.file.as_posix() == name
    return caught.value.reason


def test_a_missing_or_empty_subfolder_is_named(folder: Path) -> None:
    for path in (folder / "policies").iterdir():
        path.unlink()
    assert "holds no .md file" in _reason(folder, "policies")
    (folder / "policies").rmdir()
    assert "the folder is missing" in _reason(folder, "policies")


def test_what_an_editor_leaves_behind_is_ignored(folder: Path, library: Library) -> None:
    (folder / "knowledge" / ".bridge-letter.md.swp").write_bytes(b"\x00")
    assert load_library(folder) == library


def test_anchors_and_aliases_are_refused(folder: Path) -> None:
    entry = folder / ENTRY
    entry.write_text(entry.read_text().replace("tags: [report]", "tags: &t [report]\nrelated: *t", 1))
    assert "anchors and aliases" in _reason(folder, ENTRY)


def test_reading_needs_no_other_part_of_the_house() -> None:
    code = (
        "import sys, content.library; print([m for m in sys.modules if m in {'storage', 'bot', 'sqlmodel'}])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_a_folder_without_thresholds_is_judged_by_those_of_the_packaged_content(
    folder: Path, library: Library
) -> None:
    (folder / "thresholds.yaml").unlink()
    assert load_library(folder).thresholds == library.thresholds


def test_a_folder_without_a_vocabulary_is_read_with_the_packaged_one(folder: Path, library: Library) -> None:
    path = folder / "vocabulary.yaml"
    path.write_text(path.read_text().replace("[bridge letter, ", "[bridge letter, span letter, "))
    assert any("span letter" in line for line in load_library(folder).vocabulary.synonyms)
    path.unlink()
    assert load_library(folder).vocabulary == library.vocabulary


def test_a_folder_without_requests_is_asked_those_of_the_packaged_content(
    folder: Path, library: Library
) -> None:
    (folder / "requests.yaml").unlink()
    assert load_library(folder).requests == library.requests


def test_without_a_list_of_controls_the_company_runs_all(folder: Path) -> None:
    path = folder / "programme.yaml"
    before, _, rest = path.read_text().partition("controls:\n")
    after = rest[rest.index("\n\n") :]
    path.write_text(before + after)
    library = load_library(folder)
    assert library.controls == library.catalogue
    path.write_text(f"{before}controls: [VM-01, AC-07]{after}")
    assert [control.id for control in load_library(folder).controls] == ["AC-07", "VM-01"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("answer_from: 1.5", "answer_from must be 1.0 or less"),
        ("answer_from: often", "answer_from must be a number"),
        ("answer_from: 0.1", "ask_back_from must not be above answer_from"),
    ],
)
def test_thresholds_that_make_no_sense_are_named(line: str, reason: str, folder: Path) -> None:
    path = folder / "thresholds.yaml"
    path.write_text(re.sub("answer_from: .*", line, path.read_text()))
    with pytest.raises(ContentError, match=reason):
        load_library(folder)


MOVES = (
    ("programme.yaml", False),
    ("decoys.yaml", True),
    ("vocabulary.yaml", True),
    ("knowledge/soc-1.md", True),
)


def test_the_version_of_the_knowledge_follows_what_ranking_reads(folder: Path, library: Library) -> None:
    for name, moves in MOVES:
        (folder / name).write_bytes((PACKAGED / name).read_bytes() + b"\n")
        assert (load_library(folder).knowledge_version != library.knowledge_version) is moves, name
        (folder / name).write_bytes((PACKAGED / name).read_bytes())
