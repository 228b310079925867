"""The log grows with every entry, in its transaction, and gives proofs about any of them."""

from hashlib import sha256

import pytest

from tests.store.making import act, open_case
from zhuli_flow.engine.history.chain import ZERO, chain_hash
from zhuli_flow.engine.history.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    consistent,
    included,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from zhuli_flow.errors import InvalidInput
from zhuli_flow.store import audit, merkle_log
from zhuli_flow.store.sql.database import Database
from zhuli_flow.store.sql.statements import Connection

CASE = "SFQ-2018-0001"
MANY = 700
"""More entries than two kept nodes cover."""


def entries(first: int, end: int) -> list[audit.Entry]:
    return [
        audit.Entry(CASE, seq, "move", "x", "", "", None, b"%d" % seq, sha256(b"%d" % seq).digest())
        for seq in range(first, end)
    ]


def undone(database: Database) -> None:
    with database.write() as connection:
        act(connection, CASE, 2, ZERO)
        raise InvalidInput("undone", fix="")


def reckoned(connection: Connection) -> Frontier:
    """The log as the entries alone give it."""
    edge = Frontier()
    for leaf in merkle_log.leaves(connection):
        assert leaf.place == edge.size
        edge, _ = edge.add(leaf_hash(leaf.hash))
    return edge


def test_it_is_empty_before_the_first_entry(database: Database) -> None:
    with database.read() as connection:
        assert merkle_log.head(connection) == Frontier()
        assert merkle_log.head(connection).root() == EMPTY_ROOT
        assert merkle_log.place_of(connection, CASE, 1) is None


def test_entries_one_by_one_and_in_batches_grow_one_log_in_the_order_they_came(ready: Database) -> None:
    with ready.write() as connection:
        open_case(connection)
        act(connection, "office", 1, ZERO)
        audit.append_many(connection, entries(2, 5))
        act(connection, "office", 2, ZERO)
    with ready.read() as connection:
        assert merkle_log.head(connection) == reckoned(connection)
        assert merkle_log.head(connection).size == 6
        found = [(leaf.place, leaf.case_id, leaf.seq) for leaf in merkle_log.leaves(connection)]
        assert found == [(0, CASE, 1), (1, "office", 1), (2, CASE, 2), (3, CASE, 3), (4, CASE, 4), (5, "office", 2)]
        assert [merkle_log.place_of(connection, case, seq) for _, case, seq in found] == [0, 1, 2, 3, 4, 5]


def test_what_is_undone_leaves_no_leaf(ready: Database) -> None:
    with ready.write() as connection:
        open_case(connection)
    with pytest.raises(InvalidInput):
        undone(ready)
    with ready.write() as connection:
        act(connection, CASE, 2, chain_hash(ZERO, b""))
    with ready.read() as connection:
        assert merkle_log.head(connection) == reckoned(connection)
        assert merkle_log.head(connection).size == 2


def test_proofs_come_from_kept_nodes_and_few_entries(ready: Database) -> None:
    with ready.write() as connection:
        open_case(connection)
        audit.append_many(connection, entries(2, MANY + 1))
    with ready.read() as connection:
        assert sorted(merkle_log.kept_nodes(connection)) == [(8, 0), (8, 1), (9, 0)]
        node, edge = merkle_log.nodes(connection), merkle_log.head(connection)
        leaves = [leaf_hash(leaf.hash) for leaf in merkle_log.leaves(connection)]
        root = edge.root()
        assert root_of(node, 0, MANY) == root
        for place in (0, 1, 255, 256, 511, 512, MANY - 1):
            assert included(leaves[place], place, MANY, inclusion_proof(node, place, MANY), root)
        for old in (1, 200, 256, 257, 512, 600, MANY):
            assert consistent(old, MANY, root_of(node, 0, old), root, consistency_proof(node, old, MANY))
        with pytest.raises(LookupError):
            node(0, MANY)
        with pytest.raises(LookupError):
            node(9, 1)


def test_a_history_without_a_log_gets_the_one_it_would_have_had(ready: Database) -> None:
    with ready.write() as connection:
        open_case(connection)
        audit.append_many(connection, entries(2, MANY + 1))
        had = merkle_log.head(connection), merkle_log.kept_nodes(connection)
        connection.execute("DELETE FROM merkle_head")
        connection.execute("DELETE FROM merkle_node")
        merkle_log.fill(connection)
        assert (merkle_log.head(connection), merkle_log.kept_nodes(connection)) == had


def test_a_log_that_has_begun_is_not_made_anew(ready: Database) -> None:
    """What was altered must not be put right by an upgrade."""
    with ready.write() as connection:
        open_case(connection)
        connection.execute("UPDATE merkle_head SET hashes = zeroblob(32)")
        merkle_log.fill(connection)
        assert merkle_log.head(connection).hashes == (bytes(32),)


def test_another_process_may_write_in_between_also_after_something_was_undone(ready: Database) -> None:
    """What a connection remembers of the log is held against the database whenever it writes."""
    other = Database(ready.path)
    with ready.write() as connection:
        open_case(connection)
    with pytest.raises(InvalidInput):
        undone(ready)
    with other.write() as connection:
        act(connection, "office", 1, ZERO)
    with ready.write() as connection:
        act(connection, CASE, 2, ZERO)
    with other.write() as connection:
        act(connection, "office", 2, ZERO)
    other.close()
    with ready.read() as connection:
        assert merkle_log.head(connection) == reckoned(connection)
        assert merkle_log.head(connection).size == 4
