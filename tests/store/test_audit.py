"""Entries are added one after another and never changed."""

from typing import Any

import pytest

from tests.store.making import act, integrity_error, open_case
from zhuli_flow.engine.history.chain import ZERO, chain_hash, first_break
from zhuli_flow.store import audit, cases
from zhuli_flow.store.sql import sqlite
from zhuli_flow.store.sql.database import Database
from zhuli_flow.store.sql.statements import Connection

ROW = "(case_id, seq, kind, event, person, at, request_id, body, hash)"
VALUES = "('{case}', {seq}, 'move', 'x', 'x', 'x', {request}, x'00', zeroblob(32))"
UPSERT = "ON CONFLICT DO UPDATE SET person = 'other'"

RECORDED = "already recorded|uq_entry_request_id"
"""By the guard of an SQLite file, or by the constraint of a server."""


def attack(database: Database, statement: str) -> str:
    """Try a statement inside a use case; returns the refusal."""
    with pytest.raises(Exception) as told, database.write() as connection:  # noqa: PT011 - any driver's IntegrityError
        connection.execute(statement)
    return str(told.value)


@pytest.fixture
def written(ready: Database) -> Database:
    with ready.write() as connection:
        open_case(connection)
        second = act(connection, "SFQ-2018-0001", 2, ZERO, "request-1")
        cases.extend_chain(connection, "SFQ-2018-0001", 2, second)
    return ready


def content(database: Database) -> list[audit.Entry]:
    with database.read() as connection:
        return audit.entries(connection, "SFQ-2018-0001")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET person = 'other' WHERE seq = 1",
        "DELETE FROM entry WHERE seq = 2",
        "DELETE FROM entry",
        f"INSERT INTO entry {ROW} VALUES {VALUES.format(case='SFQ-2018-0001', seq=2, request='NULL')}",
        f"INSERT OR REPLACE INTO entry {ROW} VALUES {VALUES.format(case='SFQ-2018-0001', seq=2, request='NULL')}",
        f"INSERT OR REPLACE INTO entry {ROW} VALUES {VALUES.format(case='office', seq=1, request=repr('request-1'))}",
        f"INSERT INTO entry {ROW} VALUES {VALUES.format(case='SFQ-2018-0001', seq=4, request='NULL')}",
        f"INSERT INTO entry {ROW} VALUES {VALUES.format(case='SFQ-2018-0001', seq=0, request='NULL')}",
        f"INSERT INTO entry {ROW} VALUES {VALUES.format(case='new', seq=2, request='NULL')}",
        f"INSERT INTO entry {ROW} VALUES {VALUES.format(case='SFQ-2018-0001', seq=2, request='NULL')} {UPSERT}",
    ],
)
def test_what_is_written_can_be_neither_changed_nor_removed_nor_skipped(written: Database, statement: str) -> None:
    before = content(written)
    assert "entry:" in attack(written, statement)
    assert content(written) == before


def test_a_replacing_insert_is_refused_even_where_only_delete_triggers_would_see_it(written: Database) -> None:
    """The guard holds on a foreign connection too, which does not fire delete triggers for replaced rows."""
    before = content(written)
    values = VALUES.format(case="office", seq=1, request=repr("request-1"))
    foreign: Any = sqlite.driver().connect(str(written.path))
    try:
        with pytest.raises(integrity_error(written), match=RECORDED):
            foreign.execute(f"INSERT OR REPLACE INTO entry {ROW} VALUES {values}")
    finally:
        foreign.close()
    assert content(written) == before


def test_a_replacing_insert_can_not_take_the_hidden_row_number_of_an_entry(written: Database) -> None:
    before = content(written)
    columns, values = ROW.replace("(", "(rowid, ", 1), VALUES.format(case="SFQ-2018-0001", seq=3, request="NULL")
    foreign: Any = sqlite.driver().connect(str(written.path))
    try:
        with pytest.raises(integrity_error(written), match="only the next number"):
            foreign.execute(f"INSERT OR REPLACE INTO entry {columns} VALUES {values.replace('(', '(1, ', 1)}")
    finally:
        foreign.close()
    assert content(written) == before


def test_an_insert_that_ignores_conflicts_changes_nothing(written: Database) -> None:
    before = content(written)
    values = VALUES.format(case="SFQ-2018-0001", seq=2, request="NULL")
    attack(written, f"INSERT OR IGNORE INTO entry {ROW} VALUES {values}")
    assert content(written) == before


def test_a_request_is_found_by_its_id_with_its_first_answer(written: Database) -> None:
    with written.read() as connection:
        found = audit.by_request(connection, "request-1")
        assert audit.by_request(connection, "request-2") is None
    assert found is not None
    assert (found.case_id, found.seq, found.body) == ("SFQ-2018-0001", 2, b'{"case":"SFQ-2018-0001","seq":2}')


def test_a_request_id_is_recorded_once(written: Database) -> None:
    with pytest.raises(integrity_error(written), match=RECORDED), written.write() as connection:
        act(connection, "office", 1, ZERO, "request-1")


def test_entries_without_a_request_do_not_clash(written: Database) -> None:
    with written.write() as connection:
        head = act(connection, "office", 1, ZERO, "")
        act(connection, "office", 2, head)
        assert [entry.request_id for entry in audit.entries(connection, "office")] == [None, None]


def test_the_stored_chain_verifies_and_a_changed_byte_is_found(ready: Database) -> None:
    with ready.write() as connection:
        stored = open_case(connection)
        second = act(connection, stored.case.id, 2, stored.head)
        assert second == chain_hash(stored.head, b'{"case":"SFQ-2018-0001","seq":2}')
        assert cases.extend_chain(connection, stored.case.id, 2, second)
        act(connection, audit.OFFICE, 1, ZERO)
    with ready.read() as connection:
        assert first_break(audit.all_entries(connection), audit.heads(connection)) == (3, None)
    spoil(ready, "UPDATE entry SET body = CAST(replace(body, '2', '3') AS BLOB) WHERE case_id <> 'office' AND seq = 2")
    with ready.read() as connection:
        found = first_break(audit.all_entries(connection), audit.heads(connection))[1]
    assert found is not None
    assert (found.case_id, found.seq) == ("SFQ-2018-0001", 2)


@pytest.mark.parametrize("chain", ["SFQ-2018-0001", "office"])
def test_a_cut_tail_is_found(ready: Database, chain: str) -> None:
    with ready.write() as connection:
        open_case(connection)
        act(connection, audit.OFFICE, 1, ZERO)
    spoil(ready, f"DELETE FROM entry WHERE case_id = '{chain}'")
    with ready.read() as connection:
        found = first_break(audit.all_entries(connection), audit.heads(connection))[1]
    assert found is not None
    assert found.case_id == chain


def spoil(database: Database, statement: str) -> None:
    """What somebody with the file could do: drop the guards, then change a row."""
    with database.write() as connection:
        for trigger in ("entry_no_update", "entry_no_delete"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)


def test_the_office_chain_keeps_its_end(database: Database) -> None:
    with database.write() as connection:
        assert audit.office_head(connection) == (0, ZERO)
        head = act(connection, audit.OFFICE, 1, ZERO)
        assert audit.office_head(connection) == (1, head)


def test_the_latest_act_passes_over_what_changed_nothing(ready: Database) -> None:
    with ready.write() as connection:
        stored = open_case(connection)
        record(connection, stored.case.id, 2, kind="refused", event="submit")
        record(connection, stored.case.id, 3, kind="operation", event="urge")
        found = audit.latest_act(connection, stored.case.id)
        assert audit.latest_act(connection, "none") is None
    assert found is not None
    assert found.seq == 1


def record(connection: Connection, case_id: str, seq: int, **words: str) -> None:
    values = {"case_id": case_id, "seq": seq, "person": "x", "at": "x", "body": b"x", "hash": ZERO, **words}
    connection.execute(
        "INSERT INTO entry (case_id, seq, kind, event, person, at, body, hash)"
        " VALUES (:case_id, :seq, :kind, :event, :person, :at, :body, :hash)",
        values,
    )
