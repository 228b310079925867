"""The Merkle log over all entries, in the order in which they came: it grows in the transaction that adds an entry.

Kept are its right edge, in one row, and every complete node over 2**KEPT leaves or more; lower ones are reckoned from
the entries when a proof needs them. So an entry costs one small row, and a proof a few hundred hashes at most. A leaf
is the hash of an entry in its chain, which binds the bytes of the entry and all before it: 32 bytes, whatever it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from zhuli_flow.engine.history.merkle import Frontier, Node, NodeAt, leaf_hash, node_hash
from zhuli_flow.store.sql.statements import Connection, first, rows, run, run_many, walk

KEPT = 8
"""The lowest level whose complete nodes are kept."""
_HASH = 32


class Leaf(NamedTuple):
    """An entry as the log holds it: its ``place`` from 0, where it stands in its chain, and its hash there."""

    place: int
    case_id: str
    seq: int
    hash: bytes


def head(connection: Connection) -> Frontier:
    """The right edge of the log; empty before the first entry."""
    found = first(connection, "merkle_log.head")
    if found is None:
        return Frontier()
    size, joined = found
    return Frontier(size, tuple(joined[at : at + _HASH] for at in range(0, len(joined), _HASH)))


def extend(connection: Connection, hashes: Sequence[bytes]) -> None:
    """Add entries by their chain hashes, in the order in which they were added to history, in the same transaction."""
    edge = connection.written.get(_EDGE)
    made = _move(connection, edge, hashes) if isinstance(edge, Frontier) else None
    if made is None:
        edge = head(connection)
        if not edge.size:
            run(connection, "merkle_log.begin", {"id": 1, "size": 0, "hashes": b""})
        made = _move(connection, edge, hashes)
    if made is None:
        raise RuntimeError("the head of the log moved in the midst of a transaction")
    if made:
        run_many(connection, "merkle_log.put_node", made)


def _move(connection: Connection, old: Frontier, hashes: Sequence[bytes]) -> list[Node] | None:
    """Move the right edge along if it is still ``old``; returns the nodes to keep that are complete with it.

    None where it is not: this connection's transaction may have been undone, other processes may have written.
    """
    edge, made = old, list[Node]()
    for one in hashes:
        edge, closed = edge.add(leaf_hash(one))
        if len(closed) >= KEPT:
            made += closed[KEPT - 1 :]
    values = {
        "size": edge.size,
        "hashes": b"".join(edge.hashes),
        "old_size": old.size,
        "old_hashes": b"".join(old.hashes),
    }
    connection.written[_EDGE] = edge
    return made if run(connection, "merkle_log.move_head", values).rowcount == 1 else None


_EDGE = "merkle_head"


def fill(connection: Connection) -> None:
    """Make the log of a history that had none yet; one that has begun is left as it is, whatever it says."""
    if not head(connection).size:
        extend(connection, [leaf.hash for leaf in leaves(connection)])


def leaves(connection: Connection) -> Iterator[Leaf]:
    """Every entry in the order in which they came, read as it is asked for."""
    for place, case_id, seq, found in walk(connection, "merkle_log.all"):
        yield Leaf(place - 1, case_id, seq, bytes(found))


def kept_nodes(connection: Connection) -> dict[tuple[int, int], bytes]:
    """Every node that is kept, by level and place."""
    return {(level, place): bytes(found) for level, place, found in rows(connection, "merkle_log.nodes")}


def place_of(connection: Connection, case_id: str, seq: int) -> int | None:
    """The place (from 0) of an entry among all; None when there is no such entry."""
    found = first(connection, "merkle_log.place", case_id=case_id, seq=seq)
    return None if found is None else int(found[0]) - 1


def places(connection: Connection) -> Iterator[int]:
    """The places (from 0) of all entries in the order of ``audit.all_entries``, as they are asked for."""
    return (int(row[0]) - 1 for row in walk(connection, "merkle_log.places"))


def at_place(connection: Connection, place: int) -> str:
    """When the entry at a place (from 0) was written, UTC in ISO 8601; "" without one."""
    found = first(connection, "merkle_log.at_place", place=place + 1)
    return "" if found is None else str(found[0])


def nodes(connection: Connection) -> NodeAt:
    """The complete nodes of the log as proofs ask for them, as the connection's transaction sees it.

    Raises LookupError for a node of which something is missing: then the log is damaged, and ``db check`` says where.
    """

    @lru_cache(4)
    def within(block: int) -> list[bytes]:
        """The hashes of the leaves below one node of the lowest kept level."""
        begin = block << KEPT
        found = rows(connection, "merkle_log.leaves", first=begin, end=begin + (1 << KEPT))
        return [leaf_hash(bytes(one)) for (one,) in found]

    def node(level: int, place: int) -> bytes:
        if level >= KEPT:
            found = first(connection, "merkle_log.node", level=level, place=place)
            if found is None:
                raise LookupError(f"no node at level {level}, place {place}")
            return bytes(found[0])
        begin = place << level
        hashes = within(begin >> KEPT)
        at = begin % (1 << KEPT)
        part = hashes[at : at + (1 << level)]
        if len(part) < 1 << level:
            raise LookupError(f"no leaf {begin + len(part)}")
        while len(part) > 1:
            part = [node_hash(left, right) for left, right in zip(part[::2], part[1::2], strict=True)]
        return part[0]

    return node
