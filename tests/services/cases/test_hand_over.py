"""离职交接: what lies with one person goes to another in one act; what cannot go is named with the reason."""

import pytest

from tests.services.staging import Stage
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.cases import worklist
from zhuli_flow.services.cases.hand_over import hand_over


def test_everything_that_lies_with_one_is_the_others(stage: Stage) -> None:
    first, second = stage.walk(stage.open(), "intake"), stage.walk(stage.open(), "review")
    told = hand_over(stage.office, "甲", "乙", "离职")
    assert sorted((one.case, one.event, one.because) for one in told) == [
        (first, "transfer", ""),
        (second, "transfer", ""),
    ]
    assert worklist.todo(stage.office, "甲") == []
    assert {one.case for one in worklist.todo(stage.office, "乙")} == {first, second}
    stage.do(first, "accept", "乙")
    assert stage.refused(second, "agree", "甲", amount="1")


def test_what_was_delegated_goes_back_to_who_gave_it(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    stage.do(case, "delegate", "甲", person="乙")
    (told,) = hand_over(stage.office, "乙", "丙", "离职")
    assert (told.event, told.because) == ("hand_back", "")
    stage.do(case, "accept", "甲")


def test_a_duty_of_the_person_himself_stays_with_the_reason(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    (told,) = hand_over(stage.office, "专家", "外人", "离职")
    assert told.case == case
    assert "须本人办理" in told.because


def test_a_hand_over_needs_another_person_and_a_reason(stage: Stage) -> None:
    with pytest.raises(InvalidInput):
        hand_over(stage.office, "甲", "甲", "离职")
    with pytest.raises(InvalidInput):
        hand_over(stage.office, "甲", "乙", " ")
    stage.walk(stage.open(), "intake")
    with pytest.raises(NotFound):
        hand_over(stage.office, "甲", "没有此人", "离职")
    assert len(worklist.todo(stage.office, "甲")) == 1
