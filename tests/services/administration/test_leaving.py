"""People who leave: what was handed to them falls back to who gave it, and what they had open is named."""

from pathlib import Path

import pytest

from tests.services.staging import Stage
from zhuli_flow.services.administration import directory, doctor, leaving
from zhuli_flow.services.cases import worklist
from zhuli_flow.services.history import verify


def imported(stage: Stage, text: str) -> list[str]:
    path = Path(stage.office.home) / "名录.yaml"
    path.write_text(f"people:\n  {text}\n", encoding="utf-8")
    told = directory.import_file(stage.office, path)
    return [one.what for one in told.open_work or ()]


LEFT = "{title: 离职, organisation: 省科协, roles: [], active: false}"


@pytest.mark.parametrize("how", ["transfer", "delegate"])
def test_work_handed_to_one_who_left_is_the_givers_again(stage: Stage, how: str) -> None:
    case = stage.walk(stage.open(), "intake")
    stage.do(case, how, "甲", person="乙")
    assert stage.refused(case, "accept", "甲")
    (what,) = imported(stage, f"乙: {LEFT}")
    assert "由甲交办" in what
    stage.do(case, "accept", "甲")
    letters = [one.text for one in worklist.messages(stage.office, "甲")]
    assert any("乙已不在岗" in text for text in letters)
    assert not verify.faults(stage.office)


def test_what_was_passed_on_stays_with_whom_it_was_passed_to(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    stage.do(case, "transfer", "甲", person="乙")
    stage.do(case, "transfer", "乙", person="丙")
    imported(stage, f"乙: {LEFT}")
    assert stage.refused(case, "accept", "甲") == {"transferred_away"}
    stage.do(case, "accept", "丙")


def test_the_last_holder_of_a_role_leaves_a_case_that_nobody_can_take_on(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    imported(stage, f"甲: {LEFT}")
    (stuck,) = leaving.stuck(stage.office)
    assert stuck.case == case
    check = next(one for one in doctor.home(stage.office) if one.title == "办理人员")
    assert (check.state, case in check.detail) == ("hint", True)
    assert stage.refused(case, "urge", "县") == {"nobody_to_urge"}


def test_who_may_urge_hands_to_another_what_nobody_can_take_on(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    assert stage.refused(case, "transfer", "县", person="乙") >= {"no_role"}
    imported(stage, f"甲: {LEFT}")
    stage.do(case, "transfer", "县", person="乙")
    stage.do(case, "accept", "乙")
    assert stage.stored(case).case.state == "review"


def test_an_act_that_leads_to_where_nobody_is_says_so(stage: Stage) -> None:
    imported(stage, f"甲: {LEFT}")
    case = stage.open()
    told = stage.do(case, "submit", "县")
    assert [one.code for one in told.warnings] == ["nobody_holds"]


def test_a_signature_after_which_nobody_is_left_to_sign_says_so(stage: Stage) -> None:
    imported(stage, f"领导: {LEFT}")
    case = stage.walk(stage.open(), "review")
    told = stage.do(case, "agree", "甲", amount="6")
    assert [one.code for one in told.warnings] == ["nobody_holds"]


def test_nobody_leaves_and_nothing_is_told(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    stage.do(case, "transfer", "甲", person="乙")
    assert imported(stage, "丁: {title: 新来, organisation: 省科协, roles: [office]}") == []
    assert stage.stored(case).case.assignments


def test_an_added_signer_who_left_is_named_and_taken_out(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    stage.do(case, "agree", "甲", amount="6")
    stage.do(case, "add_signer", "甲", person="乙", opinion="请会签")
    imported(stage, f"乙: {LEFT}")
    told = stage.do(case, "agree", "领导")
    assert [one.because for one in told.warnings] == ["下一步须由乙办理，名录中没有人担任"]
    assert leaving.stuck(stage.office) == []  # it can still be sent to be completed
    stage.do(case, "drop_signer", "甲", person="乙", opinion="已离职")
    stage.do(case, "agree", "甲")
    assert stage.stored(case).case.state == "ruling"


def test_what_falls_back_is_not_left_without_hands(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    stage.do(case, "transfer", "甲", person="乙")
    path = Path(stage.office.home) / "名录.yaml"
    path.write_text(f"people:\n  乙: {LEFT}\n", encoding="utf-8")
    told = directory.import_file(stage.office, path)
    assert not told.unattended
    assert [one.case for one in told.open_work or ()] == [case]
