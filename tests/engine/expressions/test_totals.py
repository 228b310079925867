"""Decisions on names, and the change from one figure to another, without any office."""

import pytest

from zhuli_flow.engine.expressions.totals import Change, Decided, Figure, change

RULINGS = [
    {"name": "中国机诫工程学会", "same_as": "中国机械工程学会"},
    {"name": "中国机械工程学会", "same_as": "中国机械工程学会（CMES）", "same": None},
    {"name": "中国水产学会", "same_as": "辽宁省水产学会", "same": False},
    {"name": "", "same_as": "中国金属学会"},
]


def test_what_is_one_with_one_is_one_with_the_other_under_the_last_name() -> None:
    decided = Decided(RULINGS)  # type: ignore[arg-type]
    assert decided.key("中国机诫工程学会") == decided.key("《中国机械工程学 会》")
    assert decided.shown("中国机诫工程学会") == "中国机械工程学会（CMES）"
    assert decided.shown("中国机械工程学会（CMES）") == "中国机械工程学会（CMES）"


def test_names_told_apart_stay_apart_and_half_a_row_says_nothing() -> None:
    decided = Decided(RULINGS)  # type: ignore[arg-type]
    assert decided.apart() == {frozenset({"中国水产学会", "辽宁省水产学会"})}
    assert decided.shown("中国金属学会") == "中国金属学会"


def test_names_decided_in_a_circle_are_one_all_the_same() -> None:
    decided = Decided(
        [{"name": "甲", "same_as": "乙"}, {"name": "乙", "same_as": "丙"}, {"name": "丙", "same_as": "甲"}]
    )
    assert len({decided.key(name) for name in "甲乙丙"}) == 1


@pytest.mark.parametrize("rows", [None, "字", [], ["字", None, {}]])
def test_without_decisions_every_name_stands_as_it_is(rows: object) -> None:
    assert Decided(rows).shown("甲 ") == "甲 "  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (15, 12, Change(3, "25.0")),
        ("1280.50", "2561", Change("-1280.5", "-50.0")),
        (0, 3, Change(-3, "-100.0")),
        (3, 0, Change(3, None)),
        (2, 2, Change(0, "0.0")),
        (["甲", "乙"], ["丙"], Change(1, None)),
        ("是 2 家", "是 1 家", None),
        (None, 2, None),
        (2, None, None),
    ],
)
def test_a_change_is_told_in_number_and_per_cent_of_before(now: object, before: object, told: Change | None) -> None:
    assert change(Figure(now), Figure(before)) == told  # type: ignore[arg-type]
    assert change(Figure(now), None) is None  # type: ignore[arg-type]
