"""Every column of the database that repeats history is held against it: each is changed behind its back, and found.

What is not held against history stands in ``FREE`` with its reason; a column nobody has thought of fails here.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.services.staging import Stage, story
from zhuli_flow.calendar.bundled_years import bundled
from zhuli_flow.engine.history.new_entry import Noted
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import IntegrityBroken
from zhuli_flow.services.administration import directory as desk
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.administration.succession import succeed
from zhuli_flow.services.cases import view
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.history import entries
from zhuli_flow.services.notices.issue import IssuedPaper, IssueEntry
from zhuli_flow.store import calendars, notices
from zhuli_flow.store.sql.account_tables import METADATA

FREE = {
    "meta": "facts about the database itself; the office's head is held against its chain",
    "merkle_head.id": "there is one row",
    "merkle_node": "held against the entries: test_log_proof.py",
    "account": "how a person comes in by a browser: no history, no case rests on it",
    "login_session": "as account",
    "one_time_link": "as account",
    "login_failure": "as account",
    "access_token": "as account",
    "case_link": "held against the fields of its case: tests/services/cases/test_case_rows.py",
    "region_place": "held against the history: test_region_record.py",
    "saved_view": "how somebody looks at a list",
    "draft": "what somebody has not handed in yet",
    "message_read": "who has read a message is noted for him alone, not in any history",
    "inbox.id": "the order in which messages came",
    "inbox.person": "of an act the seats are worked out anew; of a deadline they are held against the entry",
    "inbox.role": "as inbox.person",
    "inbox.text": "as inbox.person",
    "inbox.case_id": "the key names the case",
    "inbox.read_at": "as message_read",
    "outbox.id": "the order in which letters wait",
    "outbox.kind": "which worker takes the letter",
    "outbox.case_id": "the key names the case",
    "outbox.state": "work in hand; what counts as sent is held against the entries: test_invariants.py",
    "outbox.attempt": "work in hand",
    "outbox.lease_until": "work in hand",
    "outbox.not_before": "work in hand",
    "outbox.last_error": "work in hand",
    "entrustment.id": "the number names the entry: another number is another entrustment, and found as such",
    "definition.id": "the order in which definitions came",
    "calendar_year.id": "the order of imports of one year",
    "queue_place.place": "the order follows from since",
    "notice.id": "named by the entry of its issue; before that nothing rests on it",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """An office in which every table that repeats history has a row."""
    told = "  subject: {title: 标题} ->   subject: {title: 标题}\n  contact: {title: 联系人, personal: 同意}"
    asked = "fill: [subject, until?, amount?, experts?]} -> fill: [subject, until?, amount?, experts?, contact?]}"
    stage = Stage(tmp_path_factory.mktemp("columns") / "home", text=story(a=told, b=asked))
    office = stage.office
    first, second = stage.walk(stage.open(contact="欧阳"), "valid"), stage.walk(stage.open(), "intake")
    stage.walk(stage.open(), "intake")
    _issued(stage, first)
    stage.do(second, "queue", "甲")
    stage.on("2018-11-26")
    sweep(office)
    today = office.today
    desk.entrust(office, giver="甲", receiver="代", since=today, until=today, reason="出差")
    gone = desk.entrust(office, giver="领导", receiver="代", since=today, until=today, reason="出差")
    desk.revoke(office, gone)
    desk.issue_token(office, "甲")
    _directory_on_record(stage)
    succeed(office, "乙县政府", "甲县政府", kind="合并", since=date(2018, 11, 1), paper="国函〔2018〕1号")
    year = bundled().years[-1]
    with office.database.write() as connection:
        calendars.add(connection, year=2026, sha256=year.sha256, data={"sha256": year.sha256}, at=office.clock.now())
        taken_in = Noted(changes=[["calendar", "2026", "a", "b"]])
        entries.write_office(connection, office, "calendar_import", "导入放假安排", content=taken_in)
    office.database.close()
    return stage


def _issued(stage: Stage, case: str) -> None:
    """What printing would note, without the press."""
    office = stage.office
    with office.database.write() as connection:
        (paper,) = notices.of_case(connection, case)
        at = office.clock.now()
        assert notices.issue(connection, paper.id, "0" * 64, 9, at, "关于请示的批复")
        stored = stage.stored(case)
        told = IssuedPaper(paper.id, paper.kind, None, "关于请示的批复", "0" * 64, 9, "", "", ())
        content = IssueEntry((told,))
        entries.note(connection, stored, entries.of_system(office, stored.case, "notice", "issue", "印发", content))


def _directory_on_record(stage: Stage) -> None:
    """The directory of the stage, as if it had come by an import."""
    office = stage.office
    told: Any = as_json(desk.listing(office))
    changes: Any = [["organisation", one["id"], None, one] for one in told["organisations"]]
    for one in told["people"]:
        changes.append(
            [
                "person",
                one["id"],
                None,
                {name: value for name, value in one.items() if name not in {"acts_for", "role_titles"}},
            ]
        )
    with office.database.write() as connection:
        entries.write_office(connection, office, "directory_import", "导入名录", content=Noted(changes=changes))


def columns() -> Iterator[tuple[str, str]]:
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if table.name not in FREE and f"{table.name}.{column.name}" not in FREE:
                yield table.name, column.name


def copied(made: Stage, folder: Path) -> Stage:
    home = folder / "home"
    shutil.copytree(made.office.home, home)
    return Stage(home, fresh=False, at="2018-11-26")


def other(value: Any) -> Any:
    """Another value that the column may well hold."""
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(value, int):
        return 1 - value if value in (0, 1) else value + 1
    if value is None:
        return "2018-10-09"
    for one, two in (
        ("2018-", "2019-"),
        ("running", "met"),
        ("met", "running"),
        ("ordered", "void"),
        ("issued", "void"),
    ):
        if one in value:
            return value.replace(one, two, 1)
    return {"open": "final", "in_force": "open", "final": "open"}.get(
        value, f"{value} " if value.startswith(("{", "[")) else f"{value}改"
    )


def test_an_untouched_office_has_no_faults(made: Stage, tmp_path: Path) -> None:
    stage = copied(made, tmp_path)
    found = [one for one in upkeep.faults(stage.office) if "0000" not in one]  # the paper's file was never made
    stage.office.database.close()
    assert found == []


@pytest.mark.parametrize(("table", "column"), list(columns()))
def test_a_column_changed_behind_its_history_is_found(made: Stage, tmp_path: Path, table: str, column: str) -> None:
    stage = copied(made, tmp_path)
    path = stage.office.database.path
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        where = f"{column} IS NOT NULL" if has_value(connection, table, column) else "1"
        key, old = connection.execute(f"SELECT {row_of(table)}, {column} FROM {table} WHERE {where} LIMIT 1").fetchone()
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {row_of(table)} = ?", (other(old), key))
    connection.close()
    try:
        found = [one for one in upkeep.faults(stage.office) if "没有这个文件" not in one and "trigger" not in one]
    finally:
        stage.office.database.close()
    assert [one for one in found if "触发器" not in one], (table, column, old)


def has_value(connection: sqlite3.Connection, table: str, column: str) -> bool:
    return bool(connection.execute(f"SELECT 1 FROM {table} WHERE {column} IS NOT NULL LIMIT 1").fetchone())


def row_of(table: str) -> str:
    """What tells the rows of a table apart, in one text."""
    keys = [column.name for column in METADATA.tables[table].primary_key]
    return " || '/' || ".join(keys)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE person SET roles = '[\"head\"]' WHERE id = '甲'", "人员“甲”"),
        ("UPDATE person SET token_hash = 'x' WHERE id = '甲'", "身份令牌"),
        ("UPDATE person SET token_hash = 'x' WHERE id = '领导'", "身份令牌"),
        ("UPDATE person SET active = 0 WHERE id = '甲'", "人员“甲”"),
        ("INSERT INTO person VALUES ('新人', '', '甲县政府', '[]', NULL, 1)", "人员“新人”"),
        ("UPDATE organisation SET city = '大连市' WHERE id = '甲县政府'", "机构“甲县政府”"),
        ("DELETE FROM entrustment WHERE id = 1", "第 1 号委托"),
        ("UPDATE entrustment SET revoked_at = NULL WHERE id = 2", "第 2 号委托"),
        (
            "INSERT INTO entrustment VALUES (9, '领导', '甲', '2018-11-01', '2019-11-01', '', '2018-11-26T01:00:00+00:00', NULL)",  # noqa: E501
            "第 9 号委托",
        ),
        ("UPDATE notice SET title = '别的'", "的标题"),
        ("UPDATE notice SET state = 'void'", "的状态"),
        ("UPDATE notice SET recipients = '[\"head\"]'", "的送达"),
        ("UPDATE notice SET variables = '{}'", "的内容"),
        ("UPDATE reminder_sent SET remind = '-9d' WHERE remind = 'overdue'", "的登记"),
        (
            "INSERT INTO reminder_sent SELECT case_id, name, version, '-1wd', sent_at, 0 FROM reminder_sent LIMIT 1",
            "的登记",
        ),
        ("DELETE FROM reminder_sent", "的登记"),
        ("UPDATE cases SET applicant = replace(applicant, '沈阳市', '大连市') WHERE id LIKE '%0001'", "申报单位"),
        ("UPDATE cases SET opened_at = '2018-10-07T01:00:00+00:00' WHERE id LIKE '%0001'", "开启时间"),
        ("DELETE FROM queue_place", "候补登记"),
        ("UPDATE number_series SET last = last + 1 WHERE series LIKE 'case:%'", "没有事项"),
    ],
)
def test_what_direct_access_could_hide_is_told_in_words(made: Stage, tmp_path: Path, statement: str, told: str) -> None:
    stage = copied(made, tmp_path)
    with sqlite3.connect(stage.office.database.path) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        assert connection.execute(statement).rowcount >= 1
    connection.close()
    found = upkeep.faults(stage.office)
    stage.office.database.close()
    assert any(told in one for one in found), found


def test_a_damaged_copy_of_a_definition_ends_in_words(made: Stage, tmp_path: Path) -> None:
    for number, damage in enumerate(("'{'", "'null'", "'[]'", "'\"{}\"'", "substr(document, 1, 400)", "'\"[1, 2'")):
        stage = copied(made, tmp_path / str(number))
        with sqlite3.connect(stage.office.database.path) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(f"UPDATE definition SET document = {damage}")
        connection.close()
        with pytest.raises(IntegrityBroken, match="存储副本已损坏"):
            view.show(stage.office, "WB-2018-0001")
        assert any("存储副本已损坏" in one for one in upkeep.faults(stage.office)), damage
        stage.office.database.close()


def test_a_case_deleted_with_all_that_speaks_of_it_leaves_its_number(made: Stage, tmp_path: Path) -> None:
    stage = copied(made, tmp_path)
    with sqlite3.connect(stage.office.database.path) as connection:
        (case,) = connection.execute("SELECT id FROM cases ORDER BY id DESC LIMIT 1").fetchone()
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for table in (
            "entry",
            "listing",
            "duty",
            "case_link",
            "deadline",
            "reminder_sent",
            "inbox",
            "outbox",
            "queue_place",
        ):
            connection.execute(f"DELETE FROM {table} WHERE case_id = ?", (case,))
        connection.execute("DELETE FROM cases WHERE id = ?", (case,))
    connection.close()
    found = upkeep.faults(stage.office)
    stage.office.database.close()
    assert any(f"事项编号 {case} 没有事项" in one for one in found)
