"""How long ``socrates verify`` takes for a large record, and how much memory it needs at most.

Run ``python -m tests.bench.proving FOLDER ENTRIES`` to build a data folder with a record of real leaves by itself.
"""

import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, insert, inspect
from sqlmodel import SQLModel

from storage.obligations import Obligation
from storage.people import Person, Workspace
from storage.policies import Acknowledgement, Policy, PolicyVersion
from storage.questions import Question
from storage.record.entries import (
    HEAD,
    Checkpoint,
    RecordEntry,
    RecordHead,
    RecordText,
    canonical,
    commitment_of,
    hash_of_leaf,
)
from storage.record.keys import RecordKey
from storage.record.merkle import frontier_root, grow
from storage.record.recorded import NewRow, new_row, stated_columns
from storage.schema import migrate
from storage.terms import (
    AccountKind,
    Event,
    ObligationKind,
    ObligationState,
    Outcome,
    QuestionState,
    Via,
)
from tests.bench.processes import MEBIBYTE, PYTHON, ROOT
from tests.bench.report import Figure, median

MILLION = 1_000_000
ENTRIES = int(os.environ.get("BENCH_ENTRIES", "100000"))
FEW_ENTRIES = 2_000
TURNS_A_PAGE = 1_000
BEGAN = datetime(2026, 10, 5, 7, tzinfo=UTC)
SENTENCE = "I have read this policy in its whole text, and I will follow it from today on."


async def verify(rounds: int, *, quick: bool) -> list[Figure]:
    """The environment may say how many entries: BENCH_ENTRIES=1000000 is the size of the goal."""
    entries = FEW_ENTRIES if quick else ENTRIES
    seconds, peaks = [], []
    with tempfile.TemporaryDirectory() as folder:
        build = (*PYTHON, "tests.bench.proving", folder, str(entries))
        await asyncio.to_thread(subprocess.run, build, cwd=ROOT, check=True)
        for _ in range(1 if quick else min(rounds, 3)):
            took, peak = await asyncio.to_thread(_prove, folder)
            seconds.append(took)
            peaks.append(peak)
    return [
        Figure("verify of 1,000,000 entries", median(seconds) / entries * MILLION, "s CPU", goal=60),
        Figure(f"verify of {entries:,} entries, memory at most", max(peaks), "MiB", goal=150),
    ]


def _prove(folder: str) -> tuple[float, float]:
    """Seconds of CPU, and the most memory in MiB, of the command in a process of its own."""
    command = [*PYTHON, "handlers.cli", "verify"]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "DATA_DIR": folder}, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the proof of {folder} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / MEBIBYTE


@dataclass
class Ledger:
    """A record that is written in pages, with the rows that it states."""

    connection: Connection
    size: int = 0
    frontier: list[bytes] = field(default_factory=list)
    waiting: dict[type[SQLModel], list[dict[str, Any]]] = field(default_factory=dict)
    rows: dict[str, NewRow] = field(default_factory=dict)

    def add(self, kind: Event, subject: str | None, *rows: NewRow, **texts: str) -> None:
        at = BEGAN + timedelta(seconds=self.size)
        subject = subject or rows[0].subject
        leaf = canonical(
            {
                "actor": "socrates",
                "at": at,
                "facts": {},
                "kind": kind,
                "rows": {row.subject: self._stated(row) for row in rows},
                "seq": self.size,
                "subject": subject,
                "texts": {name: self._hidden(subject, text) for name, text in texts.items()},
            }
        )
        hashed = hash_of_leaf(leaf)
        entry = {"seq": self.size, "at": at, "kind": kind, "subject": subject}
        self._keep(RecordEntry, {**entry, "leaf": leaf, "leaf_hash": hashed})
        self.frontier = grow(self.frontier, self.size, bytes.fromhex(hashed))
        self.size += 1
        self.rows |= {row.subject: row for row in rows}

    def write(self) -> None:
        """Every row as it was last stated, in the order in which rows were first stated."""
        for row in self.rows.values():
            self._keep(row.noun, dict(row.values))
        for noun, values in self.waiting.items():
            self.connection.execute(insert(inspect(noun).local_table), values)
        self.waiting, self.rows = {}, {}

    def close(self, key: RecordKey) -> None:
        self.write()
        root = frontier_root(self.frontier).hex()
        signed = {"size": self.size, "root": root, "note": key.sign(self.size, root), "at": BEGAN}
        self._keep(Checkpoint, signed)
        self.write()
        heads = inspect(RecordHead).local_table
        frontier = " ".join(node.hex() for node in self.frontier)
        self.connection.execute(heads.update().values(id=HEAD, size=self.size, frontier=frontier))

    def _keep(self, noun: type[SQLModel], values: dict[str, Any]) -> None:
        self.waiting.setdefault(noun, []).append(values)

    def _stated(self, row: NewRow) -> dict[str, Any]:
        personal = row.noun.personal
        state = {name: row.values[name] for name in stated_columns(row.noun)}
        return {
            name: self._hidden(row.subject, value) if name in personal and value is not None else value
            for name, value in state.items()
        }

    def _hidden(self, subject: str, text: str) -> str:
        salt = secrets.token_hex(32)
        commitment = commitment_of(salt, text)
        self._keep(RecordText, {"commitment": commitment, "subject": subject, "salt": salt, "text": text})
        return commitment


def build(folder: Path, entries: int) -> None:
    """A data folder whose record has at least this many entries: four for each thing that a person does."""
    url = f"sqlite:///{folder / 'socrates.db'}"
    migrate(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        ledger = Ledger(connection)
        version_id, people = _company(ledger)
        number = 0
        while ledger.size < entries:
            number += 1
            _turn(ledger, number, people[number % len(people)], version_id)
            if number % TURNS_A_PAGE == 0:
                ledger.write()
        ledger.close(RecordKey.load(folder / "record.key"))
    engine.dispose()


def _company(ledger: Ledger) -> tuple[str, list[str]]:
    """The id of a policy's version, and the people's ids."""
    ledger.add(Event.RECORD_OPENED, None, new_row(Workspace, id="T1", name="Northwind", sandbox=True))
    policy = new_row(Policy, id="access", title="Access policy", owner_role="security")
    version = new_row(
        PolicyVersion,
        policy_id="access",
        version="1.0",
        text=SENTENCE,
        text_hash="0" * 64,
        summary="The first version.",
        consent=SENTENCE,
        due_days=14,
        proposed_at=BEGAN,
    )
    ledger.add(Event.POLICY_PROPOSED, version.subject, policy, version)
    people = [
        new_row(
            Person,
            id=f"U{number}",
            name=f"Person {number}",
            zone="Europe/Berlin",
            standing=AccountKind.MEMBER,
        )
        for number in range(500)
    ]
    for person in people:
        ledger.add(Event.PERSON_SEEN, None, person)
    return version.values["id"], [person.values["id"] for person in people]


def _turn(ledger: Ledger, number: int, person_id: str, version_id: str) -> None:
    task = {
        "person_id": person_id,
        "kind": ObligationKind.ACKNOWLEDGE,
        "subject": f"{version_id}-{number}",
        "due_on": date(2026, 10, 19),
        "opened_at": BEGAN,
    }
    opened = new_row(Obligation, **task, state=ObligationState.OPEN)
    ledger.add(Event.OBLIGATION_OPENED, None, opened)
    agreed = new_row(
        Acknowledgement,
        version_id=f"{version_id}-{number}",
        person_id=person_id,
        text_hash="0" * 64,
        consent=SENTENCE,
        at=BEGAN,
        channel="D0123456789",
        message_ts="1790000000.000100",
    )
    closed = {**opened.values, "state": ObligationState.DONE, "closed_at": BEGAN}
    ledger.add(Event.POLICY_ACKNOWLEDGED, None, agreed, NewRow(Obligation, closed, opened.subject))
    question = new_row(
        Question,
        asker_id=person_id,
        via=Via.DM,
        channel="D0123456789",
        text=f"How long does number {number} keep what was listed?",
        asked_at=BEGAN,
        outcome=Outcome.ANSWERED,
        offered="evidence-retention",
        entry_version=1,
        content_version="0123456789ab",
        state=QuestionState.SETTLED,
        feedback=None,
    )
    ledger.add(Event.QUESTION_ANSWERED, None, question)
    ledger.add(Event.MESSAGE_SENT, f"delivery/{number}", said=f"Number {number} keeps it for seven years.")


if __name__ == "__main__":
    build(Path(sys.argv[1]), int(sys.argv[2]))
