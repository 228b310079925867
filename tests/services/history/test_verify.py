"""The record verifies exactly when nobody touched it."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from tests.services.homes import office_at
from zhuli_flow import bootstrap
from zhuli_flow.engine.model.case import Attachment
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.engine.model.json_values import to_json
from zhuli_flow.errors import IntegrityBroken
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.services.history import verify
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases, files

VALUES = {
    "reason_features": "陶瓷",
    "reason_cluster": "集聚",
    "reason_demand": "迫切",
    "recommendation_issuer": "市委组织部和市科协",
    "recommendation_date": "2018-10-08",
}

LAST = len(list(bootstrap.bundle("workflows").glob("*.yaml"))) + 2
"""The end of the office's chain: the home was made, each workflow taken into use, the directory imported."""


@pytest.fixture
def office(home: Path) -> Office:
    """An office with one case of two entries, one of them with a material."""
    made = office_at(home, sampled=True)
    opened = open_case(made, "zone_creation", "法库县", "沈阳市科协经办", {"leading_industries": "陶瓷"})
    letter: Attachment = files.store_bytes(home, b"%PDF-1.4\n%%EOF\n", "推荐函.pdf", "pdf")
    advance(made, opened.case, "沈阳市科协经办", Command("recommend", VALUES, {"recommendation_letter": (letter,)}))
    return made


def touch(office: Office, statement: str) -> None:
    office.database.close()
    with sqlite3.connect(office.database.path) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        assert connection.execute(statement).rowcount == 1
    connection.close()


def test_an_untouched_record_is_whole(office: Office) -> None:
    found = verify.verify(office)
    assert found.ok
    assert to_json(found) == {"ok": True, "entries": LAST + 2, "first_break": None}
    assert verify.faults(office) == []
    assert verify.require_whole(office) == found


@pytest.mark.parametrize(
    ("statement", "case", "seq"),
    [
        ("DELETE FROM entry WHERE case_id = 'SFQ-2018-0001' AND seq = 2", "SFQ-2018-0001", 2),
        ("DELETE FROM entry WHERE case_id = 'SFQ-2018-0001' AND seq = 1", "SFQ-2018-0001", 2),
        (f"DELETE FROM entry WHERE case_id = 'office' AND seq = {LAST}", "office", LAST),
        ("UPDATE entry SET body = CAST(body || ' ' AS BLOB) WHERE case_id = 'office' AND seq = 2", "office", 2),
        ("UPDATE entry SET hash = zeroblob(32) WHERE case_id = 'SFQ-2018-0001' AND seq = 1", "SFQ-2018-0001", 1),
        ("UPDATE entry SET person = '别人' WHERE case_id = 'SFQ-2018-0001' AND seq = 2", "SFQ-2018-0001", 2),
        ("UPDATE entry SET kind = 'refused' WHERE case_id = 'SFQ-2018-0001' AND seq = 2", "SFQ-2018-0001", 2),
        ("UPDATE entry SET request_id = 'x' WHERE case_id = 'SFQ-2018-0001' AND seq = 2", "SFQ-2018-0001", 2),
        ("UPDATE entry SET at = '2017' WHERE case_id = 'SFQ-2018-0001' AND seq = 1", "SFQ-2018-0001", 1),
        ("UPDATE cases SET state = 'valid'", "SFQ-2018-0001", 2),
    ],
)
def test_every_touch_is_found_at_its_entry(office: Office, statement: str, case: str, seq: int) -> None:
    touch(office, statement)
    found = verify.verify(office).first_break
    assert found is not None
    assert (found.case_id, found.seq) == (case, seq)
    with pytest.raises(IntegrityBroken, match=f"{case} 第 {seq} 条"):
        verify.require_whole(office)


@pytest.mark.parametrize(
    "change",
    ["state = 'survey'", "version = 9", "body = replace(body, '陶瓷', '玻璃')"],
)
def test_a_case_changed_behind_its_history_is_found(office: Office, change: str) -> None:
    touch(office, f"UPDATE cases SET {change} WHERE id = 'SFQ-2018-0001'")
    found = verify.verify(office).first_break
    assert found is not None
    assert found.case_id == "SFQ-2018-0001"
    assert "SFQ-2018-0001" in verify.faults(office)[0]


def test_a_file_changed_or_gone_is_found(office: Office) -> None:
    (sha256,) = files.stored_files(office.home)
    files.place(office.home, sha256).write_bytes(b"another letter")
    assert "推荐函.pdf" in verify.faults(office)[0]
    files.place(office.home, sha256).unlink()
    assert "推荐函.pdf" in verify.faults(office)[0]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE cases SET city = '大连市'", "所属市"),
        ("UPDATE cases SET state_kind = 'in_force'", "环节性质"),
        ("UPDATE cases SET approved_once = 1", "曾在有效期内"),
        ("UPDATE cases SET applicant_id = '康平县'", "申报单位编号"),
        ("UPDATE cases SET applicant = replace(applicant, '法库县', '康平县')", "申报单位"),
        ("UPDATE definition SET text = 'x' WHERE name = 'zone_creation'", "原文与摘要不符"),
        ("UPDATE definition SET document = replace(document, '推荐', '推存') WHERE name = 'zone_creation'", "已损坏"),
    ],
)
def test_what_rows_repeat_is_held_against_the_history(office: Office, statement: str, what: str) -> None:
    touch(office, statement)
    assert any(what in fault for fault in verify.faults(office))


def test_a_case_that_cannot_be_read_is_a_broken_record_not_a_bug(office: Office) -> None:
    touch(office, "UPDATE cases SET applicant = '别县'")
    with pytest.raises(IntegrityBroken, match="已损坏"):
        verify.verify(office)


def test_a_case_acted_on_during_the_check_is_checked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "PAGE", 1)
    open_case(office, "zone_creation", "东港市", "丹东市科协经办", {"leading_industries": "草莓"})
    told = verify._told(office)
    read = [next(told)[0].case.id]
    with office.database.write() as connection:
        (other,) = {"SFQ-2018-0001", "SFQ-2018-0002"} - set(read)
        stored = cases.load(connection, other)
        assert stored is not None
        later = office.clock.now() + timedelta(minutes=1)
        assert cases.update(connection, stored, stored.case.version, later)
    assert sorted([*read, *(stored.case.id for stored, _, _ in told)]) == ["SFQ-2018-0001", "SFQ-2018-0002"]


def test_the_chain_of_one_case_can_be_asked_for(office: Office) -> None:
    assert verify.break_in(office, "SFQ-2018-0001") is None
    touch(office, "UPDATE entry SET person = '别人' WHERE case_id = 'SFQ-2018-0001' AND seq = 2")
    found = verify.break_in(office, "SFQ-2018-0001")
    assert found is not None
    assert found.seq == 2
