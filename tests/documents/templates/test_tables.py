"""Tables that several papers print: what spans what, what is long, what is left for the hand."""

from typing import Any

import pytest

from zhuli_flow.documents.templates.catalog import NoticeKind
from zhuli_flow.documents.templates.kind import value_problems
from zhuli_flow.documents.templates.tables import BOXES, LONG, LONG_CELL, blocks, grouped, totalled


def group(text: str) -> dict[str, Any]:
    return {"kind": "group", "number": "", "text": text, "answers": []}


def heading(text: str) -> dict[str, Any]:
    return {"kind": "heading", "number": "", "text": text, "answers": []}


def label(text: str, *values: str, number: str = "", title: str = "数量", unit: str = "个") -> dict[str, Any]:
    answers = [{"number": "", "title": title, "value": value, "unit": unit} for value in values]
    return {"kind": "label", "number": number, "text": text, "answers": answers}


def test_a_group_begins_with_its_first_heading_and_each_heading_is_a_block() -> None:
    rows = [group("一、基本情况"), label("1.面积", "3", number="1"), group("二、总体"), heading("（一）联系")]
    rows += [label("2.对接", "1", number="2"), heading("（二）服务"), label("3.走访", "0", number="3")]
    found = blocks(rows)
    assert [(one["category"], one["opens"], one["heading"], one["span"]) for one in found] == [
        (("一、", "基本情况"), True, "", 1),
        (("二、", "总体"), True, "（一）联系", 2),
        ((), False, "（二）服务", 2),
    ]
    assert grouped(found)


def test_a_group_of_which_nothing_is_asked_is_not_printed() -> None:
    found = blocks([group("一、基本情况"), group("二、总体"), label("5.咨询", "1", number="5")])
    assert [one["category"] for one in found] == [("二、", "总体")]


def test_an_item_goes_from_its_number_to_the_next() -> None:
    rows = [label("1.数量", "1", number="1"), label("名称", "甲"), label("2.其他", "", number="2")]
    (block,) = blocks(rows)
    assert [(line["item"], line["ends"]) for line in block["lines"]] == [(True, False), (False, True), (True, True)]


def test_every_line_of_a_form_without_numbers_is_an_item_and_needs_no_first_column() -> None:
    found = blocks([label("推荐函日期", "2018-10-08"), label("主导产业", "陶瓷")])
    assert [(line["item"], line["ends"]) for line in found[0]["lines"]] == [(True, True), (True, True)]
    assert not grouped(found)


def answers(*values: str, **more: str) -> list[tuple[str, str, str, bool]]:
    ((line,),) = [block["lines"] for block in blocks([label("1.问", *values, number="1", **more)])]
    return [(one["title"], one["value"], one["unit"], one["blank"]) for one in line["answers"]]


def test_blank_and_nought_and_not_applicable_look_different() -> None:
    assert answers("") == [("", "", "个", True)]
    assert answers("0") == [("", "0", "个", False)]
    assert answers("不适用") == [("", "不适用", "", False)]


def test_a_question_of_yes_or_no_without_answer_has_boxes_to_tick() -> None:
    assert answers("", title="是否列入预算", unit="") == [("", BOXES, "", False)]
    assert answers("否", title="是否列入预算", unit="") == [("", "否", "", False)]


def test_several_answers_of_a_line_stand_under_their_titles() -> None:
    assert [one[0] for one in answers("1", "2")] == ["数量：", "数量："]


@pytest.mark.parametrize(("size", "rows"), [(LONG, 1), (LONG + 1, 2)])
def test_a_long_answer_takes_a_row_of_its_own(size: int, rows: int) -> None:
    (block,) = blocks([label("20.情况", "字" * size, number="20", title="")])
    assert block["span"] == rows
    assert block["lines"][0]["long"] is (rows == 2)


def test_a_figure_of_a_total_is_told_from_words_and_a_long_cell_from_a_short_one() -> None:
    columns = [{"key": "a"}, {"key": "b"}, {"key": "c"}]
    (row,) = totalled([{"a": "3460.50", "b": "甲" * (LONG_CELL + 1)}], columns)
    assert [cell["figure"] for cell in row["cells"]] == [True, False, False]
    assert [cell["long"] for cell in row["cells"]] == [False, True, False]
    assert row["long"]


def test_a_row_may_hold_rows_but_those_hold_none(memo: NoticeKind) -> None:
    flat = [{"value": "1"}, {"value": 2}]
    assert value_problems(memo, {**memo.sample, "table": [{"name": "甲", "answers": flat}]}, "") == []
    for deep in ([{"name": "甲", "answers": [{"answers": flat}]}], [{"name": ["甲"]}], [{"name": {"a": "b"}}]):
        (problem,) = value_problems(memo, {**memo.sample, "table": deep}, "")
        assert problem.code == "variable.type"
