"""Walking the record from its first entry: the sequence, every leaf and its columns, the tree, the committed texts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.files import SHA256
from storage.proof.stated import NOUNS, Stated, canonical
from storage.record import entries
from storage.record.entries import Checkpoint, RecordEntry, RecordText, State
from storage.record.merkle import frontier_root, grow
from storage.record.rows import PAGE, Key, Stored, page_after, readable_rows

LEAF_PARTS = {"actor", "at", "facts", "kind", "rows", "seq", "subject", "texts"}


@dataclass
class Walk:
    """The record as far as it was read: its tree, and what it states of each row.

    ``anchors`` are the sizes that are signed or that a reader trusts; ``roots`` has the root at each of them.
    ``whole`` is false after the first gap.
    """

    stated: Stated
    size: int = 0
    next_seq: int = 0
    last: Key | None = None
    frontier: list[bytes] = field(default_factory=list)
    anchors: set[int] = field(default_factory=set)
    roots: dict[int, str] = field(default_factory=dict)
    whole: bool = True
    findings: list[str] = field(default_factory=list)

    @property
    def root(self) -> str:
        return frontier_root(self.frontier).hex()

    async def read_on(self, session: AsyncSession) -> bool:
        """Take the next page of entries; whether there may be more. Later heads are signed at our size or above."""
        in_reach = col(Checkpoint.size).between(self.size, self.size + PAGE)
        self.anchors |= set(await session.exec(select(Checkpoint.size).where(in_reach)))
        self._keep_root()
        page = await page_after(session, RecordEntry, self.last)
        leaves: dict[int, State] = {}
        committed: dict[str, int] = {}
        for key, entry in page:
            seq = int(key[0])
            if leaf := await self._take(session, seq, entry):
                leaves[seq] = leaf
                committed |= dict.fromkeys(_commitments(leaf), seq)
            self.last = key
        self.stated.add(
            (subject, seq, state) for seq, leaf in leaves.items() for subject, state in leaf["rows"].items()
        )
        self.findings += await _wrong_texts(session, committed)
        return len(page) == PAGE

    async def catch_up(self, session: AsyncSession) -> bool:
        """Take the entries that the service has appended up to this snapshot; whether there were any."""
        size = self.size
        while await self.read_on(session):
            pass
        return self.size > size

    async def _take(self, session: AsyncSession, seq: int, entry: Stored | None) -> State | None:
        """Grow the tree by one entry; the entry's leaf, if it can be read."""
        if seq != self.next_seq:
            self.whole = False
            self.findings.append(_gap(self.next_seq, seq))
        text = str(entry.leaf) if entry else await entries.leaf_text(session, seq)
        leaf, leaf_hash = _leaf(text), entries.hash_of_leaf(text)
        self.findings += _faults(seq, entry, leaf_hash, leaf)
        self.frontier = grow(self.frontier, self.size, bytes.fromhex(leaf_hash))
        self.size, self.next_seq = self.size + 1, seq + 1
        self._keep_root()
        return leaf

    def _keep_root(self) -> None:
        if self.size in self.anchors:
            self.roots[self.size] = self.root


def hides(hidden: Stored, text: str) -> bool:
    """Whether this is the text that the commitment hides."""
    try:
        return entries.commitment_of(hidden.salt, text) == hidden.commitment
    except (ValueError, TypeError):
        return False


async def hidden_texts(session: AsyncSession, values: Sequence[object]) -> dict[str, Stored]:
    """The rows of `RecordText` for those of these values that are commitments, by commitment."""
    commitments = {each for each in values if isinstance(each, str) and SHA256.fullmatch(each)}
    return await readable_rows(session, RecordText, sorted(commitments))


def _gap(expected: int, seq: int) -> str:
    if seq < expected:
        return f"Entry {seq} is outside the sequence."
    if seq == expected + 1:
        return f"Entry {expected} is missing."
    return f"Entries {expected} to {seq - 1} are missing."


def _leaf(text: str) -> State | None:
    """The parts of a leaf, or None for a text that is no leaf."""
    try:
        leaf = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(leaf, dict) or set(leaf) != LEAF_PARTS:
        return None
    if not isinstance(leaf["texts"], dict) or not isinstance(leaf["rows"], dict):
        return None
    return leaf if all(isinstance(state, dict) for state in leaf["rows"].values()) else None


def _faults(seq: int, entry: Stored | None, leaf_hash: str, leaf: State | None) -> list[str]:
    if entry is None:
        return [f"Entry {seq} was changed: its columns cannot be read."]
    name = f"Entry {seq} ({entry.kind}, {entry.subject}) was changed:"
    if leaf_hash != entry.leaf_hash:
        return [f"{name} its leaf does not have its hash."]
    if leaf is None:
        return [f"{name} its leaf is not in the form of the record."]
    columns = [str(entry.seq), canonical(entry.at), entry.kind, entry.subject]
    if [str(leaf["seq"]), leaf["at"], leaf["kind"], leaf["subject"]] != columns:
        return [f"{name} its columns are not what its leaf states."]
    return []


def _commitments(leaf: State) -> list[str]:
    values = list(leaf["texts"].values())
    for subject, state in leaf["rows"].items():
        noun = NOUNS.get(subject.partition("/")[0])
        values += [state.get(column) for column in noun.personal] if noun else []
    return [each for each in values if isinstance(each, str)]


async def _wrong_texts(session: AsyncSession, committed: dict[str, int]) -> list[str]:
    """An erased text keeps its row and its salt; a text that is there must be what its commitment hides."""
    hidden = await hidden_texts(session, list(committed))
    faults = []
    for commitment, seq in committed.items():
        text = hidden.get(commitment)
        if text is None:
            faults.append(f"A text of entry {seq} is gone with its salt.")
        elif text.text is not None and not hides(text, text.text):
            faults.append(f"A text of entry {seq} was changed: it is not what the entry commits to.")
    return faults
