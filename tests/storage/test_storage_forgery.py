"""Forgers who know the program, and the proof beside a live service: what signed and trusted heads are for."""

import asyncio
import json
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from storage.database import Database
from storage.files import FileStore
from storage.people import Person
from storage.proof.stated import Stated
from storage.proof.verify import verify
from storage.proof.walk import Walk
from storage.record import entries
from storage.record.keys import RecordKey
from storage.record.rows import PAGE
from storage.terms import AccountKind, Event
from tests.storage.history import BEN, FIRST_SIGNED, LAST, LAST_SIGNED, MONDAY, sign_head
from tests.storage.scene import Scene, named


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
    assert named(
        await scene.findings(), f"Entries {LAST_SIGNED - 1} to {LAST_SIGNED - 1} are missing", "signed"
    )


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
@pytest.mark.parametrize("host", ["sqlite"], indirect=True)
async def test_a_trusted_head_that_is_none_is_refused(
    database: Database, files: FileStore, key: RecordKey, trusted: str
) -> None:
    with pytest.raises(ValueError, match=r"not a size and a root|invalid literal"):
        await verify(database, files, key.public, trusted)


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


async def test_a_head_that_is_signed_meanwhile_is_known(scene: Scene) -> None:
    with closing(Stated()) as stated:
        walk = Walk(stated)
        async with scene.database.snapshot() as session:
            assert await walk.catch_up(session)
        await sign_head(scene.database, scene.key, MONDAY)
        signed = walk.root
        await change(scene.database, 0)
        async with scene.database.snapshot() as session:
            assert await walk.catch_up(session)
            assert not await walk.catch_up(session)
    assert (walk.roots[LAST + 1], walk.size, walk.findings) == (signed, LAST + 2, [])


async def proofs_in_a_row(scene: Scene, number: int) -> list[str]:
    return [finding for _ in range(number) for finding in await scene.findings()]


async def change(database: Database, number: int) -> None:
    async with database.transaction() as session:
        ben = await session.get(Person, BEN)
        assert ben
        ben.name = f"Ben {number}"
        new = Person(id=f"U{number % 3}{number}", name="x", zone="UTC", standing=AccountKind.GUEST)
        session.add(new)
        entries.append(session, Event.PERSON_SEEN, "setup", MONDAY + timedelta(seconds=number), new, ben)


@pytest.mark.parametrize("host", ["sqlite"], indirect=True)
async def test_more_than_a_page_is_walked_to_its_end(scene: Scene) -> None:
    async with scene.database.transaction() as session:
        for number in range(PAGE + 5):
            person = Person(id=f"U{number:05}", name="x", zone="UTC", standing=AccountKind.GUEST)
            session.add(person)
            entries.append(session, Event.PERSON_SEEN, "setup", datetime(2026, 10, 9, tzinfo=UTC), person)
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
