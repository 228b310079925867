"""``zhuli notice``: show, void, reprint, ledger and verify, in words and as JSON, with the contract's exit codes."""

from pathlib import Path

import pytest

from tests.cli.lines import Zhuli
from zhuli_flow.cli.commands.notice import notice

NUMBER = "辽科协发〔2018〕1号"
DRAFTER, REVIEWER, HEAD, CLERK = "省科协学会学术部经办", "省科协办公室核稿人", "省科协主要负责人", "省科协办公室文书"
ACTS = (("submit", DRAFTER), ("review", REVIEWER), ("sign", HEAD), ("check", CLERK), ("number", CLERK))


@pytest.fixture
def issued(office_home: Path, zhuli: Zhuli) -> str:
    """A case whose document was just issued."""
    given = [
        "genre_word=通知",
        "subject=关于报送工作进展情况",
        "series=辽科协发",
        "addressees=法库县人民政府",
        "paragraphs=请于季度末报送。",
    ]
    words = ["case", "open", "official_document", "--applicant", "辽宁省科学技术协会", "--as", DRAFTER, "--json"]
    answer = zhuli(*words, *(word for one in given for word in ("--set", one)))
    assert answer.code == 0, answer.err
    case = str(answer.json["case"])
    for event, person in ACTS:
        answer = zhuli("case", "advance", case, event, "--as", person)
        assert answer.code == 0, answer.err
    return case


def test_a_document_is_listed_with_its_title_and_shown(issued: str, zhuli: Zhuli) -> None:
    listed = zhuli("notice", "list", "--json").json["notices"]
    assert [one["title"] for one in listed] == ["辽宁省科学技术协会关于报送工作进展情况的通知"]
    shown = zhuli("notice", "show", NUMBER)
    assert shown.code == 0
    assert all(word in shown.out for word in (NUMBER, issued, "已印发", "编号登记", "文书（机关办公室）", "系统"))
    assert zhuli("notice", "show", "99").code == 5


def test_reprint_then_verify(issued: str, zhuli: Zhuli, tmp_path: Path) -> None:
    target = tmp_path / "补印.pdf"
    done = zhuli("notice", "reprint", NUMBER, "--out", target, "--as", CLERK)
    assert (done.code, "取自存档文件" in done.out) == (0, True)
    genuine = zhuli("notice", "verify", target)
    assert (genuine.code, "属实" in genuine.out) == (0, True)
    with target.open("ab") as file:
        file.write(b"\n%more\n")
    altered = zhuli("notice", "verify", target)
    assert altered.code == 7
    assert all(word in altered.out for word in ("不符", "文件内部的编号", "多半是另存", NUMBER))
    target.write_bytes(b"%PDF-1.4")
    unknown = zhuli("notice", "verify", target, "--json")
    assert (unknown.code, unknown.json["verdict"]) == (5, "unknown")
    assert zhuli("notice", "verify", tmp_path / "none.pdf").code == 5


def test_void_asks_for_a_reason_and_for_a_case_that_does_not_rest_on_it(issued: str, zhuli: Zhuli) -> None:
    assert zhuli("notice", "void", NUMBER, "--as", CLERK).code == 2
    resting = zhuli("notice", "void", NUMBER, "--reason", "有误", "--as", CLERK, "--json")
    assert (resting.code, resting.refusals) == (3, ["paper_in_force"])
    unseen = zhuli("notice", "void", NUMBER, "--reason", "有误", "--as", "法库县委经办")
    assert (unseen.code, "没有公文" in unseen.err) == (5, True), "he may not see the case: as if it were not there"
    assert zhuli("notice", "void", NUMBER, "--reason", "有误", "--as", DRAFTER, "--json").code == 4
    assert zhuli("case", "advance", issued, "terminate", "--opinion", "有误", "--as", HEAD).code == 0
    done = zhuli("notice", "void", NUMBER, "--reason", "内容有误", "--as", CLERK)
    assert (done.code, "内容有误" in done.out) == (0, True)
    ledger = zhuli("notice", "ledger")
    assert (ledger.code, "已作废" in ledger.out, "内容有误" in ledger.out) == (0, True, True)


def test_the_register_says_when_it_is_whole_and_when_it_is_not(issued: str, zhuli: Zhuli, office_home: Path) -> None:
    whole = zhuli("notice", "ledger", "--series", "辽科协发", "--year", "2018", "--json")
    assert whole.code == 0
    [series] = whole.json["series"]
    assert (series["first"], series["last"], series["count"], series["ok"]) == (1, 1, 1, True)
    assert zhuli("notice", "ledger", "--series", "别发").code == 5
    forget(office_home)
    broken = zhuli("notice", "ledger")
    assert (broken.code, "计数器却是 1" in broken.out) == (7, True)


def forget(home: Path) -> None:
    """Somebody takes the row of the number out of the database."""
    from zhuli_flow.bootstrap import open_office

    office = open_office(home)
    with office.database.write() as connection:
        connection.execute("DELETE FROM notice")
    office.database.close()


def test_before_any_number_the_register_is_empty(office_home: Path, zhuli: Zhuli) -> None:
    assert "还没有编过文号" in zhuli("notice", "ledger").out


def test_every_part_of_the_contract_is_there() -> None:
    names = set(notice.list_commands(None))  # type: ignore[arg-type]
    assert {"preview", "issue", "show", "list", "void", "reprint", "ledger", "check", "verify"} <= names
