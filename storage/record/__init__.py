"""The record: append-only entries, their Merkle tree, signed heads, and the walk that proves them."""
