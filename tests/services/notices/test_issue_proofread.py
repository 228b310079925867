"""What may not be signed is refused in the act that orders it: no number is taken, every reason has its clause."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.homes import office_at
from zhuli_flow.engine.model.decision import Command, Refusal
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import RulesRefused
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.services.cases.outcome import Outcome
from zhuli_flow.services.notices import browse, number_register
from zhuli_flow.services.office import Office

DRAFTER, REVIEWER, HEAD, CLERK = "省科协学会学术部经办", "省科协办公室核稿人", "省科协主要负责人", "省科协办公室文书"
OTHER = "省委组织部负责人"
TEXT = {
    "genre_word": "通知",
    "subject": "关于报送示范区（县）工作进展情况",
    "series": "辽科协发",
    "addressees": "沈阳市科学技术协会",
    "paragraphs": "各示范区（县）工作进展情况报送事项通知如下：\n一、报送内容\n项目对接进展。\n请于季度末报送。",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with the sample directory, at 2018-10-08, a working day."""
    found = office_at(tmp_path / "home", sampled=True)
    yield found
    found.database.close()


@pytest.fixture(autouse=True)
def _not_read_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is proof-read on the way: what is wrong reaches the act that orders the document."""
    monkeypatch.setattr("zhuli_flow.services.notices.proofread.drafts", lambda *_: [])


def do(office: Office, case: str, event: str, person: str, **values: Any) -> Outcome:
    return advance(office, case, person, Command(event, values))


def checked(office: Office, **values: Any) -> str:
    """A document signed and checked: the next act numbers it."""
    given = {**TEXT, **values}
    case = open_case(office, "official_document", "辽宁省科学技术协会", DRAFTER, given).case
    do(office, case, "submit", DRAFTER)
    if "co_issuers" in values:
        do(office, case, "review_jointly", REVIEWER)
        do(office, case, "countersign", OTHER)
    else:
        do(office, case, "review", REVIEWER)
    do(office, case, "sign", HEAD)
    do(office, case, "check", CLERK)
    return case


def refused(office: Office, case: str) -> list[Refusal]:
    with pytest.raises(RulesRefused) as raised:
        do(office, case, "number", CLERK)
    return [one for one in raised.value.refusals if isinstance(one, Refusal)]


def test_a_document_in_order_is_numbered(office: Office) -> None:
    done = do(office, checked(office), "number", CLERK)
    assert done.warnings == ()
    [paper] = as_json(browse.listing(office))
    assert (paper["number"], paper["title"]) == ("辽科协发〔2018〕1号", "公文（通用）")


@pytest.mark.parametrize(
    ("values", "code", "told", "clause"),
    [
        ({"paragraphs": "请在××日前报送。"}, "paper_rule", "占位文字“××”", "本系统核稿要求"),
        ({"paragraphs": "以上意见，妥否，请批示。"}, "paper_rule", "夹带请示事项", "第十五条（四）"),
        ({"addressees": "张某某书记"}, "paper_rule", "领导个人", "第十五条（五）"),
        ({"paragraphs": "请\ue000报送。"}, "paper_glyph", "U+E000", ""),
    ],
)
def test_what_may_not_be_signed_is_refused_with_its_clause(
    office: Office, values: dict[str, str], code: str, told: str, clause: str
) -> None:
    case = checked(office, **values)
    found = refused(office, case)
    assert any(one.code == code and told in one.because and clause in one.clause for one in found), found
    assert as_json(browse.listing(office)) == []
    assert number_register.page(office).series == ()


def test_a_refused_document_gives_its_number_to_the_next(office: Office) -> None:
    bad = checked(office, paragraphs="请在××日前报送。")
    assert {one.code for one in refused(office, bad)} == {"paper_rule"}
    good = do(office, checked(office), "number", CLERK)
    assert good.notices[0].number == "辽科协发〔2018〕1号"
    [entry] = history(office, bad, "refused")
    assert entry["refusals"][0]["code"] == "paper_rule"


def test_what_only_warns_goes_on_record_and_lets_pass(office: Office) -> None:
    case = checked(office, co_issuers="中共辽宁省委组织部", paragraphs="联系电话：138" + "12345678。")
    done = do(office, case, "number", CLERK)
    assert [one.code for one in done.warnings] == ["paper_rule"]
    assert "手机号码" in str(done.warnings)
    assert "12345" not in str(done.warnings)


def test_a_value_that_is_wrong_and_a_kind_that_is_gone_are_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhuli_flow.engine.expressions.values.hidden", lambda _: "")  # filled in before it was refused
    case = checked(office, secrecy="秘密\u202e★1年", copy_number="000001")
    assert {one.code for one in refused(office, case)} == {"paper_incomplete"}
    (office.notices[0] / "document.yaml").unlink()
    assert "没有公文种类“document”" in refused(office, case)[0].because


def test_a_home_without_documents_has_nothing_to_be_read(office: Office) -> None:
    case = checked(office, paragraphs="请在××日前报送。")
    shutil.rmtree(office.notices[0])
    assert do(office, case, "number", CLERK).to == "numbered"


def history(office: Office, case: str, kind: str) -> list[dict[str, Any]]:
    with office.database.read() as connection:
        found = connection.execute(f"SELECT body FROM entry WHERE case_id = '{case}' AND kind = '{kind}'")
        return [json.loads(body) for (body,) in found]
