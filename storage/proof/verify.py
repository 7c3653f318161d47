"""Proving the record, the rows and the files; each finding names the entry, the row or the file that is wrong.

The check may run beside the live service: it compares every page of rows with the record of the same snapshot.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from operator import itemgetter
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.exc import NoResultFound
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database
from storage.evidence import Evidence, statement_hash
from storage.files import SHA256, FileStore
from storage.nouns import RECORDED
from storage.proof.stated import Stated, canonical, columns_of
from storage.proof.walk import Walk, hidden_texts, hides
from storage.record import entries
from storage.record.entries import Checkpoint, State
from storage.record.keys import signed_by
from storage.record.recorded import Recorded, subject_name
from storage.record.rows import PAGE, PARAMETERS, Key, Stored, page_after, readable_rows
from storage.terms import EvidenceKind


@dataclass
class Proof:
    """How much was checked, and what is wrong. The record is proved when ``findings`` is empty."""

    size: int = 0
    root: str = ""
    rows: int = 0
    files: int = 0
    statements: int = 0
    checkpoints: int = 0
    findings: list[str] = field(default_factory=list)


async def verify(
    sessions: Database, files: FileStore, public_key: bytes, trusted_head: str | None = None
) -> Proof:
    """Check (a) leaves, root and sequence, with every signed head; (b) rows; (c) files and statements. Reads only.

    ``trusted_head`` is "size root" from a source outside the database, such as a digest. With it the check also finds
    a record that was replaced as a whole. Raises ValueError for another form.
    """
    trusted, proof = _head_of(trusted_head) if trusted_head else None, Proof()
    with closing(Stated()) as stated:
        walk = Walk(stated, anchors={trusted[0]} if trusted else set())
        more = True
        while more:
            async with sessions.snapshot() as session:
                more = await walk.read_on(session)
        await _check_heads(sessions, proof, walk, public_key)
        if trusted:
            proof.findings += _against(walk, *trusted, "you trust")
        await _check_rows(sessions, proof, walk)
        await _check_files(proof, stated, files)
        await _check_statements(sessions, proof, stated)
    proof.findings = walk.findings + proof.findings
    return proof


def _head_of(text: str) -> tuple[int, str]:
    size, _, root = text.strip().partition(" ")
    if not SHA256.fullmatch(root.strip()):
        raise ValueError(f"not a size and a root: {text!r}")
    return int(size), root.strip()


async def _check_heads(sessions: Database, proof: Proof, walk: Walk, public_key: bytes) -> None:
    async with sessions.snapshot() as session:
        await walk.catch_up(session)
        proof.size, proof.root = walk.size, walk.root
        proof.findings += await _check_head(session, walk)
        last: Key | None = None
        while page := await page_after(session, Checkpoint, last):
            for (size,), signed in page:
                proof.checkpoints += 1
                if signed is None or not signed_by(signed.note, size, signed.root, public_key):
                    proof.findings.append(f"The signed head of size {size} has a wrong signature.")
                else:
                    proof.findings += _against(walk, size, signed.root, "was signed")
            last = page[-1][0]


async def _check_head(session: AsyncSession, walk: Walk) -> list[str]:
    try:
        size, root = await entries.head(session)
    except (NoResultFound, ValueError):
        return ["The head of the record is gone or cannot be read."]
    if size > walk.next_seq:
        return [f"Entries {walk.next_seq} to {size - 1} are missing: the head counts {size}."]
    if size < walk.next_seq:
        return [f"Entries {size} to {walk.next_seq - 1} were added beside the head, which counts {size}."]
    if walk.whole and root != walk.root:
        return [f"The head of {size} entries has the root {root}; the entries have {walk.root}."]
    return []


def _against(walk: Walk, size: int, root: str, whose: str) -> list[str]:
    """What is wrong with the walked record, given a head that was signed or that the reader trusts."""
    if size > walk.next_seq:
        return [f"Entries {walk.next_seq} to {size - 1} are missing: the head that {whose} counts {size}."]
    if walk.whole and walk.roots.get(size) != root:
        return [f"The record was rewritten before entry {size}: its root is not the one that {whose}."]
    return []


async def _check_rows(sessions: Database, proof: Proof, walk: Walk) -> None:
    before = walk.next_seq  # later entries may state rows of pages that were read before them
    for noun in RECORDED:
        last: Key | None = None
        more = True
        while more:
            async with sessions.snapshot() as session:
                page = await page_after(session, noun, last)
                wrong = await _wrong_rows(session, walk, noun, page)
                if wrong and await walk.catch_up(session):
                    wrong = await _wrong_rows(session, walk, noun, page)
            proof.findings += wrong
            proof.rows += len(page)
            walk.stated.find(subject_name(noun, key) for key, _ in page)
            more = len(page) == PAGE
            last = page[-1][0] if more else None
    for subject, seq in walk.stated.lost(before):
        proof.findings.append(f"Row {subject} of entry {seq} is gone.")


async def _wrong_rows(
    session: AsyncSession, walk: Walk, noun: type[Recorded], page: Sequence[tuple[Key, Stored | None]]
) -> list[str]:
    """Compare rows with what the record states of them."""
    rows = {subject_name(noun, key): row for key, row in page}
    stated, columns = walk.stated.newest(list(rows)), columns_of(noun)
    personal = [columns.index(column) for column in noun.personal]
    hidden = await hidden_texts(session, [state[place] for _, state in stated.values() for place in personal])
    wrong = []
    for subject, row in rows.items():
        if subject not in stated:
            wrong.append(f"Row {subject} is in no entry of the record.")
            continue
        seq, state = stated[subject]
        if row is None:
            wrong.append(f"Row {subject} was changed: it cannot be read, and entry {seq} states it.")
            continue
        for column, value, said in zip(columns, _stated_values(noun)(row), state, strict=True):
            if not _as_stated(value, said, hidden):
                wrong.append(f"Row {subject} was changed: {column} is not what entry {seq} states.")
    return wrong


@cache
def _stated_values(noun: type[Recorded]) -> Callable[[Stored], tuple[Any, ...]]:
    """What gives the values of the stated columns of a row."""
    places = {column.name: place for place, column in enumerate(inspect(noun).columns)}
    return itemgetter(*[places[column] for column in columns_of(noun)])


def _as_stated(value: Any, stated: Any, hidden: Mapping[str, Stored]) -> bool:
    """Whether a stored value is the one that was stated, in the open or by a commitment."""
    if hidden and isinstance(value, str) and isinstance(stated, str) and stated in hidden:
        return hides(hidden[stated], value)
    try:
        return canonical(value) == stated
    except TypeError:
        return False


async def _check_files(proof: Proof, stated: Stated, files: FileStore) -> None:
    """Check every stored file against the hash that the record states."""
    for subject, seq, state in _evidence(stated, by_name=False):
        if state["kind"] != EvidenceKind.STATEMENT:
            proof.files += 1
            if not await asyncio.to_thread(files.intact, str(state["sha256"])):
                proof.findings.append(
                    f"The file of {subject} (entry {seq}) is missing or does not have its hash."
                )


async def _check_statements(sessions: Database, proof: Proof, stated: Stated) -> None:
    """Check the words of each statement, which is evidence without a file, against the hash that the record states."""
    statements = (
        (subject.partition("/")[2], seq, state)
        for subject, seq, state in _evidence(stated, by_name=True)
        if state["kind"] == EvidenceKind.STATEMENT
    )
    while page := {evidence_id: (seq, state) for evidence_id, seq, state in islice(statements, PARAMETERS)}:
        async with sessions.snapshot() as session:
            rows = await readable_rows(session, Evidence, list(page))
        for evidence_id, row in rows.items():
            proof.statements += 1
            seq, state = page[evidence_id]
            if _hash_of(row) != state["sha256"]:
                proof.findings.append(
                    f"The statement evidence/{evidence_id} (entry {seq}) does not have its hash."
                )


def _evidence(stated: Stated, *, by_name: bool) -> Iterator[tuple[str, int, State]]:
    """The evidence that has been stored, as it was last stated with the number of the entry."""
    return (each for each in stated.states(Evidence, by_name=by_name) if each[2]["sha256"])


def _hash_of(row: Stored) -> str | None:
    """None when a column holds a value of another kind, as SQLite allows."""
    try:
        return statement_hash(row)
    except TypeError:
        return None
