"""The proof: a true history is proved, and whatever somebody changes is found and named."""

import asyncio
import json
import re
import shutil
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Date, DateTime, Integer, inspect
from sqlmodel import SQLModel

from storage import record
from storage.database import Database
from storage.files import FileStore
from storage.keys import RecordKey
from storage.nouns import RECORDED
from storage.people import Person
from storage.record import Recorded
from storage.rows import PAGE
from storage.terms import Event, Standing
from tests.storage.history import BEN, MONDAY, live, sign_head
from tests.storage.hosts import Host, SqliteHost
from tests.storage.scene import History, Scene, another, named, stored

TABLES = [str(noun.__tablename__) for noun in RECORDED]
LAST = 19
FIRST_SIGNED, LAST_SIGNED = 7, 17


@pytest.fixture(scope="session")
def history(host: Host, tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("history")
    lived = History(host.empty(), folder / "evidence", RecordKey.load(folder / "record.key"))

    async def play() -> None:
        database = Database(lived.url)
        await live(database, FileStore(lived.evidence), lived.key)
        await database.close()

    asyncio.run(play())
    return lived


@pytest.fixture
async def scene(host: Host, history: History, tmp_path: Path) -> AsyncGenerator[Scene]:
    url = host.copy(history.url)
    shutil.copytree(history.evidence, tmp_path / "evidence")
    database = Database(url)
    intruder = host.intruder(url)
    intruder.break_in()
    yield Scene(database, FileStore(tmp_path / "evidence"), history.key, intruder)
    await database.close()


async def test_a_true_history_is_proved(scene: Scene) -> None:
    proof = await scene.prove(scene.head())
    assert proof.findings == []
    assert (proof.size, proof.files, proof.checkpoints) == (LAST + 1, 1, 2)
    assert f"{proof.size} {proof.root}" == scene.head()
    counts = [scene.intruder.run(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES]
    assert all(counts)
    assert proof.rows == sum(counts)


async def test_an_empty_record_is_proved(database: Database, files: FileStore, key: RecordKey) -> None:
    scene = Scene(database, files, key, intruder=None)  # type: ignore[arg-type]
    proof = await scene.prove("0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    assert (proof.size, proof.rows, proof.findings) == (0, 0, [])


@pytest.mark.parametrize("noun", RECORDED, ids=TABLES)
async def test_a_change_in_any_column_of_a_row_is_named(scene: Scene, noun: type[Recorded]) -> None:
    table, keys = str(noun.__tablename__), [column.name for column in inspect(noun).primary_key]
    key = scene.intruder.run(f"SELECT {', '.join(keys)} FROM {table} ORDER BY 1 DESC LIMIT 1")[0]
    subject = "/".join([table, *map(str, key)])
    where = " AND ".join(f"{column} = ?" for column in keys)
    for column in record.stated_columns(noun):
        if column not in keys:
            ((before,),) = scene.intruder.run(f"SELECT {column} FROM {table} WHERE {where}", *key)
            changed = another(before, filler(noun, column))
            scene.intruder.run(f"UPDATE {table} SET {column} = ? WHERE {where}", changed, *key)
            (finding,) = await scene.findings()
            assert finding.startswith(f"Row {subject} was changed: ")
            assert f": {column} is not what entry " in finding or ": it cannot be read" in finding
            scene.intruder.run(f"UPDATE {table} SET {column} = ? WHERE {where}", stored(before), *key)
    assert await scene.findings() == []


def filler(noun: type[SQLModel], column: str) -> object:
    kind = inspect(noun).columns[column].type
    if isinstance(kind, Integer | Boolean):
        return 1
    dated = isinstance(kind, Date) or issubclass(getattr(kind, "impl", type(kind)).__class__, DateTime)
    return "2026-10-05" if dated else "0"


@pytest.mark.parametrize("noun", RECORDED, ids=TABLES)
async def test_a_strange_row_and_a_lost_row_are_named(scene: Scene, noun: type[Recorded]) -> None:
    table, keys = str(noun.__tablename__), [column.name for column in inspect(noun).primary_key]
    key = scene.intruder.run(f"SELECT {', '.join(keys)} FROM {table} ORDER BY 1 LIMIT 1")[0]
    subject = "/".join([table, *map(str, key)])
    strange = "/".join([table, another(key[0], None), *map(str, key[1:])])
    scene.intruder.run(f"UPDATE {table} SET {keys[0]} = ? WHERE {keys[0]} = ?", another(key[0], None), key[0])
    findings = await scene.findings()
    assert f"Row {strange} is in no entry of the record." in findings
    assert named(findings, f"Row {subject} of entry ", " is gone.")
    scene.intruder.run(f"DELETE FROM {table} WHERE {keys[0]} = ?", another(key[0], None))
    (finding,) = await scene.findings()
    assert finding.startswith(f"Row {subject} of entry ")
    assert finding.endswith(" is gone.")


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
        f"UPDATE checkpoint SET root = replace(root, '0', '1') WHERE size = {LAST_SIGNED}",
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


@pytest.mark.parametrize(("sql", "expected"), ENTRY_CHANGES.values(), ids=list(ENTRY_CHANGES))
async def test_a_change_in_the_record_is_named(scene: Scene, sql: str, expected: str) -> None:
    scene.intruder.run(sql)
    findings = await scene.findings()
    assert findings
    assert any(re.search(expected, finding) for finding in findings), findings
    assert len(findings) <= 6


@pytest.mark.parametrize(
    ("table", "column", "value", "expected"),
    [
        ("record_entry", "at", "2026-10-05x", "Entry 1 was changed: its columns cannot be read"),
        ("record_entry", "leaf", b"\xff", "Entry 1 .*was changed"),
        ("record_entry", "kind", b"\xff", "Entry 1 .*was changed"),
        ("checkpoint", "at", "never", "The signed head of size 7 has a wrong signature"),
        ("record_text", "text", b"\xff", "A text of entry . "),
        ("control", "title", b"\xff", "Row control/AC-01 was changed"),
        ("control", "due_days", 1.5, "Row control/AC-01 was changed: due_days"),
        ("control", "due_days", "x", "Row control/AC-01 was changed: due_days"),
        ("control", "criteria", "{", "Row control/AC-01 was changed: it cannot be read"),
        ("person", "standing", "owner", f"Row person/{BEN} was changed: it cannot be read"),
    ],
)
async def test_bytes_that_no_column_can_hold_are_named_too(
    sqlite_host: SqliteHost, tmp_path: Path, table: str, column: str, value: Any, expected: str
) -> None:
    """SQLite stores anything anywhere; the proof must say so and not break off."""
    url = sqlite_host.empty()
    files, key, database = FileStore(tmp_path / "files"), RecordKey.load(tmp_path / "key"), Database(url)
    await live(database, files, key)
    scene = Scene(database, files, key, sqlite_host.intruder(url))
    scene.intruder.break_in()
    held = "CAST(? AS TEXT)" if isinstance(value, bytes) else "?"
    row = "seq = 1" if table == "record_entry" else f"rowid = (SELECT min(rowid) FROM {table})"
    scene.intruder.run(f"UPDATE {table} SET {column} = {held} WHERE {row}", value)
    findings = await scene.findings()
    assert any(re.search(expected, finding) for finding in findings), findings
    await database.close()


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
async def test_a_changed_file_is_named(scene: Scene, change: Callable[[Scene], None]) -> None:
    change(scene)
    (finding,) = await scene.findings()
    assert finding.startswith("The file of evidence/evidence-b (entry 14) is missing")


def cut_tail(scene: Scene, keep: int) -> None:
    """Take back the last entries with all their traces but the signed heads."""
    before = scene.leaves()
    scene.intruder.run("DELETE FROM record_entry WHERE seq >= ?", keep)
    gone = {subject for leaf in before[keep:] for subject in json.loads(leaf)["rows"]}
    kept = {subject for leaf in before[:keep] for subject in json.loads(leaf)["rows"]}
    for subject in gone - kept:
        table, _, key = subject.partition("/")
        scene.intruder.run(f"DELETE FROM {table} WHERE id = ?", key)
    scene.recompute()


async def test_a_cut_behind_a_signed_head_is_found(scene: Scene) -> None:
    cut_tail(scene, LAST_SIGNED - 1)
    assert named(await scene.findings(), f"Entries {LAST_SIGNED - 1} to {LAST_SIGNED - 1} are missing", "signed")


async def test_a_cut_after_the_last_signed_head_needs_a_trusted_one(scene: Scene) -> None:
    """The honest limit: what no head covers can be taken back; a head that somebody kept shows it."""
    trusted = scene.head()
    cut_tail(scene, LAST_SIGNED)
    assert await scene.findings() == []
    (finding,) = await scene.findings(trusted)
    assert finding.startswith(f"Entries {LAST_SIGNED} to {LAST} are missing: the head that you trust counts")


def forge(scene: Scene) -> None:
    """Ben's zone was never Berlin, says the row, the leaf, every hash and the head."""
    scene.intruder.run("UPDATE person SET zone = 'Asia/Dubai' WHERE id = ?", BEN)
    scene.state_as(f"person/{BEN}", "zone", "Asia/Dubai")
    scene.recompute()


async def test_a_forger_who_recomputes_every_hash_fails_at_the_signed_heads(scene: Scene) -> None:
    forge(scene)
    assert [finding.partition(":")[0] for finding in await scene.findings()] == [
        f"The record was rewritten before entry {FIRST_SIGNED}",
        f"The record was rewritten before entry {LAST_SIGNED}",
    ]


async def test_a_forger_with_a_key_of_their_own_fails_at_the_signature(scene: Scene, key: RecordKey) -> None:
    forge(scene)
    scene.intruder.run("DELETE FROM checkpoint")
    await sign_head(scene.database, key, MONDAY)
    assert await scene.findings() == [f"The signed head of size {LAST + 1} has a wrong signature."]


async def test_a_forger_who_drops_the_signed_heads_fails_at_a_trusted_one(scene: Scene) -> None:
    trusted = scene.head()
    forge(scene)
    scene.intruder.run("DELETE FROM checkpoint")
    assert await scene.findings() == []
    (finding,) = await scene.findings(trusted)
    assert finding.endswith("its root is not the one that you trust.")


@pytest.mark.parametrize("trusted", ["x", "12", "12 no-hex", "twelve " + "0" * 64])
async def test_a_trusted_head_that_is_none_is_refused(scene: Scene, trusted: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        await scene.prove(trusted)


async def test_the_proof_holds_while_the_service_writes(scene: Scene) -> None:
    """No false alarm: rows change and entries, rows and signed heads are added while it reads."""
    proofs = [asyncio.create_task(proofs_in_a_row(scene, 6)) for _ in range(2)]
    written = 0
    while not all(proof.done() for proof in proofs):
        await change(scene.database, written)
        if written % 7 == 0:
            await sign_head(scene.database, scene.key, MONDAY)
        written += 1
    for done in proofs:
        assert await done == []
    assert written > 12


async def proofs_in_a_row(scene: Scene, number: int) -> list[str]:
    return [finding for _ in range(number) for finding in await scene.findings()]


async def change(database: Database, number: int) -> None:
    async with database.transaction() as session:
        ben = await session.get(Person, BEN)
        assert ben
        ben.name = f"Ben {number}"
        new = Person(id=f"U{number % 3}{number}", name="x", zone="UTC", standing=Standing.GUEST)
        session.add(new)
        record.append(session, Event.PERSON_SEEN, "setup", MONDAY + timedelta(seconds=number), new, ben)


async def test_more_than_a_page_is_walked_to_its_end(scene: Scene) -> None:
    async with scene.database.transaction() as session:
        for number in range(PAGE + 5):
            person = Person(id=f"U{number:05}", name="x", zone="UTC", standing=Standing.GUEST)
            session.add(person)
            record.append(session, Event.PERSON_SEEN, "setup", datetime(2026, 10, 9, tzinfo=UTC), person)
    await sign_head(scene.database, scene.key, MONDAY)
    proof = await scene.prove(scene.head())
    assert (proof.findings, proof.size) == ([], LAST + 1 + PAGE + 5)
    scene.intruder.run("UPDATE person SET zone = 'UTD' WHERE id = ?", f"U{PAGE + 4:05}")
    scene.intruder.run("DELETE FROM record_entry WHERE seq = ?", LAST + PAGE)
    assert await scene.findings() == [
        f"Entry {LAST + PAGE} is missing.",
        f"Row person/U{PAGE - 1:05} is in no entry of the record.",
        f"Row person/U{PAGE + 4:05} was changed: zone is not what entry {LAST + PAGE + 5} states.",
    ]
