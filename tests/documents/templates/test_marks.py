"""Which organs stand in a mark, and where a long name breaks."""

import pytest

from zhuli_flow.documents.templates import marks
from zhuli_flow.documents.templates.heads import Facts, compose

LONG = "辽宁省创新驱动助力示范区（县）创建工作领导小组"


def test_six_organs_stand_in_the_mark_and_of_more_the_lead_one_alone():
    organs = [f"某省第{n}厅" for n in "一二三四五六七"]
    assert marks.named(organs[:6], organs[1]) == organs[:6]
    assert marks.named(organs, organs[1]) == [organs[1]]
    assert marks.named(organs, "") == [organs[0]]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("辽宁省科学技术协会文件", ["辽宁省科学技术协会文件"]),
        (LONG + "文件", ["辽宁省创新驱动助力示范区（县）", "创建工作领导小组文件"]),
        ("甲" * 25, ["甲" * 12, "甲" * 13]),
    ],
)
def test_a_long_name_breaks_before_a_word_near_its_middle(text, lines):
    assert marks.lines(text) == lines


@pytest.mark.parametrize("layout", ["document", "letter", "minutes"])
def test_a_long_mark_is_set_in_two_lines_no_smaller_than_a_title(layout):
    head = compose(Facts(layout=layout, issuers=[LONG], title=["关于试验的通知"], number="某发〔2018〕1号"))
    red = [piece for piece in head.pieces if piece.kind == "mark"]
    assert len(red) == 2
    sizes = [
        float(part.split(": ")[1].removesuffix("mm"))
        for one in red
        for part in one.style.split("; ")
        if "font-size" in part
    ]
    assert min(sizes) > 7.7
