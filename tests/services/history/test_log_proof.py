"""The log is held against the entries: whatever is changed in either shows, and where."""

import json
import sqlite3
from collections.abc import Callable

import pytest

from tests.services.homes import office_at
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.chain import ZERO, chain_hash
from zhuli_flow.services.history import entries, verify
from zhuli_flow.services.office import Office
from zhuli_flow.store import merkle_log

MANY = 600


@pytest.fixture
def office(home) -> Office:
    made = office_at(home)
    with made.database.write() as connection:
        for number in range(MANY - merkle_log.head(connection).size):
            entries.write_office(connection, made, "note", f"第 {number} 条")
    return made


def touch(office: Office, change: Callable[[sqlite3.Connection], object]) -> None:
    """Change the file as somebody would who has it, and knows the triggers."""
    office.database.close()
    with sqlite3.connect(office.database.path) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        change(connection)
    connection.close()


def rechained(connection: sqlite3.Connection, seq: int, was: str, becomes: str) -> None:
    """Rewrite an entry of the office's chain, and everything after it so that the chain holds again."""
    found = connection.execute("SELECT seq, body FROM entry WHERE case_id = 'office' ORDER BY seq").fetchall()
    head = ZERO
    for number, body in found:
        if number == seq:
            body = body.decode().replace(was, becomes).encode()  # noqa: PLW2901 - the entry as it is now
        told = json.loads(body)
        told["previous"] = head.hex()
        body = canonical(told)  # noqa: PLW2901
        head = chain_hash(head, body)
        connection.execute(
            "UPDATE entry SET body = ?, hash = ? WHERE case_id = 'office' AND seq = ?", (body, head, number)
        )
    connection.execute("UPDATE meta SET value = ? WHERE key = 'office_head'", (f"{len(found)}:{head.hex()}",))


def reason(office: Office) -> str:
    found = verify.verify(office).first_break
    return f"{found.seq}：{found.reason}" if found else ""


def test_an_untouched_log_holds(office: Office) -> None:
    assert reason(office) == ""


@pytest.mark.parametrize("seq", [20, 300, MANY])
def test_a_chain_written_anew_shows_in_the_log(office: Office, seq: int) -> None:
    touch(office, lambda connection: rechained(connection, seq, '"kind":"operation"', '"kind":"Operation"'))
    touch(office, lambda connection: connection.execute("UPDATE entry SET kind = 'Operation' WHERE seq = ?", (seq,)))
    block = (seq - 1) // 256 * 256 + 1
    assert reason(office).startswith(f"{block}：按到达次序，自此起 {min(256, MANY - block + 1)} 条与留痕总树不符")


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE merkle_head SET size = size + 1", f"记有 {MANY + 1} 条，实有 {MANY} 条"),
        ("UPDATE merkle_head SET hashes = zeroblob(length(hashes))", "与留痕总树不符"),
        ("DELETE FROM merkle_head", f"记有 0 条，实有 {MANY} 条"),
        ("UPDATE merkle_node SET hash = zeroblob(32) WHERE level = 9", "257：按到达次序"),
        ("DELETE FROM merkle_node WHERE place = 1", "257：按到达次序"),
        ("INSERT INTO merkle_node VALUES (12, 0, zeroblob(32))", "多出不属于它的节点"),
        ("UPDATE entry SET rowid = rowid + 50 WHERE rowid > 590", "到达次序缺第 591 条"),
    ],
)
def test_a_log_that_was_touched_is_told(office: Office, statement: str, told: str) -> None:
    touch(office, lambda connection: connection.execute(statement))
    assert told in reason(office)
