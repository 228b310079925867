"""The Merkle tree of RFC 6962 over entries: its root, and short proofs that outsiders check without the database.

Hashes are SHA-256, 32 bytes: of a leaf over 0x00 and its bytes, of a node over 0x01 and its two children. A complete
node ``(level, place)`` covers the 2**level leaves from ``place * 2**level`` on. Who keeps the tree gives ``node``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import NamedTuple

EMPTY_ROOT = sha256().digest()
"""The root of a tree without leaves."""

NodeAt = Callable[[int, int], bytes]
"""The hash of the complete node at ``(level, place)``."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return sha256(b"\x01" + left + right).digest()


class Node(NamedTuple):
    """A complete node that a new leaf closed."""

    level: int
    place: int
    hash: bytes


class Frontier(NamedTuple):
    """The right edge of a tree of ``size`` leaves: the hashes of its complete subtrees, the largest first.

    There is one for each bit that is set in ``size``; it is all that is needed to add leaves and to know the root.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        if not self.hashes:
            return EMPTY_ROOT
        *left, found = self.hashes
        for one in reversed(left):
            found = node_hash(one, found)
        return found

    def add(self, leaf: bytes) -> tuple[Frontier, list[Node]]:
        """The frontier with one more leaf (its hash), and the nodes above leaves that are complete with it."""
        size, hashes = self
        if not size & 1:
            return Frontier(size + 1, (*hashes, leaf)), []
        closed, left, place, found = list[Node](), len(hashes), size, leaf
        while place & 1:
            left, place = left - 1, place >> 1
            found = sha256(b"\x01" + hashes[left] + found).digest()
            closed.append(Node(len(closed) + 1, place, found))
        return Frontier(size + 1, (*hashes[:left], found)), closed


def root_of(node: NodeAt, first: int, end: int) -> bytes:
    """The hash over the leaves ``first`` to ``end`` (not included), ``MTH(D[first:end])`` of the RFC."""
    count = end - first
    if not count:
        return EMPTY_ROOT
    level = (count - 1).bit_length()
    if count == 1 << level and first % count == 0:
        return node(level, first >> level)
    middle = first + _split(count)
    return node_hash(root_of(node, first, middle), root_of(node, middle, end))


def inclusion_proof(node: NodeAt, index: int, size: int) -> list[bytes]:
    """The hashes that lead from leaf ``index`` (from 0) to the root of the first ``size`` leaves, the lowest first.

    Raises ValueError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} among {size}")
    first, end, found = 0, size, list[bytes]()
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            found.append(root_of(node, middle, end))
            end = middle
        else:
            found.append(root_of(node, first, middle))
            first = middle
    return found[::-1]


def consistency_proof(node: NodeAt, old: int, size: int) -> list[bytes]:
    """The hashes that show the first ``old`` leaves to be the beginning of the first ``size``: ``PROOF`` of the RFC.

    Raises ValueError when ``old`` is not among 1 … ``size``.
    """
    if not 0 < old <= size:
        raise ValueError(f"no tree of {old} leaves before {size}")
    first, end, found, known = 0, size, list[bytes](), True
    while old != end - first:
        middle = first + _split(end - first)
        if first + old <= middle:
            found.append(root_of(node, middle, end))
            end = middle
        else:
            found.append(root_of(node, first, middle))
            old, first, known = old - (middle - first), middle, False
    return ([] if known else [root_of(node, first, end)]) + found[::-1]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf's hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for one in proof:
        if not last:
            return False
        if place & 1 or place == last:
            found = node_hash(one, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, one)
        place, last = place >> 1, last >> 1
    return not last and found == root


def consistent(old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of ``old`` leaves is the beginning of that of ``size`` (RFC 9162, 2.1.4.2).

    Nothing is the beginning of everything: ``old`` 0 needs no proof, and only the root of nothing.
    """
    if old in (0, size):
        return not proof and old_root == (root if old else EMPTY_ROOT)
    if not 0 < old < size or not proof:
        return False
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for one in steps[1:]:
        if not last:
            return False
        if place & 1 or place == last:
            before, after = node_hash(one, before), node_hash(one, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, one)
        place, last = place >> 1, last >> 1
    return not last and (before, after) == (old_root, root)


def _split(count: int) -> int:
    """The largest power of two below ``count``: where the RFC parts a tree of so many leaves."""
    return 1 << ((count - 1).bit_length() - 1)
