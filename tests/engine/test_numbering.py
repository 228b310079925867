"""The numbers an act takes stand in its Decision: of documents and of opened cases, after the last ones known."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from tests.engine.desk import COUNTY, DESK, Desk
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.decide import decide
from zhuli_flow.engine.model.decision import Command, Decision, NoticeOrder, Number
from zhuli_flow.engine.model.facts import Numbers
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.engine.numbering import Numbering

SERIES = "测函"
OPENING = DESK.replace(
    "issue: {notice: reply, series: 测函}",
    "issue: {notice: reply, series: 测函}, open: {workflow: desk, event: begin, set: {subject: reply.number}}",
).replace("to: draft, by: county", "to: draft, by: [county, system]")


def _answer(text: str = DESK, **numbers: Any) -> Decision:
    desk = Desk(text).to("ruling")
    question = desk.question("领导")
    facts = replace(question.facts, numbers=Numbers(**numbers))
    answer = decide(Question(question.workflow, question.case, question.actor, facts), Command("reply", opinion="同意"))
    assert isinstance(answer, Decision)
    return answer


def _paper(series: str | None = SERIES, **variables: str) -> NoticeOrder:
    return NoticeOrder("reply", series, (), variables)


def _changed(decision: Decision) -> Mapping[str, Any]:
    return {section: as_json(new) for section, _, _, new in decision.changes if section in {"notices", "links"}}


def test_a_decision_says_the_number_of_its_document_and_the_case_remembers_it() -> None:
    answer = _answer(last={(SERIES, 2018): 6, (SERIES, 2017): 99})
    assert answer.numbers == (Number(SERIES, 2018, 7),)
    kept = {"number": "测函〔2018〕7号", "n": 7, "signed_on": "2018-10-08"}
    assert _changed(answer) == {"notices": kept}
    assert dict(answer.notices[0].variables) == kept


def test_a_series_begins_where_the_office_says() -> None:
    assert _answer(first={SERIES: 901}).numbers == (Number(SERIES, 2018, 901),)
    assert _answer(first={SERIES: 901}, last={(SERIES, 2018): 901}).numbers == (Number(SERIES, 2018, 902),)


def test_an_opened_case_has_its_number_and_may_be_told_that_of_the_document() -> None:
    answer = _answer(OPENING, last={("case:WB", 2018): 4}, prefixes={"desk": "WB"})
    assert [(one.id, one.values) for one in answer.cases] == [
        ("WB-2018-0005", {"applicant": COUNTY.id, "subject": "测函〔2018〕1号"})
    ]
    assert answer.numbers == (Number(SERIES, 2018, 1), Number("case:WB", 2018, 5))
    assert dict(answer.after.section("links")) == {"WB-2018-0005": "reply"}


def test_a_case_that_is_being_opened_shares_its_number_with_no_other() -> None:
    answer = _answer(OPENING, prefixes={"desk": "WB"})  # this one is WB-2018-0001
    assert answer.cases[0].id == "WB-2018-0002"
    assert Number("case:WB", 2018, 1) not in answer.numbers


def test_a_workflow_that_is_not_in_use_gives_no_number() -> None:
    answer = _answer(OPENING)
    assert [one.id for one in answer.cases] == [""]
    assert answer.after.section("links") == {}


def test_documents_of_one_act_follow_each_other_year_by_year() -> None:
    facts = Desk(DESK).question("甲").facts
    numbering = Numbering(replace(facts, numbers=Numbers({(SERIES, 2018): 2})), "")
    papers = numbering.papers([_paper(), _paper(signed_on="2019-01-02"), _paper(None), _paper()])
    assert [one.variables.get("number") for one in papers] == [
        "测函〔2018〕3号",
        "测函〔2019〕1号",
        None,
        "测函〔2018〕4号",
    ]
    assert numbering.taken == [Number(SERIES, 2018, 3), Number(SERIES, 2019, 1), Number(SERIES, 2018, 4)]
