"""An act that changes what the act it needs was done for is told, unless the definition says what that rests on."""

from collections.abc import Sequence

import pytest

from tests.engine.desk import DESK
from zhuli_flow import bootstrap
from zhuli_flow.definitions import check
from zhuli_flow.services.administration import workflows

GRADED = DESK.replace(
    "events:\n",
    "events:\n"
    "  note: {title: 记录, from: review, to: same, by: head, fill: [amount!]}\n"
    "  grade: {title: 评定, from: review, to: same, by: office}\n"
    "  settle: {title: 核定, from: review, to: same, by: head, fill: [amount!], when: [fired grade: 尚未评定]}\n",
    1,
)


def hints(text: str) -> Sequence[str]:
    found = check.parse(text.encode(), "desk.yaml")
    assert found.problems == []
    return [one for one in check.hinted(found) if "在先" in one]


def test_it_is_told_at_the_act_that_is_undone() -> None:
    (told,) = hints(GRADED)
    assert "“核定”须“评定”在先，又填报或提交“金额”" in told
    line = next(number for number, one in enumerate(GRADED.split("\n"), 1) if one.startswith("  grade:"))
    assert told.startswith(f"desk.yaml:{line}：")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("to: same, by: office}\n  settle", "to: same, by: office, rests_on: [subject]}\n  settle"),
        ("when: [fired grade", "keeps: {grade: 核定金额不影响评定}, when: [fired grade"),
        ("when: [fired grade: 尚未评定]", "when: [not fired grade: 已经评定]"),
        ("fill: [amount!], when", "fill: [] , when"),
    ],
)
def test_what_says_otherwise_is_none(old: str, new: str) -> None:
    assert old in GRADED
    assert hints(GRADED.replace(old, new, 1)) == []


def test_what_only_a_later_step_gives_was_not_seen() -> None:
    text = GRADED.replace("note: {title: 记录, from: review", "note: {title: 记录, from: ruling")
    text = text.replace("settle: {title: 核定, from: review", "settle: {title: 核定, from: ruling")
    text = text.replace("fill: [subject, until?, amount?, experts?]", "fill: [subject, until?, experts?]")
    text = text.replace("fill: [amount]", "fill: [subject]")
    assert hints(text) == []


def test_no_shipped_workflow_has_such_an_act() -> None:
    found = workflows.check_files([bootstrap.bundle("workflows")])
    assert len(found) == 17
    assert [hint for one in found for hint in one.hints if "在先" in hint] == []
