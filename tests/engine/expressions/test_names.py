"""Names that may be one are pointed out; what is plainly another is not; either in time."""

import random

import pytest

from zhuli_flow.engine.expressions import names
from zhuli_flow.engine.expressions.names import alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中国机械工程学会", "中国机械工程学"),
        ("中国机械工程学会", "中国机诫工程学会"),
        ("中国机械工程学会", "中国机工械程学会"),
        ("中国机械工程学会", "中国机械工程协会"),
        ("中国汽车工程学会", "中国汽车工程学会（SAE）"),
        ("辽宁机械工程学会", "辽宁省机械工程学会"),
        ("机械工程学会", "辽宁省机械工程学会"),
        ("轴承寿命提升项目", "轴承寿命提高项目"),
        ("大连市轴承寿命提升项目", "轴承寿命提升项目"),
        ("《关于加快轴承产业发展的建议》", "加快轴承产业发展建议"),
        ("大连轴承会企联合体", "大连轴承产业会企联合体"),
    ],
)
def test_a_name_left_short_or_mistyped_is_pointed_out(one: str, other: str) -> None:
    assert alike([one, "中国水产学会", other]) == [(one, other)]
    assert alike([other, one]) == [(other, one)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中国机械工程学会", "辽宁省机械工程学会"),
        ("沈阳市机械工程学会", "辽阳市机械工程学会"),
        ("沈阳创新驱动助力工程实施方案", "大连创新驱动助力工程实施方案"),
        ("辽宁省植物保护学会", "辽宁省植物生理学学会"),
        ("中国化学会", "中国药学会"),
        ("中国化工学会", "中国化学会"),
        ("中国畜牧兽医学会", "中国兽医学会"),
        ("中国机械工程学会", "中国汽车工程学会"),
        ("科普讲座第1期", "科普讲座第2期"),
        ("科普讲座第一期", "科普讲座第二期"),
        ("2017年工作总结", "2018年工作总结"),
        ("轴承项目（一期）", "轴承项目（二期）"),
        ("轴承项目（沈阳）", "轴承项目（大连）"),
        ("轴承项目A", "轴承项目B"),
        ("上半年调研报告", "下半年调研报告"),
    ],
)
def test_what_is_told_apart_by_place_level_number_or_subject_is_not(one: str, other: str) -> None:
    assert alike([one, other]) == []


def test_what_differs_in_width_spaces_and_marks_only_is_one_name_already() -> None:
    assert alike(["中国机械工程学会", "中国机械工程学 会", "《中国机械工程学会》"]) == []


@pytest.mark.parametrize("shape", ["中国{}学会", "关于{}产业技术创新发展的调研报告", "科普活动第{}期"])
def test_of_two_thousand_names_only_a_few_thousand_pairs_are_compared(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw, characters = (
        random.Random(1),
        "机械工程轴承海洋装备水产农业园艺化工冶金电子信息材料能源环境医药食品纺织建筑交通",
    )
    words = ["".join(draw.choices(characters, k=draw.randint(3, 6))) for _ in range(2000)]
    compared: list[bool] = []
    judge = names._may_be_one
    monkeypatch.setattr(names, "_may_be_one", lambda one, other: compared.append(True) or judge(one, other))
    alike([shape.format(number if "第" in shape else word) for number, word in enumerate(words)])
    assert len(compared) < 40_000  # of 2 million pairs


def test_what_is_no_name_is_passed_over() -> None:
    assert alike(["", "（）", "《》", "甲", "乙", "长" * 20_000, "长" * 19_999]) == []
