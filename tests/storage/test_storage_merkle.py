"""The Merkle tree against the published vectors, and against the definition as the RFC writes it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.record.merkle import frontier_root, grow, leaf_hash
from tests.storage.trees import recursive_root

# The leaves and roots of Certificate Transparency's reference tests (RFC 6962; RFC 9162 hashes alike).
VECTOR = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots(size: int) -> None:
    frontier: list[bytes] = []
    for grown, leaf in enumerate(VECTOR[:size]):
        frontier = grow(frontier, grown, leaf_hash(leaf))
    assert frontier_root(frontier).hex() == ROOTS[size]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_the_frontier_grows_to_the_recursive_root(leaves: list[bytes]) -> None:
    frontier: list[bytes] = []
    for size, leaf in enumerate(leaves):
        frontier = grow(frontier, size, leaf)
        assert len(frontier) == (size + 1).bit_count()
    assert frontier_root(frontier) == recursive_root(leaves)
