"""The proof: a true history is proved, and whatever somebody changes is found and named."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.database import Database
from storage.files import FileStore
from storage.nouns import RECORDED
from storage.policies import Acknowledgement
from storage.proof.verify import verify
from storage.record.keys import RecordKey
from storage.record.recorded import Recorded, stated_columns, subject_name
from storage.record.rows import Key
from tests.storage.history import BEN, CLEO, FIRST_SIGNED, LAST, LAST_SIGNED
from tests.storage.scene import Scene, key_columns, named

TABLES = [str(noun.__tablename__) for noun in RECORDED]
RECORD = ("record_entry", "record_head", "record_text", "checkpoint")


async def test_a_true_history_is_proved(scene: Scene) -> None:
    proof = await scene.prove(scene.head())
    assert proof.findings == []
    assert (proof.size, proof.files, proof.checkpoints) == (LAST + 1, 1, 2)
    assert f"{proof.size} {proof.root}" == scene.head()
    counts = [scene.intruder.run(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES]
    assert all(counts)
    assert proof.rows == sum(counts)


async def test_an_empty_record_is_proved(database: Database, files: FileStore, key: RecordKey) -> None:
    trusted = "0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    proof = await verify(database, files, key.public, trusted)
    assert (proof.size, proof.rows, proof.findings) == (0, 0, [])


async def test_a_change_in_any_column_of_any_row_is_named(scene: Scene) -> None:
    """Every stated cell of every row of every recorded noun, each changed to what its column can hold."""
    expected = set()
    for noun, key, subject in rows_of(scene):
        for column in stated_beside_the_key(noun):
            scene.change_cell(noun, key, column)
            expected.add(f"Row {subject} was changed: {column}")
    assert len(expected) > 120
    assert {finding.partition(" is not what entry ")[0] for finding in await scene.findings()} == expected


async def test_a_single_change_is_the_single_finding(scene: Scene) -> None:
    ((noun, key, subject),) = [row for row in rows_of(scene) if row[0] is Acknowledgement]
    scene.change_cell(noun, key, "at")
    assert await scene.findings() == [f"Row {subject} was changed: at is not what entry 16 states."]


async def test_a_strange_row_and_a_lost_row_are_named(scene: Scene) -> None:
    rows = rows_of(scene)
    for noun, key, _ in rows:
        scene.change_cell(noun, key, key_columns(noun)[0])
    lost = {f"Row {subject} of entry" for _, _, subject in rows}
    strange = {f"Row {subject} is in no entry of the record." for _, _, subject in rows_of(scene)}
    assert len(lost | strange) == 2 * len(rows)
    findings = await scene.findings()
    assert {re.sub(r" \d+ is gone\.", "", finding) for finding in findings} == lost | strange
    for table in TABLES:
        scene.intruder.run(f"DELETE FROM {table}")
    assert {re.sub(r" \d+ is gone\.", "", finding) for finding in await scene.findings()} == lost


def rows_of(scene: Scene) -> list[tuple[type[Recorded], Key, str]]:
    """Every row of every noun: noun, key, subject."""
    rows = []
    for noun in RECORDED:
        keys = ", ".join(key_columns(noun))
        for key in scene.intruder.run(f"SELECT {keys} FROM {noun.__tablename__}"):
            rows.append((noun, key, subject_name(noun, key)))
    return rows


def stated_beside_the_key(noun: type[Recorded]) -> list[str]:
    return [column for column in stated_columns(noun) if column not in key_columns(noun)]


async def test_what_is_passing_is_not_stated(scene: Scene) -> None:
    scene.intruder.run("UPDATE obligation SET nags = 9, next_nag_at = NULL, asked_in = 'somewhere'")
    scene.intruder.run("UPDATE person SET sees_home = ?", True)
    scene.intruder.run("UPDATE evidence SET attempt = 3")
    assert await scene.findings() == []


ENTRY_CHANGES: dict[str, tuple[str, str]] = {
    "a byte of a leaf": (
        "UPDATE record_entry SET leaf = replace(leaf, 'Europe/Berlin', 'Europe/Berlyn') WHERE seq = 1",
        rf"Entry 1 \(person.seen, person/{BEN}\) was changed: its leaf does not have its hash",
    ),
    "no leaf at all": (
        "UPDATE record_entry SET leaf = '{' WHERE seq = 1",
        "Entry 1 .* was changed: its leaf does not have its hash",
    ),
    "a hash": (
        "UPDATE record_entry SET leaf_hash = replace(leaf_hash, '0', '1') WHERE seq = 5",
        "Entry 5 .* was changed: its leaf does not have its hash",
    ),
    "a kind": (
        "UPDATE record_entry SET kind = 'person.sean' WHERE seq = 1",
        "Entry 1 .* was changed: its columns are not what its leaf states",
    ),
    "a time": (
        "UPDATE record_entry SET at = '2026-10-05 07:00:00.000001+00:00' WHERE seq = 1",
        "Entry 1 .* was changed: its columns",
    ),
    "a subject": (
        "UPDATE record_entry SET subject = 'person/U0BEM' WHERE seq = 1",
        "Entry 1 .* was changed: its columns are not what its leaf states",
    ),
    "a swap": (
        "UPDATE record_entry SET leaf = other.leaf, leaf_hash = other.leaf_hash FROM record_entry AS other "
        "WHERE record_entry.seq IN (4, 5) AND other.seq = 9 - record_entry.seq",
        "Entry 4 .* was changed: its columns are not what its leaf states",
    ),
    "the first is deleted": ("DELETE FROM record_entry WHERE seq = 0", "Entry 0 is missing"),
    "one is deleted": ("DELETE FROM record_entry WHERE seq = 7", "Entry 7 is missing"),
    "some are deleted": ("DELETE FROM record_entry WHERE seq IN (7, 8)", "Entries 7 to 8 are missing"),
    "the last is deleted": (
        f"DELETE FROM record_entry WHERE seq = {LAST}",
        f"Entries {LAST} to {LAST} are missing: the head counts {LAST + 1}",
    ),
    "one is added": (
        "INSERT INTO record_entry SELECT seq + 1, at, kind, subject, leaf, leaf_hash FROM record_entry "
        f"WHERE seq = {LAST}",
        f"Entry {LAST + 1} .* was changed: its columns are not what its leaf states",
    ),
    "one is added before the first": (
        "INSERT INTO record_entry SELECT -1, at, kind, subject, leaf, leaf_hash FROM record_entry "
        "WHERE seq = 0",
        "Entry -1 is outside the sequence",
    ),
    "the head forgets one": (
        f"UPDATE record_head SET size = {LAST}",
        f"Entries {LAST} to {LAST} were added beside the head",
    ),
    "the head is another": (
        "UPDATE record_head SET frontier = replace(frontier, '0', '1')",
        f"The head of {LAST + 1} entries has the root",
    ),
    "the head is nonsense": ("UPDATE record_head SET frontier = 'x'", "The head of the record is gone"),
    "the head is gone": ("DELETE FROM record_head", "The head of the record is gone"),
    "a signed root": (
        f"UPDATE checkpoint SET root = substr(root, 2) || substr(root, 1, 1) WHERE size = {LAST_SIGNED}",
        f"The signed head of size {LAST_SIGNED} has a wrong signature",
    ),
    "a signed note": (
        f"UPDATE checkpoint SET note = replace(note, 'socrates', 'Socrates') WHERE size = {LAST_SIGNED}",
        f"The signed head of size {LAST_SIGNED} has a wrong signature",
    ),
    "a signed size": (
        f"UPDATE checkpoint SET size = size + 1 WHERE size = {LAST_SIGNED}",
        f"The signed head of size {LAST_SIGNED + 1} has a wrong signature",
    ),
    "a committed text": (
        "UPDATE record_text SET text = 'No' WHERE text = 'Yes, yours counts from July' AND subject LIKE 'd%'",
        f"A text of entry {LAST} was changed",
    ),
    "a salt": (
        "UPDATE record_text SET salt = 'x' WHERE subject LIKE 'delivery%'",
        f"A text of entry {LAST} was changed",
    ),
    "a text with its salt": (
        "DELETE FROM record_text WHERE subject LIKE 'delivery%'",
        f"A text of entry {LAST} is gone with its salt",
    ),
}


async def test_a_change_in_the_record_is_named(scene: Scene) -> None:
    """Each is undone before the next."""
    scene.keep(*RECORD)
    for what, (sql, expected) in ENTRY_CHANGES.items():
        scene.intruder.run(sql)
        findings = await scene.findings()
        assert any(re.search(expected, finding) for finding in findings), (what, findings)
        assert len(findings) <= 5, (what, findings)
        scene.restore(*RECORD)
    assert await scene.findings() == []


@pytest.mark.parametrize("host", ["sqlite"], indirect=True)
async def test_bytes_that_no_column_can_hold_are_named_too(scene: Scene) -> None:
    """SQLite stores anything anywhere; the proof says so and does not break off."""
    for sql in (
        "UPDATE record_entry SET at = '2026-10-05x' WHERE seq = 5",
        "UPDATE record_entry SET leaf = CAST(x'ff' AS TEXT) WHERE seq = 10",
        "UPDATE record_entry SET leaf = x'ff' WHERE seq = 15",
        "UPDATE record_entry SET kind = CAST(x'ff' AS TEXT) WHERE seq = 6",
        f"UPDATE checkpoint SET at = 'never' WHERE size = {FIRST_SIGNED}",
        "UPDATE record_text SET text = CAST(x'ff' AS TEXT) WHERE subject LIKE 'delivery%'",
        "UPDATE control SET title = CAST(x'ff' AS TEXT)",
        "UPDATE policy SET title = x'ff'",
        "UPDATE occurrence SET grace_days = 1.5 WHERE id = 'Q3-2026'",
        "UPDATE occurrence SET grace_days = 'x' WHERE id = 'Q4-2026'",
        "UPDATE examination SET categories = '{' WHERE id = 'soc1-2026'",
        "UPDATE obligation SET state = 'opem'",
        "UPDATE viewing SET at = 7",
        "UPDATE review SET at = '2026-13-01'",
    ):
        scene.intruder.run(sql)
    findings = await scene.findings()
    unreadable = "was changed: it cannot be read"
    for said in (
        "Entry 5 was changed: its columns cannot be read",
        "Entry 10 was changed: its columns cannot be read",
        "Entry 15 (policy.published, policy_version/version-1) was changed: its leaf does not have its hash",
        "Entry 6 was changed: its columns cannot be read",
        f"The signed head of size {FIRST_SIGNED} has a wrong signature",
        f"A text of entry {LAST} is gone with its salt",
        f"Row control/AC-01 {unreadable}",
        "Row policy/access was changed: title",
        "Row occurrence/Q3-2026 was changed: grace_days",
        "Row occurrence/Q4-2026 was changed: grace_days",
        f"Row examination/soc1-2026 {unreadable}",
        f"Row obligation/obligation-1 {unreadable}",
        f"Row viewing/evidence-b/{CLEO} {unreadable}",
        f"Row review/review-1 {unreadable}",
    ):
        assert named(findings, said), said


async def test_an_erased_text_keeps_the_proof(scene: Scene) -> None:
    scene.intruder.run("UPDATE record_text SET text = NULL")
    assert await scene.findings() == []


def damage(change: Callable[[Path], object]) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        (blob,) = [path for path in scene.files.folder.rglob("*") if path.is_file()]
        change(blob)

    return act


@pytest.mark.parametrize(
    "change",
    [
        damage(lambda blob: blob.write_bytes(b"Q" + blob.read_bytes()[1:])),
        damage(lambda blob: blob.write_bytes(blob.read_bytes()[:-1])),
        damage(lambda blob: blob.write_bytes(b"")),
        damage(Path.unlink),
        damage(lambda blob: (blob.unlink(), blob.mkdir())),
        lambda scene: shutil.rmtree(scene.files.folder),
    ],
    ids=["changed", "cut", "emptied", "deleted", "a folder", "all gone"],
)
@pytest.mark.parametrize("host", ["sqlite"], indirect=True)
async def test_a_changed_file_is_named(scene: Scene, change: Callable[[Scene], None]) -> None:
    change(scene)
    (finding,) = await scene.findings()
    assert finding.startswith("The file of evidence/evidence-b (entry 14) is missing")
