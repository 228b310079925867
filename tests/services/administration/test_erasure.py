"""清除个人信息: personal words leave every place of the home, the history proves on, and two people did it."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.staging import Stage, story
from zhuli_flow.engine.history.personal import ERASED, MARK, MASKED
from zhuli_flow.errors import InvalidInput, NoRight, RulesRefused
from zhuli_flow.services.administration import doctor, erased_words, erasure, invariants
from zhuli_flow.services.administration.doctor import Check
from zhuli_flow.services.administration.erasure import confirm, propose
from zhuli_flow.services.cases import drafts, search, view
from zhuli_flow.services.history import verify
from zhuli_flow.store import audit, directory, inbox
from zhuli_flow.store.directory import Person
from zhuli_flow.store.sql.database import Database

NAME, PHONE, SECRET = "欧阳修远", "024-23456789", "请与欧阳修远联系"
LAW = "个人信息保护法第四十七条第一款第一项"
BASIS = "个人信息保护法第十三条第一款第三项"
DECLARED = {
    "a": f"  until: {{title: 截止日, type: date}} ->   until: {{title: 截止日, type: date}}\n"
    f"  contact: {{title: 联系人, personal: {BASIS}}}\n  phone: {{title: 电话, personal: {BASIS}}}",
    "b": "fill: [subject, until?, amount?, experts?]} -> fill: [subject, until?, amount?, experts?, contact?, phone?]}",
    "c": "agree: {title: 会签, from: review, to: ruling, sign: {all_of: [office, head]}, fill: [amount]} -> "
    "agree: {title: 会签, from: review, to: ruling, sign: {all_of: [office, head]}, fill: [amount, phone?]}",
}


@pytest.fixture
def stage(home: Path) -> Iterator[Stage]:
    made = Stage(home, text=story(**DECLARED))
    with made.office.database.write() as connection:
        people = {"安全": "security_officer", "审计": "auditor"}
        directory.put_people(connection, [Person(one, "省科协", frozenset({role})) for one, role in people.items()])
    yield made
    made.office.database.close()


def worked(stage: Stage, state: str = "ruling") -> str:
    """A case with personal words in fields, an opinion, a refused attempt, a sign-off, a message, a draft."""
    case = stage.open(contact=NAME, phone=PHONE)
    stage.do(case, "submit", "县", opinion=SECRET)
    assert stage.refused(case, "approve", "领导", opinion=SECRET)
    stage.walk(case, state)
    with stage.office.database.write() as connection:
        inbox.put(connection, key=f"{case}/2/9", text=SECRET, at=stage.clock.now(), person="县", case_id=case)
    drafts.keep(stage.office, "县", case, "submit", 1, {"contact": [NAME]})
    assert search.find(stage.office, [NAME]).cases
    return case


def erased(stage: Stage, case: str, *names: str) -> erasure.Erased:
    propose(stage.office, case, "安全", None, ground=LAW, names=names)
    return confirm(stage.office, case, "审计", None)


def lines(stage: Stage, case: str) -> list[bytes]:
    with stage.office.database.read() as connection:
        return [one.body for one in audit.entries(connection, case)]


def stored(stage: Stage) -> list[bytes]:
    with stage.office.database.read() as connection:
        return [one.body for one in audit.all_entries(connection)]


def test_the_stored_bytes_bind_personal_words_and_do_not_hold_them(stage: Stage) -> None:
    case = worked(stage)
    assert all(word.encode() not in body for word in (NAME, PHONE) for body in stored(stage))
    assert sum(body.count(MARK) for body in stored(stage)) > 5
    told = b"".join(lines(stage, case))
    assert all(word.encode() in told for word in (NAME, PHONE, SECRET))
    assert MARK not in told


def test_no_plain_hash_of_what_holds_such_words_is_stored(stage: Stage) -> None:
    case = worked(stage)
    for body in map(json.loads, stored(stage)):
        if body["case"] == case and body["kind"] != "refused" and "request" in body:
            assert body["request"]["content"].startswith("$personal/hashes/")
        for section, _, _, new in body.get("changes", ()):
            if section == "evidence" and new:
                assert new["digest"].startswith("$personal/hashes/")


def test_a_refused_attempt_keeps_no_personal_words_at_all(stage: Stage) -> None:
    case = worked(stage)
    refused = next(body for body in map(json.loads, lines(stage, case)) if body["kind"] == "refused")
    assert refused["opinion"] == SECRET.replace(NAME, MASKED)


def test_erased_words_are_nowhere_in_the_home(stage: Stage) -> None:
    case = worked(stage)
    done = erased(stage, case)
    assert (done.fields, done.messages, done.drafts) == (("contact", "phone"), 1, 1)
    home = stage.office.home
    stage.office.database.close()
    left = [
        path.name
        for path in home.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in (NAME, PHONE, SECRET))
    ]
    assert left == []


def holding_files(stage: Stage) -> list[str]:
    words = [word.encode() for word in (NAME, PHONE, SECRET)]
    stage.office.database.close()
    files = [path for path in stage.office.home.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word in path.read_bytes() for word in words)]


def told_of_erasures(stage: Stage) -> list[Check]:
    return [one for one in doctor.home(stage.office) if one.title == "个人信息清除"]


@pytest.mark.sqlite("what lies in pages of the file")
def test_an_erasure_killed_before_the_file_is_rewritten_is_ended_by_the_next_look(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = worked(stage)

    def killed(_: Database) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Database, "wipe", killed)
        erased(stage, case)
    assert "zhuli.db" in holding_files(stage)
    (told,) = told_of_erasures(stage)
    assert (told.state, told.detail) == ("good", "上次清除在收尾时中断，现已除净")
    assert holding_files(stage) == []
    assert told_of_erasures(stage) == []
    assert not erased_words.finish(stage.office)


@pytest.mark.sqlite("what lies in pages of the file")
def test_an_erasure_whose_traces_cannot_be_removed_now_says_that_it_stands(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = worked(stage)

    def full(_: Database) -> None:
        raise InvalidInput("zhuli.db: 存储空间已满；未保存任何内容", fix="请腾出空间后重做这一步")

    with monkeypatch.context() as patch, pytest.raises(InvalidInput) as told:
        patch.setattr(Database, "wipe", full)
        erased(stage, case)
    assert "已清除" in told.value.message
    assert told.value.message.endswith("存储空间已满")
    assert "zhuli doctor" in told.value.fix
    assert [one.state for one in told_of_erasures(stage)] == ["good"]
    assert holding_files(stage) == []


def test_words_that_a_backup_brings_back_are_told_with_what_erases_them_again(stage: Stage) -> None:
    case = worked(stage)
    kept = stage.office.database.backup(stage.office.home.parent / "kept.db")
    erased(stage, case, "phone")
    assert told_of_erasures(stage) == []
    stage.office.database.restore(kept)
    (told,) = told_of_erasures(stage)
    assert (told.state, told.fix) == (
        "bad",
        f"zhuli personal erase {case} --ground '{LAW}' --field phone --as 安全保密员",
    )
    erased(stage, case, "phone")
    assert told_of_erasures(stage) == []


def test_the_history_proves_what_it_proved(stage: Stage) -> None:
    case = worked(stage)
    with stage.office.database.read() as connection:
        before = [(one.case_id, one.seq, one.hash) for one in audit.all_entries(connection)]
        order = audit.last_arrived(connection).place
    erased(stage, case)
    with stage.office.database.read() as connection:
        after = [(one.case_id, one.seq, one.hash) for one in audit.all_entries(connection)]
        assert audit.last_arrived(connection).place == order + 2
    assert set(before) < set(after)
    assert verify.verify(stage.office).ok
    assert list(invariants.broken(stage.office)) == []


def test_who_looks_reads_that_it_was_erased(stage: Stage) -> None:
    case = worked(stage)
    erased(stage, case)
    found = stage.stored(case).case
    assert (found.fields["contact"], found.fields["phone"], found.fields["subject"]) == (ERASED, ERASED, "请示")
    told = [line.entry for line in view.history(stage.office, case)]
    assert [one.opinion for one in told if one.event == "submit"] == [ERASED]
    assert told[-1].title == "清除个人信息"
    assert not search.find(stage.office, [NAME]).cases


def test_the_case_goes_on_and_may_be_filled_in_again(stage: Stage) -> None:
    case = worked(stage, "review")
    erased(stage, case, "phone")
    stage.do(case, "agree", "甲", amount="7", phone="024-23450000")
    stage.do(case, "agree", "领导")
    assert stage.stored(case).case.fields["phone"] == "024-23450000"
    assert stage.stored(case).case.fields["contact"] == NAME
    assert list(invariants.broken(stage.office)) == []
    erased(stage, case)
    assert list(invariants.broken(stage.office)) == []


def test_one_field_alone_takes_along_what_names_it(stage: Stage) -> None:
    case = worked(stage)
    erased(stage, case, "contact")
    told = b"".join(lines(stage, case))
    assert NAME.encode() not in told
    assert PHONE.encode() in told


def test_the_same_words_have_another_commitment_in_each_case(stage: Stage) -> None:
    for _ in range(2):
        stage.open(contact=NAME)
    found = [row[0] for row in stage.table("SELECT commitment FROM personal_value WHERE name = 'contact'")]
    assert len(set(found)) == len(found) == 2
    assert len(erasure.holding(stage.office, NAME, "安全", None)) == 2


def test_a_repeated_request_is_known_by_its_content_until_that_is_erased(stage: Stage) -> None:
    case = stage.open(contact=NAME, request_id="r1")
    assert stage.open(contact=NAME, request_id="r1") == case
    with pytest.raises(RulesRefused):
        stage.open(contact="别人", request_id="r1")
    erased(stage, case)
    with pytest.raises(RulesRefused):
        stage.open(contact=NAME, request_id="r1")


def test_withdrawing_gives_back_the_words(stage: Stage) -> None:
    case = stage.open(contact=NAME)
    stage.do(case, "submit", "县")
    stage.do(case, "withdraw", "县")
    assert stage.stored(case).case.fields["contact"] == NAME
    assert verify.verify(stage.office).ok


def test_a_text_that_looks_like_a_commitment_is_withheld_itself(stage: Stage) -> None:
    fake = f"$personal/contact/{'0' * 64}"
    case = stage.open(contact=NAME, subject=fake)
    assert stage.stored(case).case.fields["subject"] == fake
    assert list(invariants.broken(stage.office)) == []


def test_two_people_of_two_duties(stage: Stage) -> None:
    case = worked(stage)
    with pytest.raises(NoRight):
        propose(stage.office, case, "审计", None, ground=LAW)
    with pytest.raises(InvalidInput, match="法律依据"):
        propose(stage.office, case, "安全", None, ground=" ")
    with pytest.raises(InvalidInput, match="没有待确认"):
        confirm(stage.office, case, "审计", None)
    propose(stage.office, case, "安全", None, ground=LAW)
    with pytest.raises(NoRight):
        confirm(stage.office, case, "安全", None)
    assert stage.stored(case).case.fields["contact"] == NAME
    confirm(stage.office, case, "审计", None)
    with pytest.raises(InvalidInput, match="没有待确认"):
        confirm(stage.office, case, "审计", None)


def test_what_is_not_personal_or_under_way_is_not_erased(stage: Stage) -> None:
    plain = stage.open()
    with pytest.raises(InvalidInput, match="没有可以清除"):
        propose(stage.office, plain, "安全", None, ground=LAW)
    case = worked(stage, "review")
    with pytest.raises(InvalidInput, match="subject"):
        propose(stage.office, case, "安全", None, ground=LAW, names=["subject"])
    stage.do(case, "agree", "甲", amount="6", phone=PHONE)
    with pytest.raises(RulesRefused, match="签署"):
        propose(stage.office, case, "安全", None, ground=LAW)


TAMPERED = {
    "another text": "UPDATE personal_value SET text = '别人' WHERE name = 'contact'",
    "a row gone": "DELETE FROM personal_value WHERE name = 'contact'",
    "gone without the law": "UPDATE personal_value SET text = NULL, salt = NULL WHERE name = 'hashes'",
    "a row more": "INSERT INTO personal_value SELECT case_id, 'ff', name, salt, text FROM personal_value LIMIT 1",
    "another case's": "INSERT INTO personal_value VALUES ('X-1', 'ff', 'contact', x'00', 'a')",
}


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_a_change_of_what_stands_beside_the_history_is_found(stage: Stage, change: str) -> None:
    worked(stage)
    stage.office.database.close()
    file = sqlite3.connect(stage.office.home / "zhuli.db")
    with file:
        for (trigger,) in file.execute(
            "SELECT name FROM sqlite_master WHERE tbl_name = 'personal_value' AND type = 'trigger'"
        ).fetchall():
            file.execute(f"DROP TRIGGER {trigger}")
        file.execute(change)
    file.close()
    assert not verify.verify(stage.office).ok


def test_erased_words_put_back_are_found(stage: Stage) -> None:
    case = worked(stage)
    kept = stage.table("SELECT commitment, salt, text FROM personal_value WHERE name = 'contact'")
    erased(stage, case)
    file = sqlite3.connect(stage.office.home / "zhuli.db")
    with file:
        file.execute("DROP TRIGGER personal_value_only_erased")
        for digest, salt, text in kept:
            file.execute("UPDATE personal_value SET salt = ?, text = ? WHERE commitment = ?", (salt, text, digest))
    file.close()
    assert not verify.verify(stage.office).ok


def test_a_definition_without_personal_fields_writes_no_row(home: Path) -> None:
    plain = Stage(home)
    plain.open()
    assert plain.table("SELECT * FROM personal_value") == []
    plain.office.database.close()
