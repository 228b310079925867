"""Cases that open and drive each other: in one transaction, all of it or nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.calls import CALL, PART, begin, called, issued
from tests.services.staging import Stage
from zhuli_flow.engine.history.entry import Driven
from zhuli_flow.errors import RulesRefused
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.history import verify
from zhuli_flow.store import cases


@pytest.fixture
def stage(home: Path) -> Iterator[Stage]:
    made = called(home)
    yield made
    assert verify.verify(made.office).ok
    assert upkeep.faults(made.office) == []
    made.office.database.close()


def states(stage: Stage) -> dict[str, str]:
    return dict(stage.table("SELECT id, state FROM cases ORDER BY id"))  # type: ignore[arg-type]


def why(stage: Stage, case: str, event: str, who: str, **given: str) -> list[str]:
    with pytest.raises(RulesRefused) as refused:
        stage.do(case, event, who, **given)
    return [one.because for one in refused.value.refusals]


def test_one_case_is_opened_for_each_organisation_of_the_list(stage: Stage) -> None:
    told = stage.do(begin(stage), "issue", "甲")
    assert told.cases == ("FB-2018-0001", "FB-2018-0002")
    first, second = (stage.stored(str(one)).case for one in told.cases)
    assert [first.applicant.id, second.applicant.id] == ["甲县政府", "乙县政府"]
    assert first.fields == {"call": "BZ-2018-0001", "subject": "总结"}
    assert stage.stored("BZ-2018-0001").case.section("links") == dict.fromkeys(told.cases, "issue")


def test_when_one_cannot_be_opened_none_is(stage: Stage) -> None:
    case = begin(stage, units="甲县政府、乙县政府、大学")
    assert why(stage, case, "issue", "甲") == ["为大学开启“分报”：“大学”的类别（）不在“分报”的申报范围"]
    assert states(stage) == {case: "draft"}
    stage.do(begin(stage, units="乙县政府"), "issue", "甲")
    assert states(stage) == {case: "draft", "BZ-2018-0002": "open", "FB-2018-0001": "blank"}  # no number is lost
    assert why(stage, begin(stage), "issue", "甲")[0].startswith("为乙县政府开启“分报”：")  # it has one already


def test_an_organisation_unknown_to_the_directory_is_refused_by_name(stage: Stage) -> None:
    with pytest.raises(RulesRefused) as refused:
        begin(stage, units="甲县政府、丁县政府")
    assert "机构名录中没有“丁县政府”" in refused.value.refusals[0].because


def test_a_case_drives_the_one_it_names(stage: Stage) -> None:
    case = issued(stage)
    told = stage.do("FB-2018-0001", "send", "县", amount="7", opinion="属实。")
    assert told.advanced == (Driven(case, "hear"),)
    assert stage.stored(case).case.fields["told"] == 7
    [(body,)] = stage.table(f"SELECT body FROM entry WHERE case_id = '{case}' AND event = 'hear'")
    assert b'"driven_by":{"case":"FB-2018-0001","event":"send"' in body
    assert "属实。".encode() in body
    assert not upkeep.faults(stage.office)


def test_when_the_driven_case_refuses_all_is_refused_with_its_reasons(stage: Stage) -> None:
    case = issued(stage)
    stage.do(case, "pick", "甲", first="FB-2018-0001")
    before = stage.stored(case).case
    assert why(stage, case, "hurry", "甲") == ["关联事项 FB-2018-0001（分报，甲县政府）：未填“金额”"]
    assert stage.stored(case).case == before
    assert stage.stored("FB-2018-0001").case.version == 1


def test_what_is_not_linked_or_of_another_workflow_cannot_be_driven(stage: Stage) -> None:
    case = issued(stage)
    assert why(stage, case, "hurry", "甲") == ["没有注明关联的 part 事项"]
    stage.do(case, "pick", "甲", first="FB-2018-0009")
    assert why(stage, case, "hurry", "甲") == ["没有事项“FB-2018-0009”"]
    stage.do(case, "pick", "甲", first=case)
    assert why(stage, case, "hurry", "甲") == [f"事项 {case} 是 call，不是 part"]


def test_every_case_of_a_register_is_driven(stage: Stage) -> None:
    case = issued(stage)
    stage.do("FB-2018-0001", "send", "县", amount="7")
    stage.do("FB-2018-0002", "send", "县乙", amount="12")
    stage.do(case, "sum_up", "甲")
    assert stage.stored(case).case.fields["total"] == 19
    assert states(stage) == {case: "closed", "FB-2018-0001": "locked", "FB-2018-0002": "locked"}


def test_an_act_that_drove_another_case_is_not_withdrawn(stage: Stage) -> None:
    issued(stage)
    stage.do("FB-2018-0001", "send", "县", amount="7")
    assert stage.stored("FB-2018-0001").case.section("marks")
    body = stage.table("SELECT body FROM entry WHERE case_id = 'FB-2018-0001' AND event = 'send'")[0][0]
    assert b'"reversible":false' in body


def test_the_same_request_drives_once(stage: Stage) -> None:
    case = issued(stage)
    first = stage.do("FB-2018-0001", "send", "县", amount="7", request="r")
    assert stage.do("FB-2018-0001", "send", "县", amount="7", request="r") == first
    assert stage.stored(case).case.section("counts")["hear"] == 1


def test_cases_do_not_drive_each_other_in_a_circle(home: Path) -> None:
    call = CALL.replace(
        "by: system, fill: [told!]}",
        "by: system, fill: [told!], advance: {case: first, workflow: part, event: again, if: first present}}",
    )
    again = "  again: {title: 再报, from: [blank, sent], to: same, by: system}\n  lock:"
    stage = called(home, call=call, part=PART.replace("  lock:", again))
    case = issued(stage)
    stage.do(case, "pick", "甲", first="FB-2018-0001")
    before = stage.everything()
    assert stage.refused("FB-2018-0001", "send", "县", amount="7") == {"driven_in_a_circle"}
    assert stage.stored(case).case.section("counts").get("hear") is None
    assert before != stage.everything()  # the refused attempt is recorded
    stage.do(case, "pick", "甲", first="FB-2018-0002")
    stage.do("FB-2018-0001", "send", "县", amount="7")
    assert stage.stored("FB-2018-0002").case.section("counts")["again"] == 1
    stage.office.database.close()


def test_the_store_finds_what_is_linked_by_workflow_state_and_field(stage: Stage) -> None:
    case = issued(stage)
    stage.do("FB-2018-0001", "send", "县", amount="7")
    with stage.office.database.read() as connection:
        found = [
            [one.case.id for one in cases.linked(connection, "part", states, "call", target)]
            for states, target in (((), case), (("sent",), case), (("sent", "blank"), case), ((), "BZ-2018-0009"))
        ]
        assert [one.case.id for one in cases.linked(connection, "call")] == [case]
    assert found == [["FB-2018-0001", "FB-2018-0002"], ["FB-2018-0001"], ["FB-2018-0001", "FB-2018-0002"], []]
