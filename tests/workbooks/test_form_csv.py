"""A form as CSV: two columns, whatever encoding an office saves in, with the checks of a workbook."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workbooks.packing import code, refusal
from tests.workbooks.returns import PARTS, sheet
from zhuli_flow.errors import InvalidInput
from zhuli_flow.workbooks.form import NOT_APPLICABLE, Column, Part
from zhuli_flow.workbooks.form_reader import read
from zhuli_flow.workbooks.xlsx_package import OLE

FORM = sheet(*PARTS[:15])
LINES = '编号,内容\r\n1a,"12,573.85"\r\n2.地方主导产业或特色产业：,轴承、装备\r\np5a,18\r\n6a,不适用\r\n\r\n7a,\r\n'
VALUES = {"p1a": "12573.85", "p2a": ["轴承", "装备"], "p5a": 18, "p6a": NOT_APPLICABLE}


def told(text: str):
    return read(FORM, text.encode(), "表.CSV")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_is_read_in(encoding):
    reading = read(FORM, LINES.encode(encoding), "表.csv")
    assert (reading.values, reading.problems) == (VALUES, ())
    assert reading.cells == {"p1a": "B2", "p2a": "B3", "p5a": "B4", "p6a": "B5"}
    assert "p7a" in reading.blank


@pytest.mark.parametrize(("text", "place", "message"), [
    ("5a,约20", "B1", "应为整数，填的是“约20”"),
    ("5a,=1+1", "B1", "是公式，请填数值"),
    ("5a,@SUM(A1)", "B1", "是公式，请填数值"),
    ("5a,-3", "B1", "不得小于 0次，填的是“-3”"),
    ("99z,1", "A1", "表中没有“99z”"),
    ("名称：,甲", "A1", "有几项都叫“名称：”"),
    ("5a,1\n5a,2", "A2", "“5a”在 B1 已经填过"),
])  # fmt: skip
def test_is_told(text, place, message):
    (problem,) = told(text).problems
    assert (problem.place, problem.message) == (place, message)
    assert problem.fix


def test_an_ambiguous_label_is_answered_with_the_numbers_to_choose_from():
    (problem,) = told("名称：,甲").problems
    assert problem.fix == "请改写编号：3b、4b、6b、7b、8b"


def test_a_text_marked_as_no_formula_is_read_without_the_mark():
    form = sheet(Part("words", "一", "1", "情况：", "text"))
    assert read(form, "1,'=甲".encode(), "a.csv").values == {"words": "=甲"}


def test_it_may_say_whose_form_it_is():
    assert told("事项,TJ-2018-0002\n表式版本,2018\n5a,1").values == {"p5a": 1}
    assert code(refusal(FORM, "事项,TJ-2018-0009\n5a,1".encode(), "a.csv")) == "form_case"
    assert code(refusal(FORM, "表式版本,2017\n5a,1".encode(), "a.csv")) == "form_version"


@pytest.mark.parametrize(("data", "expected"), [
    ("5a,1".encode("utf-16"), "file_kind"),
    (OLE + b"\0" * 8, "file_kind"),
    (b"5a,\xff\xff", "file_broken"),
    (b'5a,"1', "file_broken"),
    (b"5a,1,2", "file_columns"),
    (b"5a," + b"1" * (1 << 20), "file_too_big"),
    (b"5a," + b"1" * 200_000, "file_broken"),
])  # fmt: skip
def test_is_refused(data, expected):
    assert code(refusal(FORM, data, "a.csv")) == expected


def test_rows_do_not_fit_into_two_columns():
    form = sheet(Part("deals", "一", "1", "合同：", "rows", columns=(Column("what", "名称"),)))
    assert [one.place for one in read(form, "1,甲".encode(), "a.csv").problems] == ["B1"]


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(InvalidInput):
        assert set(read(FORM, data, "a.csv").values) <= {part.field for part in FORM.parts}


@pytest.mark.parametrize(("text", "line", "words"), [
    ("编号;内容\n5a;12", ["A1", "A2"], "半角分号"),
    ("编号\t内容\n5a\t12", ["A1", "A2"], "制表符"),
    ("编号，内容\n5a，12", ["A1", "A2"], "全角逗号"),
    ("编号,内容\n这不是表\n随便写的一行", ["A2", "A3"], "两栏"),
    ("编号,内容\n,12", ["A2"], "两栏"),
])  # fmt: skip
def test_a_line_that_is_not_two_columns_is_told(text, line, words):
    problems = told(text).problems
    assert [one.place for one in problems] == line
    assert all(one.code == "line_columns" and words in one.message for one in problems)


def test_a_number_without_a_value_is_a_blank():
    assert told("编号,内容\n5a,\n5a").problems == ()
