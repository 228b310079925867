"""Tables on paper and in fields: nothing is None on paper, nothing is a word where a field wants a number."""

import pytest

from zhuli_flow.definitions.check import load
from zhuli_flow.definitions.model.form_lines import Line, item_number
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.expressions.tables import FormLine, LineAnswer, kept, lines, on_paper

BOOK = """
workflow: small
version: "1"
title: 小
prefix: XX
applicant: {kinds: [county]}
roles: {county: {title: 区县, of: county}}
fields:
  budget:
    title: 经费
    type: rows
    columns: {item: {title: 项目}, amount: {title: 金额, type: decimal, unit: 万元}, paid: {title: 已付, type: yes_no}}
  names: {title: 名称, type: names}
  plan: {title: 计划, type: file}
forms:
  sheet: {title: 表, fields: [{group: 一、总体}, {label: 3．经费、名称：, fields: [budget?, names?]}, plan?]}
  short: {title: 短表, fields: [names?, plan?]}
states:
  draft: {title: 起草, kind: initial}
  done: {title: 办结, kind: final}
events:
  begin: {title: 开启, from: start, to: draft, by: county}
  end: {title: 办结, from: draft, to: done, by: county}
"""
ROWS = [{"item": "差旅", "amount": "2.50", "paid": True}, {"item": None, "amount": 3, "paid": None}]
FILE = {"filename": "计划.pdf", "sha256": "0", "size": 1, "type": "pdf"}


@pytest.fixture(scope="module")
def book() -> Workflow:
    return load(BOOK.encode(), "small.yaml")


def values(book: Workflow, form: str, *left_out: str) -> list[list[tuple[str, str]]]:
    answers = {"budget": ROWS, "names": ["甲", "乙"], "plan": FILE}
    found = lines(book, book.forms[form], answers, left_out)  # type: ignore[arg-type]
    return [[(one.number, one.value) for one in line.answers] for line in found]


def test_answers_are_told_in_words_under_the_numbers_people_know(book: Workflow) -> None:
    table = "项目差旅，金额2.50万元，已付是\n金额3万元"
    assert values(book, "sheet") == [[], [("3a", table), ("3b", "甲、乙")], [("3", "计划.pdf")]]


def test_a_form_without_printed_lines_has_one_for_each_field(book: Workflow) -> None:
    found = lines(book, book.forms["short"], {}, ())
    assert found[0] == FormLine("label", "1", "名称：", (LineAnswer("1", "名称", "", ""),))
    assert len(found) == 2


def test_a_line_of_which_nothing_is_asked_is_left_out(book: Workflow) -> None:
    assert values(book, "sheet", "plan") == [[], [("3a", values(book, "sheet")[1][0][1]), ("3b", "甲、乙")]]
    assert values(book, "short", "names", "plan") == []


@pytest.mark.parametrize(("text", "number"), [("12、人数", "12"), ("1.面积", "1"), ("名称：", ""), ("2018年", "")])
def test_the_number_of_a_line_is_the_one_it_begins_with(text: str, number: str) -> None:
    assert item_number(Line("label", text)) == number


def test_on_paper_a_blank_cell_is_empty_and_yes_is_a_word() -> None:
    assert on_paper(ROWS) == [  # type: ignore[arg-type]
        {"item": "差旅", "amount": "2.50", "paid": "是"},
        {"item": "", "amount": 3, "paid": ""},
    ]
    assert on_paper(["甲", "乙"]) == ["甲", "乙"]
    assert on_paper(None) is None


def test_a_field_keeps_words_in_columns_of_text_and_no_words_elsewhere(book: Workflow) -> None:
    rows = [{"item": 7, "amount": "不适用", "paid": True}, {"item": "不适用", "amount": 2, "paid": None}]
    assert kept(book.fields["budget"], rows) == [  # type: ignore[arg-type]
        {"item": "7", "amount": None, "paid": True},
        {"item": "不适用", "amount": 2, "paid": None},
    ]
    assert kept(book.fields["names"], ["甲"]) == ["甲"]
