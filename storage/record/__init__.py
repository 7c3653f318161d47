"""The record: append-only entries, their Merkle tree, signed heads, and what entries stated of a row."""
