"""The tree hash as the RFC defines it, to hold the growing frontier against."""

from storage.record.merkle import EMPTY_ROOT, node_hash


def recursive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1 as it is written."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(recursive_root(leaves[:split]), recursive_root(leaves[split:]))
