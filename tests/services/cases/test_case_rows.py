"""The rows by which a case is found: made anew they are what acts have made, and what is wrong in them is told."""

import sqlite3
from dataclasses import replace

import pytest
from msgspec import structs

from tests.services.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.engine.authority.duties import letter_address
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.services import lookup
from zhuli_flow.services.cases import case_rows, worklist
from zhuli_flow.services.history import verify
from zhuli_flow.services.office import Office
from zhuli_flow.store import inbox

TABLES = ("listing", "duty", "case_link", "stay", "figure")
BEFORE = frozenset(
    "alembic_version calendar_year cases deadline definition entrustment entry inbox meta notice number_series"
    " organisation outbox person queue_place reminder_sent sqlite_sequence".split()
)
"""The tables that there were before the first of them."""
INDEXES = (
    *("ix_cases_ever_in_force", "ix_deadline_due_on", "ix_deadline_rests", "ix_notice_number", "ix_notice_sha256"),
    *(
        "ix_notice_void",
        "ix_organisation_level_city",
        "ix_organisation_level_county",
        "ix_person_organisation",
        "ix_entry_of_office",
    ),
)


def rows(stage: Stage) -> dict[str, list[tuple[object, ...]]]:
    stage.office.database.close()
    with sqlite3.connect(stage.office.database.path) as connection:
        found = {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}
    connection.close()
    return found


def touch(stage: Stage, statement: str) -> None:
    stage.office.database.close()
    with sqlite3.connect(stage.office.database.path) as connection:
        connection.execute(statement)
    connection.close()


def test_filled_from_nothing_they_are_what_the_acts_have_made(stage: Stage) -> None:
    for path in ("intake", "review"):
        stage.walk(stage.open(), path)
    made = rows(stage)
    assert len(made["listing"]) == 2
    assert made["duty"]
    for table in TABLES:
        touch(stage, f"DELETE FROM {table}")
    assert as_json(worklist.todo(stage.office, "甲")) == []
    with stage.office.database.write() as connection:
        case_rows.fill(connection, stage.office)
    assert rows(stage) == made


def test_a_home_from_before_has_them_once_it_is_upgraded(office: Office) -> None:
    home, path = office.home, office.database.path
    office.database.close()
    with sqlite3.connect(path) as connection:
        made = connection.execute("SELECT * FROM duty").fetchall()
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for table in {name for (name,) in found} - BEFORE:
            connection.execute(f"DROP TABLE {table}")
        for index in INDEXES:
            connection.execute(f"DROP INDEX {index}")
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    connection.close()
    assert made
    assert bootstrap.upgrade_database(home, "tester") is not None
    assert verify.faults(office) == []
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT * FROM duty").fetchall() == made
    connection.close()
    assert bootstrap.upgrade_database(home, "tester") is None


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            "INSERT INTO inbox SELECT 1, 'k', NULL, 'office', id, '消息', opened_at, NULL, 'head@province' FROM cases",
            "消息的登记",
        ),
        ("DELETE FROM duty", "待办的登记"),
        ("INSERT INTO duty SELECT 'head', 0, '2018-10-31', id FROM cases", "待办的登记"),
        ("UPDATE duty SET due_on = '2999-01-01'", "待办的登记"),
        ("UPDATE duty SET owed = 1 - owed", "待办的登记"),
        ("UPDATE listing SET state = 'draft'", "列表的登记"),
        ("UPDATE listing SET step_red_at = '2999-01-01T00:00:00+00:00'", "列表的登记"),
        ("DELETE FROM listing", "列表的登记"),
        ("INSERT INTO figure SELECT workflow, 'amount', '1', id FROM cases", "数字的登记"),
        ("DELETE FROM stay", "停留时间的登记"),
        ("UPDATE stay SET seconds = seconds + 1", "停留时间的登记"),
        ("UPDATE listing SET entered_at = '2018-01-01T00:00:00+00:00'", "停留时间的登记"),
        ("INSERT INTO case_link SELECT workflow, 'on', id, id FROM cases", "关联事项的登记"),
    ],
)
def test_a_row_that_the_case_does_not_lead_to_is_told(stage: Stage, statement: str, what: str) -> None:
    case = stage.walk(stage.open(), "intake")
    assert verify.faults(stage.office) == []
    touch(stage, statement)
    assert f"事项 {case}：{what}与留痕不符，被改动过" in verify.faults(stage.office)


def test_a_message_that_its_receiver_does_not_find_is_told(stage: Stage) -> None:
    stage.walk(stage.open(), "intake")
    with stage.office.database.write() as connection:
        inbox.put(connection, key="1", text="给人", at=stage.office.clock.now(), person="甲")
    assert verify.faults(stage.office) == []
    touch(stage, "UPDATE inbox SET address = '@乙' WHERE person = '甲'")
    (fault,) = verify.faults(stage.office)
    assert "收件人的登记不符" in fault


@pytest.mark.parametrize("statement", ["DELETE FROM figure", "UPDATE figure SET value = '7000'"])
def test_a_number_that_nobody_filled_in_is_told(stage: Stage, statement: str) -> None:
    case = stage.open(amount=7)
    assert [row[1:3] for row in rows(stage)["figure"]] == [("amount", "7")]
    stage.do(case, "correct", "甲", amount=9, opinion="更正")
    assert [row[1:3] for row in rows(stage)["figure"]] == [("amount", "9")]
    assert verify.faults(stage.office) == []
    touch(stage, statement)
    assert f"事项 {case}：数字的登记与留痕不符，被改动过" in verify.faults(stage.office)


def test_numbers_and_messages_go_along_with_a_case_to_another_version(stage: Stage) -> None:
    case_id, office = stage.open(amount=7), stage.office
    with office.database.write() as connection:
        case = lookup.stored(connection, case_id).case
        old = lookup.definition(connection, office, case.digest)
        new = replace(old, digest="f" * 64, fields={**old.fields, "amount": replace(old.fields["amount"], type="text")})
        role = next(iter(new.roles))
        inbox.put(connection, key="1", text="改版", at=office.clock.now(), role=role, case_id=case_id, address="old")
        moved = structs.replace(case, digest=new.digest)
        case_rows.move_to_version(connection, office, (old, case), (new, moved))
        assert (role, letter_address(new, moved, role)) in inbox.addresses_of(connection, case_id)
        assert (role, "old") not in inbox.addresses_of(connection, case_id)
    assert rows(stage)["figure"] == []


def test_a_stay_more_than_the_history_has_is_told(stage: Stage) -> None:
    stage.walk(stage.open(), "intake")
    touch(stage, "INSERT INTO stay SELECT workflow, state, 7, case_id, 9 FROM stay")
    assert "停留时间的登记比留痕多 1 条，被改动过" in verify.faults(stage.office)


def test_a_case_that_goes_back_and_forth_within_a_second_keeps_each_of_its_stays(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    for _ in range(2):
        stage.do(case, "withdraw", "县")
        stage.do(case, "submit", "县")
    made = rows(stage)
    assert len(made["stay"]) == 5
    assert verify.faults(stage.office) == []
    with stage.office.database.write() as connection:
        case_rows.fill(connection, stage.office)
    assert rows(stage) == made
