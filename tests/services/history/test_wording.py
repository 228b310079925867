"""What the flow sheet says of a signature and of a correction."""

from tests.services.staging import Stage
from zhuli_flow.engine.history.entry import Entry
from zhuli_flow.services.cases import view
from zhuli_flow.services.history.wording import corrections, vote


def told(stage: Stage, case: str) -> Entry:
    return view.history(stage.office, case)[-1].entry


def test_each_signature_says_what_it_was(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    stage.do(case, "agree", "甲", amount="6")
    assert vote(told(stage, case)) == "同意"
    stage.do(case, "agree", "领导", decline=True, opinion="时机未到")
    assert vote(told(stage, case)) == "不同意"
    stage.do(case, "agree", "甲", amount="6")
    stage.do(case, "agree", "领导")
    assert vote(told(stage, case)) == "同意"
    stage.do(case, "approve", "领导")
    assert vote(told(stage, case)) == ""


def test_a_correction_says_what_stood_there_and_what_stands_there_now(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    stage.do(case, "correct", "甲", subject="建两个站", opinion="笔误")
    assert list(corrections(told(stage, case), {"field/subject": "标题"})) == ["更正 标题：请示 → 建两个站"]
    assert list(corrections(Entry("move", "submit", "报送", "", changes=(("fields", "a", None, 1),)), {})) == []
