"""更正 is judged by what the act was judged by, registers included."""

from pathlib import Path

import pytest

from tests.services.staging import Stage, story

GUARDED = story(
    register="forms:\n -> registers:\n  same: {title: 同一标题, workflow: desk,"
    " where: [state is intake, subject is this.subject], columns: [case]}\nforms:\n",
    guard="submit: {title: 报送, from: draft, to: intake, by: county} -> submit: {title: 报送, from: draft, to: intake,"
    " by: county, when: [count of same == 0: 已有同题事项]}",
)


@pytest.fixture
def staged(tmp_path: Path) -> Stage:
    return Stage(tmp_path, text=GUARDED)


def test_a_condition_on_a_register_holds_after_a_correction(staged: Stage) -> None:
    first = staged.open(subject="甲题")
    staged.do(first, "submit", "县")
    second = staged.open(subject="乙题")
    staged.do(second, "submit", "县")
    assert staged.refused(second, "correct", "甲", subject="甲题", opinion="写错") == {"guard"}
    staged.do(second, "correct", "甲", subject="丙题", opinion="写错")
    assert staged.stored(second).case.fields["subject"] == "丙题"
