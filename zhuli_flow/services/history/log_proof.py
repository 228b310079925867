"""Does the Merkle log follow from the entries? Rebuilt from their hashes, and held against what was kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zhuli_flow.engine.history.chain import Break
from zhuli_flow.engine.history.merkle import Frontier, leaf_hash
from zhuli_flow.services.office import OFFICE_CHAIN
from zhuli_flow.store import merkle_log
from zhuli_flow.store.merkle_log import Leaf
from zhuli_flow.store.sql.statements import Connection

Nodes = Mapping[tuple[int, int], bytes]
"""Hashes of nodes by level and place."""
BLOCK = 1 << merkle_log.KEPT
"""So many entries lie below one node of the lowest kept level: a change among them is told no more exactly."""


def first_fault(connection: Connection) -> Break | None:
    """The first place where the log and the entries part, None when it is reckoned from them to the last hash."""
    return first_fault_since(connection, Frontier(), merkle_log.leaves(connection), merkle_log.kept_nodes(connection))


def edge_at(nodes: Nodes, block: int) -> Frontier:
    """The right edge as it was after so many whole blocks, from what is kept. LookupError where a node is missing."""
    levels = [level for level in reversed(range(block.bit_length())) if block >> level & 1]
    places = [(merkle_log.KEPT + level, (block >> level) - 1) for level in levels]
    return Frontier(block * BLOCK, tuple(nodes[one] for one in places))


def first_fault_since(connection: Connection, edge: Frontier, leaves: Iterable[Leaf], nodes: Nodes) -> Break | None:
    """As ``first_fault``, from an edge on that is known to be right, with the leaves behind it.

    ``nodes`` are those that are kept (``merkle_log.kept_nodes``); those within the edge are not looked at.
    """
    kept, since = merkle_log.head(connection), Leaf(0, OFFICE_CHAIN, 0, b"")
    for leaf in leaves:
        if leaf.place != edge.size:
            return _at(leaf, f"到达次序缺第 {edge.size + 1} 条，有留痕被抽走")
        if not edge.size % BLOCK:
            since = leaf
        edge, closed = edge.add(leaf_hash(leaf.hash))
        wrong = [
            one for one in closed if one.level >= merkle_log.KEPT and nodes.get((one.level, one.place)) != one.hash
        ]
        if wrong:
            return _at(since, f"按到达次序，自此起 {BLOCK} 条与留痕总树不符，其中有被改动或调换的")
    if edge.size != kept.size:
        return _at(since, f"留痕总树记有 {kept.size} 条，实有 {edge.size} 条，末尾有留痕被截去或添加")
    if edge != kept:
        return _at(since, f"按到达次序，自此起 {edge.size - since.place} 条与留痕总树不符，其中有被改动或调换的")
    return None if len(nodes) == _complete(edge.size) else _at(since, "留痕总树多出不属于它的节点")


def _complete(size: int) -> int:
    """How many nodes are kept of a log of that many entries."""
    return sum(size >> level for level in range(merkle_log.KEPT, size.bit_length()))


def _at(leaf: Leaf, reason: str) -> Break:
    return Break(leaf.case_id, leaf.seq, reason)
