"""Changes by direct access to the database, one a row, and the weakest command that finds each.

``verify`` is ``audit verify``; ``check`` is ``db check``; ``letter`` is ``audit verify --against`` a checkpoint that
left the house before the change; ``no``: nothing finds it, and ``docs/reliability.md`` says why. Whoever changes also
drops the triggers. ``mended``: chains, heads and the log are made to fit again afterwards, as who knows the program
could; ``thief``: the last checkpoint beside the key is removed as well, and a new one is signed with the stolen key.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.services.history.test_every_column import made
from tests.services.staging import Stage
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.chain import ZERO, chain_hash
from zhuli_flow.engine.history.merkle import Frontier, leaf_hash
from zhuli_flow.errors import ZhuliError
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.history import checkpoints, log_key, since_last, verify
from zhuli_flow.services.office import Office
from zhuli_flow.signing import keys

__all__ = ["made"]

Database = sqlite3.Connection
Change = str | Callable[[Database], object]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
FIRST, SECOND = "WB-2018-0001", "WB-2018-0002"


class Attack(NamedTuple):
    """One row: what is done, by which statement or function, and how it is found."""

    what: str
    change: Change
    found: str
    how: str = ""


# ── What an attacker's program can do ─────────────────────────────────────────────────────────────────────────────────


def edited(case: str, seq: int, change: Callable[[dict[str, object]], object]) -> Callable[[Database], None]:
    """An entry with its body changed, its own columns with it."""

    def run(connection: Database) -> None:
        (body,) = connection.execute("SELECT body FROM entry WHERE (case_id, seq) = (?, ?)", (case, seq)).fetchone()
        told = json.loads(body)
        change(told)
        connection.execute("UPDATE entry SET body = ? WHERE (case_id, seq) = (?, ?)", (canonical(told), case, seq))

    return run


def sql(*statements: str) -> Callable[[Database], None]:
    def run(connection: Database) -> None:
        for one in statements:
            assert connection.execute(one).rowcount != 0, one

    return run


def mend(connection: Database) -> None:
    """Number every chain anew, bind each entry to the one before, put heads and the log in order."""
    for (case,) in connection.execute("SELECT DISTINCT case_id FROM entry").fetchall():
        head, count = ZERO, 0
        found = connection.execute("SELECT rowid, body FROM entry WHERE case_id = ? ORDER BY seq", (case,)).fetchall()
        connection.execute("UPDATE entry SET seq = seq + 1000 WHERE case_id = ?", (case,))
        for count, (row, body) in enumerate(found, 1):
            told = json.loads(body) | {"case": case, "seq": count, "previous": head.hex()}
            head = chain_hash(head, canonical(told))
            values = (count, told["kind"], told["event"], told["at"], canonical(told), head, row)
            connection.execute(
                "UPDATE entry SET seq = ?, kind = ?, event = ?, at = ?, body = ?, hash = ? WHERE rowid = ?", values
            )
        if case == "office":
            connection.execute("UPDATE meta SET value = ? WHERE key = 'office_head'", (f"{count}:{head.hex()}",))
        else:
            connection.execute("UPDATE cases SET seq = ?, head = ? WHERE id = ?", (count, head, case))
    rows = connection.execute("SELECT rowid, hash FROM entry ORDER BY rowid").fetchall()
    edge = Frontier()
    for place, (row, found_hash) in enumerate(rows, 1):
        connection.execute("UPDATE entry SET rowid = ? WHERE rowid = ?", (place, row))
        edge, _ = edge.add(leaf_hash(found_hash))
    connection.execute("UPDATE merkle_head SET size = ?, hashes = ?", (edge.size, b"".join(edge.hashes)))


def without_case(case: str) -> Callable[[Database], None]:
    """A whole case taken out of every table."""

    def run(connection: Database) -> None:
        own = ("entry", "deadline", "duty", "listing", "stay", "reminder_sent", "inbox", "outbox", "notice")
        for table in (*own, "reader", "figure"):
            connection.execute(f"DELETE FROM {table} WHERE case_id = ?", (case,))
        connection.execute("DELETE FROM queue_place WHERE case_id = ?", (case,))
        connection.execute("DELETE FROM cases WHERE id = ?", (case,))

    return run


def without_last(connection: Database) -> None:
    without_case("WB-2018-0003")(connection)
    connection.execute("UPDATE number_series SET last = 2 WHERE series LIKE 'case:%'")


def added(connection: Database) -> None:
    """One more entry at the end of the office's chain, as the program would have written it."""
    seq, body = connection.execute(
        "SELECT seq, body FROM entry WHERE case_id = 'office' ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    told = json.loads(body) | {"event": "note", "kind": "operation", "title": "后添的一条", "changes": []}
    told.pop("log", None)
    connection.execute(
        "INSERT INTO entry VALUES ('office', ?, 'operation', 'note', '', ?, NULL, ?, ?)",
        (seq + 1, told["at"], canonical(told), ZERO),
    )


def opinion(told: dict[str, object]) -> None:
    told["opinion"] = "从未说过的意见"


def own_key(connection: Database) -> None:
    """The attacker's key in place of the office's."""
    row, body = connection.execute("SELECT rowid, body FROM entry WHERE event = 'log_key'").fetchone()
    told = json.loads(body)
    told["log"]["key"] = keys.make("x").named(told["log"]["origin"]).verifier
    connection.execute("UPDATE entry SET body = ? WHERE rowid = ?", (canonical(told), row))


ENTRY = "entry WHERE case_id = 'WB-2018-0001'"
RAW = [
    Attack("an opinion in an entry is changed", edited(FIRST, 2, opinion), "verify"),
    Attack(
        "one byte of an entry is changed",
        f"UPDATE entry SET body = CAST(replace(body, '甲', '乙') AS BLOB) WHERE case_id = '{FIRST}' AND seq = 2",
        "verify",
    ),
    Attack(
        "the hash of an entry is changed",
        f"UPDATE entry SET hash = zeroblob(32) WHERE case_id = '{FIRST}' AND seq = 2",
        "verify",
    ),
    Attack(
        "the number of an entry is changed",
        f"UPDATE entry SET seq = 99 WHERE case_id = '{FIRST}' AND seq = 2",
        "verify",
    ),
    Attack(
        "an entry is put under another case",
        f"UPDATE entry SET case_id = '{SECOND}', seq = 99 WHERE case_id = '{FIRST}' AND seq = 3",
        "verify",
    ),
    *(
        Attack(
            f"the column {name} of an entry is changed",
            f"UPDATE entry SET {name} = 'x' WHERE case_id = '{FIRST}' AND seq = 2",
            "verify",
        )
        for name in ("kind", "event", "person", "at", "request_id")
    ),
    Attack(
        "the first entry of a case is deleted", f"DELETE FROM entry WHERE case_id = '{FIRST}' AND seq = 1", "verify"
    ),
    Attack(
        "an entry in the midst of a case is deleted",
        f"DELETE FROM entry WHERE case_id = '{FIRST}' AND seq = 3",
        "verify",
    ),
    Attack(
        "the last entry of a case is deleted",
        f"DELETE FROM entry WHERE case_id = '{FIRST}' AND seq = (SELECT MAX(seq) FROM {ENTRY})",
        "verify",
    ),
    Attack(
        "the last entry of the office is deleted",
        "DELETE FROM entry WHERE case_id = 'office' AND seq = (SELECT MAX(seq) FROM entry WHERE case_id = 'office')",
        "verify",
    ),
    Attack("all entries of a case are deleted", f"DELETE FROM {ENTRY}", "verify"),
    Attack("all entries of the office are deleted", "DELETE FROM entry WHERE case_id = 'office'", "verify"),
    Attack("the whole history is deleted", "DELETE FROM entry", "verify"),
    Attack(
        "an entry is doubled at the end",
        f"INSERT INTO entry SELECT case_id, 99, kind, event, person, at, NULL, body, hash FROM {ENTRY} AND seq = 2",
        "verify",
    ),
    Attack(
        "an entry of no case is added",
        "INSERT INTO entry SELECT 'none', 1, kind, event, person, at, NULL, body, hash FROM entry LIMIT 1",
        "verify",
    ),
    Attack(
        "two entries of a case are swapped",
        sql(
            f"UPDATE entry SET seq = 99 WHERE case_id = '{FIRST}' AND seq = 2",
            f"UPDATE entry SET seq = 2 WHERE case_id = '{FIRST}' AND seq = 3",
            f"UPDATE entry SET seq = 3 WHERE case_id = '{FIRST}' AND seq = 99",
        ),
        "verify",
    ),
    Attack(
        "two entries are swapped in the order they came",
        sql(
            "UPDATE entry SET rowid = 9000 WHERE rowid = 5",
            "UPDATE entry SET rowid = 5 WHERE rowid = 6",
            "UPDATE entry SET rowid = 6 WHERE rowid = 9000",
        ),
        "verify",
    ),
    Attack(
        "a gap is made in the order of entries",
        "UPDATE entry SET rowid = 9000 WHERE rowid = (SELECT MAX(rowid) FROM entry)",
        "verify",
    ),
]
LOG = [
    Attack("the size of the log is changed", "UPDATE merkle_head SET size = size - 1", "verify"),
    Attack(
        "the right edge of the log is changed", "UPDATE merkle_head SET hashes = zeroblob(length(hashes))", "verify"
    ),
    Attack("the right edge of the log is deleted", "DELETE FROM merkle_head", "verify"),
    Attack("a node is added to the log", "INSERT INTO merkle_node VALUES (8, 0, zeroblob(32))", "verify"),
    Attack(
        "the head of the office's chain is changed",
        "UPDATE meta SET value = '1:' || hex(zeroblob(32)) WHERE key = 'office_head'",
        "verify",
    ),
    Attack("the head of the office's chain is deleted", "DELETE FROM meta WHERE key = 'office_head'", "verify"),
]
RECOMPUTED = [
    Attack("an opinion is changed", edited(FIRST, 2, opinion), "verify", "mended"),
    Attack(
        "an entry is deleted",
        "DELETE FROM entry WHERE rowid = (SELECT MIN(rowid) FROM entry WHERE kind = 'deadline')",
        "verify",
        "mended",
    ),
    Attack(
        "the last entry of the office is cut",
        "DELETE FROM entry WHERE case_id = 'office' AND event = 'calendar_import'",
        "verify",
        "mended",
    ),
    Attack("a case is taken out whole", without_case(SECOND), "verify", "mended"),
    Attack(
        "the day of an entry is put back",
        edited(FIRST, 2, lambda told: told.update(at="2018-10-07T01:00:00+00:00")),
        "verify",
        "mended",
    ),
    Attack("who acted is changed", edited("office", 1, lambda told: told.update(os_user="root")), "verify", "mended"),
    Attack("an entry is changed, the old hashes of the log left", edited(FIRST, 2, opinion), "verify", "chains"),
    Attack("an opinion is changed", edited(FIRST, 2, opinion), "letter", "thief"),
    Attack("the last case is taken out whole, its number given back", without_last, "letter", "thief"),
    Attack(
        "the last entry of the office is cut",
        "DELETE FROM entry WHERE case_id = 'office' AND event = 'log_key'",
        "letter",
        "thief",
    ),
    Attack("the key on record is changed for another", own_key, "letter", "thief"),
    Attack("an entry is added at the end", added, "no", "mended"),
    Attack("what came after the last letter is written anew", added, "no", "thief"),
]
ROWS = [
    *(
        Attack(f"the column {name} of a case is changed", f"UPDATE cases SET {change} WHERE id = '{FIRST}'", found)
        for name, change, found in (
            ("state", "state = 'intake'", "verify"),
            ("version", "version = version + 1", "verify"),
            ("body", "body = replace(body, '甲', '乙')", "verify"),
            ("seq", "seq = seq - 1", "verify"),
            ("head", "head = zeroblob(32)", "verify"),
            ("approved_once", "approved_once = 0", "check"),
            ("state_kind", "state_kind = 'open'", "check"),
            ("city", "city = '大连市'", "check"),
            ("opened_at", "opened_at = '2018-10-07T01:00:00+00:00'", "check"),
        )
    ),
    Attack("the row of a case is deleted", f"DELETE FROM cases WHERE id = '{FIRST}'", "verify"),
    Attack(
        "a case is doubled under another number",
        f"INSERT INTO cases SELECT 'WB-2018-0099', workflow, definition_version, digest, applicant_id, "
        f"applicant, city, state, state_kind, approved_once, version, seq, head, opened_at, updated_at, "
        f"body FROM cases WHERE id = '{FIRST}'",
        "verify",
    ),
    Attack("a deadline is put off", "UPDATE deadline SET due_on = '2030-01-01'", "check"),
    Attack("a deadline counts as met", "UPDATE deadline SET state = 'met' WHERE state = 'running'", "check"),
    Attack("a deadline is deleted", "DELETE FROM deadline", "check"),
    Attack(
        "a reminder counts as sent",
        "INSERT INTO reminder_sent SELECT case_id, name, version, '-1wd', sent_at, 0 FROM reminder_sent LIMIT 1",
        "check",
    ),
    Attack("a reminder counts as not sent", "DELETE FROM reminder_sent", "check"),
    Attack("a waiting letter is deleted", "DELETE FROM outbox", "no"),
    Attack("a message is deleted", "DELETE FROM inbox", "check"),
    Attack("the text of a message is changed", "UPDATE inbox SET text = '别的'", "check"),
    Attack("the number of a document is changed", "UPDATE notice SET number = '测函〔2018〕9号', n = 9", "check"),
    Attack(
        "the file of a document is changed for another", "UPDATE notice SET sha256 = replace(sha256, '0', '1')", "check"
    ),
    Attack("the content of a document is changed", "UPDATE notice SET variables = '{}'", "check"),
    Attack("a document counts as void", "UPDATE notice SET state = 'void'", "check"),
    Attack("a document is deleted", "DELETE FROM notice", "check"),
    Attack(
        "a document is doubled",
        "INSERT INTO notice SELECT 99, case_id, seq, kind, title, series, year, 98, '测函〔2018〕98号', "
        "variables, recipients, state, sha256, size, signed_on, ordered_at, issued_at FROM notice LIMIT "
        "1",
        "check",
    ),
    Attack(
        "a counter of numbers is raised", "UPDATE number_series SET last = last + 1 WHERE series LIKE 'case:%'", "check"
    ),
    Attack(
        "a counter of document numbers is lowered",
        "UPDATE number_series SET last = last - 1 WHERE series NOT LIKE 'case:%'",
        "check",
    ),
    Attack("the counters are deleted", "DELETE FROM number_series", "check"),
    Attack("a place in a queue is deleted", "DELETE FROM queue_place", "check"),
    Attack("a place in a queue is dated back", "UPDATE queue_place SET since = '2017-01-01T00:00:00+00:00'", "check"),
    Attack("a case is hidden from lists", f"DELETE FROM listing WHERE case_id = '{FIRST}'", "check"),
    Attack("a case is taken from a work list", "DELETE FROM duty", "check"),
    Attack("how long a case stayed is changed", "UPDATE stay SET seconds = seconds + 1", "check"),
]
DIRECTORY = [
    Attack("a person is given a role", "UPDATE person SET roles = '[\"head\"]' WHERE id = '甲'", "check"),
    Attack("a person is added", "INSERT INTO person VALUES ('新人', '', '甲县政府', '[]', NULL, 1)", "check"),
    Attack("a person is made inactive", "UPDATE person SET active = 0 WHERE id = '甲'", "check"),
    Attack("a person's token is changed for one's own", "UPDATE person SET token_hash = 'x' WHERE id = '甲'", "check"),
    Attack(
        "an organisation is moved to another city",
        "UPDATE organisation SET city = '大连市' WHERE id = '甲县政府'",
        "check",
    ),
    Attack("an entrustment is made longer", "UPDATE entrustment SET until = '2030-01-01' WHERE id = 1", "check"),
    Attack("an entrustment is deleted", "DELETE FROM entrustment WHERE id = 1", "check"),
    Attack("a revoked entrustment holds again", "UPDATE entrustment SET revoked_at = NULL WHERE id = 2", "check"),
    Attack("a succession is dated back", "UPDATE succession SET since = '2000-01-01'", "check"),
    Attack("the text of a definition is changed", "UPDATE definition SET text = 'x'", "check"),
    Attack(
        "the checked form of a definition is changed",
        "UPDATE definition SET document = replace(document, '批准', '批淮')",
        "check",
    ),
    Attack("a definition is deleted", "DELETE FROM definition", "check"),
    Attack("a year's holidays are changed", "UPDATE calendar_year SET data = '{}'", "check"),
    Attack("a year's holidays are deleted", "DELETE FROM calendar_year", "check"),
    Attack("a trigger is dropped", lambda _: None, "check", "triggers"),
    Attack("an index is dropped", "DROP INDEX uq_entry_request_id", "check"),
]
OUTSIDE = [
    Attack("a password is set", "INSERT INTO account VALUES ('甲', 'x', '2018-10-08T01:00:00+00:00')", "no"),
    Attack(
        "a session is opened",
        "INSERT INTO login_session VALUES (1, 'x', '甲', '2018-10-08T01:00:00+00:00', "
        "'2018-10-08T01:00:00+00:00', '2030-01-01T00:00:00+00:00', '', '', NULL)",
        "no",
    ),
    Attack("failed logins are forgotten", "DELETE FROM login_failure", "no"),
    Attack("a draft is changed", "DELETE FROM draft", "no"),
    Attack("a message counts as read", "UPDATE inbox SET read_at = '2018-10-08T01:00:00+00:00'", "no"),
    Attack("a waiting letter counts as sent", "UPDATE outbox SET state = 'sent'", "check"),
]
ATTACKS = [*RAW, *LOG, *RECOMPUTED, *ROWS, *DIRECTORY, *OUTSIDE]


# ── The office they are tried on ──────────────────────────────────────────────────────────────────────────────────────


class Prepared(NamedTuple):
    """A home with a letter that left it, and its public key as the outsider has it."""

    home: Path
    letter: bytes
    key: str


@pytest.fixture(scope="module")
def prepared(made: Stage) -> Prepared:
    signed = checkpoints.take(made.office)
    with made.office.database.write() as connection:
        connection.execute(
            "INSERT INTO login_failure VALUES ('甲', 3, '2018-10-08T01:00:00+00:00', '2018-10-08T01:00:00+00:00')"
        )
        connection.execute("INSERT INTO draft VALUES ('甲', '', 'submit', 0, '{}', '2018-10-08T01:00:00+00:00')")
    assert since_last.verify_since(made.office).verified.ok
    made.office.database.close()
    return Prepared(made.office.home, signed.note.whole().encode(), signed.key)


def changed(office: Office, attack: Attack) -> None:
    """Do it, as somebody who has the file and knows the triggers, and puts them back."""
    office.database.close()
    with sqlite3.connect(office.database.path) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        if callable(attack.change):
            attack.change(connection)
        else:
            assert connection.execute(attack.change).rowcount != 0
        if attack.how in ("mended", "thief", "chains"):
            log = connection.execute("SELECT size, hashes FROM merkle_head").fetchone()
            mend(connection)
            if attack.how == "chains":
                connection.execute("UPDATE merkle_head SET size = ?, hashes = ?", log)
        for _, text in triggers if attack.how != "triggers" else ():
            connection.execute(text)
    connection.close()
    if attack.how == "thief":
        log_key.last_file(office).unlink()


def finder(office: Office, letter: bytes, key: str) -> str:
    """The weakest command that finds something."""
    looks: dict[str, Callable[[], object]] = {
        "verify": lambda: verified(office),
        "check": lambda: [one for one in upkeep.faults(office) if "0000" not in one],
        "letter": lambda: checkpoints.against(office, letter, key).reason,
    }
    for name, look in looks.items():
        try:
            if look():
                return name
        except ZhuliError:
            return name
    return "no"


def verified(office: Office) -> object:
    """The first break, which is the same where what was verified before the change is only hashed again."""
    try:
        found = verify.verify(office).first_break
    except ZhuliError:
        with pytest.raises(ZhuliError):
            since_last.verify_since(office)
        raise
    assert since_last.verify_since(office).verified.first_break == found
    return found


def tried(prepared: Prepared, folder: Path, attack: Attack | None) -> str:
    home = folder / "home"
    shutil.copytree(prepared.home, home)
    stage = Stage(home, fresh=False, at="2018-11-26")
    if attack:
        changed(stage.office, attack)
    try:
        return finder(stage.office, prepared.letter, prepared.key)
    finally:
        stage.office.database.close()


def test_nothing_is_found_where_nothing_was_changed(prepared: Prepared, tmp_path: Path) -> None:
    assert tried(prepared, tmp_path, None) == "no"


@pytest.mark.parametrize("attack", ATTACKS, ids=[f"{one.what} {one.how}".strip() for one in ATTACKS])
def test_each_is_found_by_the_command_named(prepared: Prepared, tmp_path: Path, attack: Attack) -> None:
    assert tried(prepared, tmp_path, attack) == attack.found


def test_a_thief_of_the_key_can_sign_what_was_written_anew_and_the_letter_tells(
    prepared: Prepared, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(prepared.home, home)
    office = Stage(home, fresh=False, at="2018-11-26").office
    changed(office, Attack("", edited(FIRST, 2, opinion), "letter", "thief"))
    forged = checkpoints.take(office)
    assert checkpoints.against(office, forged.note.whole().encode(), prepared.key).ok
    assert "根哈希与检查点不同" in checkpoints.against(office, prepared.letter, prepared.key).reason
    office.database.close()


def test_there_are_as_many_as_were_tried_by_hand_and_what_nothing_finds_is_on_the_page() -> None:
    assert len(ATTACKS) >= 70
    page = PAGE.read_text("utf-8")
    for one in ATTACKS:
        if one.found == "no":
            assert f"| {one.what} |" in page, one.what
    counts = {name: sum(one.found == name for one in ATTACKS) for name in ("verify", "check", "letter", "no")}
    told = ", ".join(f"{number} {name}" for name, number in counts.items())
    assert f"{len(ATTACKS)} changes: {told}" in page, told
