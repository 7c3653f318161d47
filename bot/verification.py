"""Proving the record, the rows and the files; each finding names the entry, the row or the file that is wrong."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from storage import evidence, record
from storage.database import Database
from storage.files import FileStore
from storage.keys import signed_by
from storage.merkle import frontier_root, grow
from storage.nouns import RECORDED
from storage.record import Recorded, RecordEntry
from storage.rows import all_rows

PAGE = 1_000


@dataclass
class Proof:
    """What was checked, and what is wrong; proved when ``findings`` is empty."""

    size: int = 0
    root: str = ""
    rows: int = 0
    files: int = 0
    checkpoints: int = 0
    findings: list[str] = field(default_factory=list)


@dataclass
class Stated:
    """The last state that the record gives of each row, and in which entry."""

    states: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    roots: dict[int, str] = field(default_factory=dict)
    trusted: dict[int, str] = field(default_factory=dict)


async def verify(
    sessions: Database, files: FileStore, public_key: bytes, trusted_head: str | None = None
) -> Proof:
    """Check (a) leaves, root and sequence, with every signed head; (b) rows; (c) files. Reads only.

    ``trusted_head`` is "size root" from outside, such as a digest: it also finds a record that was replaced whole.
    """
    proof, stated = Proof(), Stated()
    if trusted_head:
        size, _, root = trusted_head.strip().partition(" ")
        stated.trusted[int(size)] = root.strip()
    async with sessions.reading() as session:
        await _check_entries(session, proof, stated)
        await _check_heads(session, proof, stated, public_key)
        await _check_rows(session, proof, stated)
        await _check_files(session, proof, files)
    return proof


async def _check_entries(session: AsyncSession, proof: Proof, stated: Stated) -> None:
    frontier: list[bytes] = []
    anchored = {checkpoint.size for checkpoint in await record.checkpoints(session)} | set(stated.trusted)
    async for entry in _entries(session):
        if entry.seq != proof.size:
            proof.findings.append(f"Entry {proof.size} is missing: the next one is {entry.seq}.")
        proof.findings += _faults(entry)
        frontier = grow(frontier, proof.size, bytes.fromhex(record.hash_of_leaf(entry.leaf)))
        proof.size += 1
        if proof.size in anchored:
            stated.roots[proof.size] = frontier_root(frontier).hex()
        for subject, state in json.loads(entry.leaf)["rows"].items():
            stated.states[subject] = entry.seq, state
    proof.root = frontier_root(frontier).hex()


def _faults(entry: RecordEntry) -> list[str]:
    name = f"Entry {entry.seq} ({entry.kind}, {entry.subject})"
    if record.hash_of_leaf(entry.leaf) != entry.leaf_hash:
        return [f"{name} was changed: its leaf does not have its hash."]
    leaf = json.loads(entry.leaf)
    shown = record.plain([entry.seq, entry.at, entry.kind, entry.subject])
    if [leaf["seq"], leaf["at"], leaf["kind"], leaf["subject"]] != shown:
        return [f"{name} was changed: its columns are not what its leaf states."]
    return []


async def _check_heads(session: AsyncSession, proof: Proof, stated: Stated, public_key: bytes) -> None:
    size, root = await record.head(session)
    if (size, root) != (proof.size, proof.root):
        proof.findings.append(f"The head says {size} entries with root {root}; the entries say otherwise.")
    for checkpoint in await record.checkpoints(session):
        proof.checkpoints += 1
        if not signed_by(checkpoint.note, checkpoint.size, checkpoint.root, public_key):
            proof.findings.append(f"The signed head of size {checkpoint.size} has a wrong signature.")
        elif stated.roots.get(checkpoint.size) != checkpoint.root:
            proof.findings.append(
                f"The record was rewritten before entry {checkpoint.size}: "
                "its root is not the one that was signed."
            )

    for size, trusted in stated.trusted.items():
        if stated.roots.get(size) != trusted:
            proof.findings.append(f"The record is not the one whose head of size {size} you trust.")


async def _check_rows(session: AsyncSession, proof: Proof, stated: Stated) -> None:
    unseen = set(stated.states)
    for noun in RECORDED:
        async for row in all_rows(session, noun):
            proof.rows += 1
            subject = record.subject_of(row)
            unseen.discard(subject)
            if subject not in stated.states:
                proof.findings.append(f"Row {subject} is in no entry of the record.")
                continue
            seq, state = stated.states[subject]
            for column in await _differences(session, row, state):
                proof.findings.append(f"Row {subject} was changed: {column} is not what entry {seq} states.")
    for subject in sorted(unseen):
        seq, _ = stated.states[subject]
        proof.findings.append(f"Row {subject} of entry {seq} is gone.")


async def _differences(session: AsyncSession, row: Recorded, state: dict[str, Any]) -> list[str]:
    wrong = []
    for column in record.stated_columns(type(row)):
        value, said = getattr(row, column), state.get(column)
        if column in type(row).personal and value is not None and said is not None:
            hidden = await record.committed_text(session, said)
            if hidden is None or record.commitment_of(hidden.salt, value) != said:
                wrong.append(column)
        elif record.plain(value) != said:
            wrong.append(column)
    return wrong


async def _check_files(session: AsyncSession, proof: Proof, files: FileStore) -> None:
    for given in await evidence.stored_evidence(session):
        proof.files += 1
        if given.sha256 and not await asyncio.to_thread(files.intact, given.sha256):
            entry = await record.last_entry(session, record.subject_of(given))
            number = entry.seq if entry else "?"
            proof.findings.append(
                f"The file of evidence {given.id} (entry {number}) is missing or does not have its hash."
            )


async def _entries(session: AsyncSession) -> AsyncIterator[RecordEntry]:
    seq = 0
    while page := await record.entries_from(session, seq, PAGE):
        for entry in page:
            yield entry
        seq = page[-1].seq + 1
        session.expunge_all()
