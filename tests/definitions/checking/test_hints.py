"""What is not wrong and yet seldom meant is told at its line, and stops nothing."""

import pytest

from tests.engine.desk import DESK
from zhuli_flow.definitions import check

ASKED = DESK.replace("basis: 测试\n", "basis: 测试\nyellow: {step: 2wd, whole_case: 5wd}\n")


SPARE = "parameters:\n  spare: {title: 备用, value: 3d, source: 测试}\n"


def hints(text: str) -> list[str]:
    found = check.parse(text.encode(), "desk.yaml")
    assert found.problems == []
    return check.hinted(found)


def without_return_hint(found: list[str]) -> list[str]:
    return [one for one in found if "“退回”" not in one]


@pytest.mark.parametrize(
    ("old", "new", "at", "expected"),
    [
        ("fields:\n", "fields:\n  idle: {title: 无人填}\n", "  idle:", "字段“idle”（无人填）没有任何操作填写"),
        ("roles:\n", f"{SPARE}roles:\n", "  spare:", "参数“spare”（备用）没有任何地方用到"),
        (
            "within: 5wd",
            "within: 2wd",
            "  intake:",
            "期限“受理期限”（2wd）不比转黄的提前量（2wd）长",
        ),
        (
            "suspend: {by",
            "suspend: {from: [intake], by",
            "  suspend:",
            "“挂起”的 from 中没有环节 review（审核）",
        ),
    ],
)
def test_this_is_told_at_its_line(old: str, new: str, at: str, expected: str) -> None:
    assert without_return_hint(hints(ASKED)) == []
    assert old in ASKED
    text = ASKED.replace(old, new, 1)
    (told,) = without_return_hint(hints(text))
    line = next(number for number, one in enumerate(text.split("\n"), 1) if one.startswith(at))
    assert told.startswith(f"desk.yaml:{line}：{expected}")


def test_a_step_that_cannot_be_returned_from_is_named() -> None:
    (told,) = hints(ASKED)
    assert "“退回”的 from 中没有环节 repair（补正）；有意如此的不必改" in told


def test_a_definition_with_problems_has_no_hints() -> None:
    found = check.parse(ASKED.replace("kind: initial", "kind: inital").encode(), "desk.yaml")
    assert found.problems
    assert check.hinted(found) == []


def test_a_short_limit_that_is_yellow_for_its_last_part_alone_is_none_to_tell() -> None:
    text = ASKED.replace("within: 5wd", "within: 2wd").replace("step: 2wd", "step: 2wd, at_most: 1/2")
    assert without_return_hint(hints(text)) == []
