"""What may be declared void, asked of the law alone: the document's act, what came after it, and who asks."""

from dataclasses import replace

import pytest

from tests.engine.desk import DESK, Desk
from zhuli_flow.engine.voiding import Paper, Step, Voiding, judge, rests

PAPER = Paper(7, 3, "reply", "测函〔2018〕1号", "issued")
MOVE = Step(3, "move", "reply", moved=True)
TOLD = Step(3, "move", "reply")


def _asked(person: str = "领导", **other: object) -> Voiding:
    desk = Desk(DESK)
    desk.to("ruling").do("reply", "领导")
    asked = Voiding(desk.workflow, desk.case, desk.people[person], PAPER, (PAPER,), (TOLD,), "内容有误")
    return replace(asked, **other)  # type: ignore[arg-type]


def _codes(asked: Voiding) -> list[str]:
    return [one.code for one in judge(asked).refusals]


def test_a_document_that_only_told_something_may_be_void_at_once() -> None:
    verdict = judge(_asked())
    assert (verdict.refusals, verdict.capacity.role) == ((), "head")


def test_every_reason_is_told_at_once() -> None:
    paper = replace(PAPER, state="void")
    assert _codes(_asked("外人", paper=paper, reason=" ")) == ["already_void", "opinion_required", "no_role"]


@pytest.mark.parametrize(
    ("steps", "papers", "stands"),
    [
        ((TOLD,), (PAPER,), False),
        ((MOVE,), (PAPER,), True),
        ((MOVE, Step(4, "operation", "terminate")), (PAPER,), False),
        ((Step(2, "operation", "terminate"), MOVE), (PAPER,), True),
        ((MOVE,), (PAPER, Paper(8, 5, "reply", "", "ordered")), False),
        ((MOVE,), (PAPER, Paper(8, 5, "reply", "", "void")), True),
        ((MOVE,), (PAPER, Paper(8, 5, "letter", "", "issued")), True),
        ((MOVE,), (Paper(6, 2, "reply", "", "issued"), PAPER), True),
        ((replace(TOLD, drove=True),), (PAPER,), True),
        ((replace(MOVE, drove=True), Step(4, "operation", "terminate")), (PAPER,), True),
        ((), (PAPER,), False),
    ],
)
def test_the_course_of_a_case_rests_on_a_document(
    steps: tuple[Step, ...], papers: tuple[Paper, ...], stands: bool
) -> None:
    asked = _asked(steps=steps, papers=papers)
    assert rests(asked) is stands
    assert (_codes(asked) == ["paper_in_force"]) is stands


def test_a_document_of_the_systems_own_is_the_provinces_to_declare_void() -> None:
    own = _asked("甲", steps=(Step(3, "move", "expire"),))
    assert judge(own).refusals == ()
    assert _codes(replace(own, actor=Desk(DESK).people["县"])) == ["no_role"]
