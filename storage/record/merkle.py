"""The Merkle tree of RFC 9162 §2.1 over SHA-256: leaf and node hashes, and a frontier that grows to the root."""

from collections.abc import Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def grow(frontier: Sequence[bytes], size: int, leaf: bytes) -> list[bytes]:
    """The frontier (roots of the full subtrees, largest first) after one more leaf hash on a tree of ``size``."""
    subtrees, node = list(frontier), leaf
    while size & 1:
        node = node_hash(subtrees.pop(), node)
        size >>= 1
    return [*subtrees, node]


def frontier_root(frontier: Sequence[bytes]) -> bytes:
    if not frontier:
        return EMPTY_ROOT
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = node_hash(left, root)
    return root
