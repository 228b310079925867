"""Opening a case: by whom, for whom, with which number."""

import pytest

from tests.services.staging import Stage
from zhuli_flow.errors import NoRight, NotFound, RulesRefused
from zhuli_flow.services.cases.advance import open_case


def codes(refused: pytest.ExceptionInfo[RulesRefused]) -> set[str]:
    return {one.code for one in refused.value.refusals}


def test_cases_are_numbered_by_year_without_gaps(stage: Stage) -> None:
    assert [stage.open(), stage.open()] == ["WB-2018-0001", "WB-2018-0002"]
    with pytest.raises(RulesRefused):
        stage.open(subject="")
    assert stage.open() == "WB-2018-0003"
    assert stage.on("2019-01-02").open() == "WB-2019-0001"


def test_a_case_is_pinned_to_the_definition_it_was_opened_on(stage: Stage) -> None:
    from tests.services.staging import story

    first = stage.open()
    stage.take_into_use(story(a='version: "1" -> version: "2"'))
    second = stage.open()
    assert [stage.stored(one).case.definition_version for one in (first, second)] == ["1", "2"]
    stage.do(first, "submit", "县")
    assert stage.stored(first).case.definition_version == "1"


def test_only_the_applicant_s_own_county_opens(stage: Stage) -> None:
    with pytest.raises(NoRight) as refused:
        stage.open(person="县", applicant="乙县政府", experts="本县专家")
    assert codes(refused) == {"not_own"}
    assert stage.open(person="县乙", applicant="乙县政府", experts="本县专家")


def test_all_reasons_against_an_opening_are_told_at_once(stage: Stage) -> None:
    with pytest.raises(RulesRefused) as refused:
        stage.open(person="县", applicant="大学", experts="本县专家", until="明天", subject=" ")
    assert codes(refused) == {"wrong_applicant", "not_own", "bad_value", "missing_field"}


def test_a_dry_run_takes_no_number(stage: Stage) -> None:
    before = stage.everything()
    told = open_case(stage.office, "desk", "甲县政府", "县", {"subject": "请示"}, dry_run=True)
    assert (told.to, told.seq) == ("draft", None)
    assert stage.everything() == before


def test_there_is_no_such_workflow(stage: Stage) -> None:
    with pytest.raises(NotFound, match="没有流程“desks”") as told:
        open_case(stage.office, "desks", "甲县政府", "县")
    assert "文办" in told.value.fix
