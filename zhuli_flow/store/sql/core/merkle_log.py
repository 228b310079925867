"""Statements about the Merkle log over the entries; leaf ``n`` is the entry that arrived as number ``n + 1``."""

from __future__ import annotations

from sqlalchemy import and_, insert, select, update

from zhuli_flow.store.sql.core.constructs import Arrival, blob, number, table, value
from zhuli_flow.store.sql.tables import EntryRow, MerkleHeadRow, MerkleNodeRow

_HEAD, _NODES, _ENTRIES = table(MerkleHeadRow), table(MerkleNodeRow), table(EntryRow)
_ENTRY, _NODE = _ENTRIES.c, _NODES.c
_ARRIVAL = Arrival()

HEAD = select(_HEAD.c.size, _HEAD.c.hashes)
BEGIN = insert(_HEAD).values(id=number("id"), size=number("size"), hashes=blob("hashes"))
MOVE_HEAD = (
    update(_HEAD)
    .where(and_(_HEAD.c.size == number("old_size"), _HEAD.c.hashes == blob("old_hashes")))
    .values(size=number("size"), hashes=blob("hashes"))
)
NODE = select(_NODE.hash).where(_NODE.level == value("level"), _NODE.place == value("place"))
NODES = select(_NODE.level, _NODE.place, _NODE.hash)
PUT_NODE = insert(_NODES).values({name: value(name) for name in ("level", "place", "hash")})
LEAVES = (
    select(_ENTRY.hash)
    .where(number("first") < _ARRIVAL, number("end") >= _ARRIVAL)
    .order_by(_ARRIVAL)
    .select_from(_ENTRIES)
)
ALL = select(_ARRIVAL, _ENTRY.case_id, _ENTRY.seq, _ENTRY.hash).select_from(_ENTRIES).order_by(_ARRIVAL)
AT_PLACE = select(_ENTRY.at).select_from(_ENTRIES).where(number("place") == _ARRIVAL)
PLACE = select(_ARRIVAL).select_from(_ENTRIES).where(_ENTRY.case_id == value("case_id"), _ENTRY.seq == value("seq"))
PLACES = select(_ARRIVAL).select_from(_ENTRIES).order_by(_ENTRY.case_id, _ENTRY.seq)
