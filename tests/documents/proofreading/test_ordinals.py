"""Numbers of paragraphs: gaps, repetitions, and the marks that belong to each level."""

import pytest

from zhuli_flow.documents.proofreading import ordinals


def test_a_number_that_would_follow_the_ninety_ninth_is_told_in_words():
    wrong, _ = list(ordinals.gaps("九十九、甲\n九十九、乙"))[-1]
    assert wrong.endswith("应为“一百、”")


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (["一、甲", "（一）乙", "（二）丙", "二、丁", "（一）戊"], 0),
        (["一、甲", "三、乙"], 1),
        (["（一）甲", "（三）乙"], 1),
        (["2.甲"], 1),
        (["一、甲", "1.乙", "2.丙", "二、丁", "1.戊"], 0),
        (["附件：1.甲", "2.乙"], 0),
        (["十、甲"], 1),
    ],
)
def test_numbers_of_a_level_follow_one_another(lines, count):
    assert len(list(ordinals.gaps("\n".join(lines)))) == count


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (["一、甲", "一、乙"], 1),
        (["一、甲", "二、乙", "二、丙"], 1),
        (["(一)甲", "(三)乙"], 1),
        (["1、甲", "2、乙", "4、丙"], 1),
        (["第一章 总则", "第三章 附则"], 1),
        (["第一条 甲", "第二条 乙", "第四条 丙"], 1),
        (["要做到：一是甲。三是乙。"], 1),
        (["一是甲。", "二是乙。", "四是丙。"], 1),
        (["一是甲。二是乙。", "一是丙；二是丁。"], 0),
        (["依据第三条办理"], 0),
        (["1.甲", "2.乙", "又一段", "1.丙", "2.丁"], 0),
        (["一是否可行"], 0),
        (["一、甲", "十十、乙", "三、丙"], 1),
        (["第一条 甲", "第十十条 乙", "第三条 丙"], 1),
        (["一是甲；三十十是乙"], 1),
    ],
)
def test_numbers_of_other_kinds_follow_one_another_too(lines, count):
    assert len(list(ordinals.gaps("\n".join(lines)))) == count


@pytest.mark.parametrize(
    ("line", "right"),
    [("一.甲", "一、"), ("（一）、甲", "（一）"), ("1、甲", "1."), ("（1）.甲", "（1）"), ("（一）.甲", "（一）")],
)
def test_another_mark_than_that_of_the_level_is_named(line, right):
    ((_, fix),) = ordinals.styles(line)
    assert right in fix


@pytest.mark.parametrize("line", ["一、甲", "（一）甲", "1.甲", "（1）甲", "1.5万元", "十几个"])
def test_the_marks_of_the_levels(line):
    assert list(ordinals.styles(line)) == []
