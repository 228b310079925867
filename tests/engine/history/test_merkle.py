"""The tree of RFC 6962: vectors of Certificate Transparency, and a brute force that follows the RFC word for word."""

from collections.abc import Sequence
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhuli_flow.engine.history.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    consistent,
    included,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
)

LEAVES = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243")]
LEAVES += [bytes.fromhex("5051525354555657"), bytes.fromhex("606162636465666768696a6b6c6d6e6f")]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Leaves and roots of the test vectors that Certificate Transparency's implementations share."""


def mth(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, as it is written there."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\1" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def node_at(leaves: Sequence[bytes]):
    return lambda level, place: mth(leaves[place << level : (place + 1) << level])


def made(leaves: Sequence[bytes]) -> Frontier:
    frontier = Frontier()
    for one in leaves:
        frontier, _ = frontier.add(leaf_hash(one))
    return frontier


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert made(LEAVES[:size]).root().hex() == ROOTS[size - 1] == mth(LEAVES[:size]).hex()


def test_a_tree_without_leaves_has_the_root_of_nothing() -> None:
    assert Frontier().root() == EMPTY_ROOT == mth([])


def test_proofs_are_those_of_certificate_transparency() -> None:
    found = [one.hex() for one in inclusion_proof(node_at(LEAVES), 5, 8)]
    assert found == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    found = [one.hex() for one in consistency_proof(node_at(LEAVES), 6, 8)]
    assert found == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


BYTES = [str(number).encode() for number in range(70)]


@pytest.mark.parametrize("size", [*range(1, 35), 63, 64, 65])
def test_every_leaf_and_every_earlier_tree_is_proven(size: int) -> None:
    leaves = BYTES[:size]
    node, root = node_at(leaves), mth(leaves)
    for index in range(size):
        proof = inclusion_proof(node, index, size)
        assert included(leaf_hash(leaves[index]), index, size, proof, root)
        assert not included(leaf_hash(b"other"), index, size, proof, root)
        assert not included(leaf_hash(leaves[index]), (index + 1) % (size + 1), size, proof, root)
        assert not included(leaf_hash(leaves[index]), index, size, [*proof, root], root)
        assert not (proof and included(leaf_hash(leaves[index]), index, size, proof[:-1], root))
    for old in range(1, size + 1):
        proof = consistency_proof(node, old, size)
        assert consistent(old, size, mth(leaves[:old]), root, proof)
        assert not consistent(old, size, mth([*leaves[: old - 1], b"other"]), root, proof)
        assert not consistent(old, size, mth(leaves[:old]), mth([*leaves[:-1], b"other"]), proof)
        assert not consistent(old, size, mth(leaves[:old]), root, [*proof, root])
    assert consistent(0, size, EMPTY_ROOT, root, [])


def test_nodes_that_a_leaf_completes_are_the_ones_over_their_leaves() -> None:
    frontier, closed = Frontier(), []
    for one in BYTES[:64]:
        frontier, more = frontier.add(leaf_hash(one))
        closed += more
    assert len(closed) == 63
    assert all(one.hash == node_at(BYTES)(one.level, one.place) for one in closed)


@given(st.integers(1, 300), st.integers(0, 2**32))
def test_what_the_frontier_says_is_what_the_leaves_say(size: int, seed: int) -> None:
    leaves = [Random(seed + number).randbytes(5) for number in range(size)]
    assert made(leaves).root() == root_of(node_at(leaves), 0, size) == mth(leaves)


@given(st.integers(1, 40), st.lists(st.binary(min_size=32, max_size=32), max_size=6), st.integers(-2, 60))
def test_no_random_proof_proves_anything(size: int, proof: list[bytes], index: int) -> None:
    root = mth(BYTES[:size])
    assert not included(leaf_hash(b"never added"), index, size, proof, root)
    assert not consistent(index, size, mth([b"another tree"]), root, proof)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_leaf_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(node_at(BYTES), index, size)


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3), (-1, 3)])
def test_no_earlier_tree_no_proof(old: int, size: int) -> None:
    with pytest.raises(ValueError, match="no tree"):
        consistency_proof(node_at(BYTES), old, size)


def test_a_node_is_not_taken_for_a_leaf() -> None:
    assert node_hash(leaf_hash(b"a"), leaf_hash(b"b")) != leaf_hash(leaf_hash(b"a") + leaf_hash(b"b"))
