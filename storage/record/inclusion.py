"""Proving one entry of the record: the number on a receipt, its leaf, and its audit path under the head."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.record.entries import RecordEntry, entries_from, hash_of_leaf
from storage.record.merkle import included, inclusion_proof, root_of


@dataclass(frozen=True)
class Inclusion:
    """``path`` are the sibling hashes from the leaf to the root, hex: RFC 9162 §2.1.3."""

    entry: RecordEntry
    size: int
    root: str
    path: tuple[str, ...]
    holds: bool


async def prove_entry(session: AsyncSession, number: int) -> Inclusion | None:
    """The proof for entry ``number``, computed from the leaves alone; None when there is no such entry."""
    entries: list[RecordEntry] = []
    while page := await entries_from(session, len(entries)):
        entries += page
    if not 0 <= number < len(entries):
        return None
    leaves = [bytes.fromhex(entry.leaf_hash) for entry in entries]
    root, path = root_of(leaves), inclusion_proof(leaves, number)
    leaf = bytes.fromhex(hash_of_leaf(entries[number].leaf))
    return Inclusion(
        entry=entries[number],
        size=len(entries),
        root=root.hex(),
        path=tuple(node.hex() for node in path),
        holds=included(leaf, number, len(entries), path, root),
    )
