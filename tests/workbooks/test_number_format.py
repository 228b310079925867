"""What a cell shows of the value it holds: another value than that is told, the same value in other dress is not."""

from datetime import date
from decimal import Decimal

import pytest

from tests.workbooks.returns import PARTS, sheet
from zhuli_flow.workbooks.cell_values import Cell, Unreadable, read_cell
from zhuli_flow.workbooks.form import Part
from zhuli_flow.workbooks.number_format import shows_date, shows_digits, shows_number, shows_text

FORM = sheet(*PARTS[:15])


@pytest.mark.parametrize(("held", "code", "shown"), [
    ("123456", "0!.0,", "12.3"),
    ("123456", "0\\.0,", "12.3"),
    ("123456", '0!.0,"万"', "12.3万"),
    ("123456", "0,", "123"),
    ("123456789", "0.0,,", "123.5"),
    ("0.5", "0%", "50%"),
    ("0.125", "0.0%", "12.5%"),
    ("12.345", "0.00", "12.35"),
    ("12.5", "0", "13"),
    ("0.4", "#", ""),
    ("5", ";;;", ""),
    ("5", '"不适用"', "不适用"),
    ("5", '0"0000"', "50000"),
    ("-5", "0;0", "5"),
    ("-5", "#,##0;[Red]#,##0", "5"),
    ("123456", "0.00E+00", "1.23E+5"),
    ("0.3", "# ?/?", "2/7"),
    ("150", '[>100]"多";0', "多"),
    ("7", '[>100]0', "########"),
])  # fmt: skip
def test_another_number_is_read_than_is_held(held, code, shown):
    assert shows_number(Decimal(held), code) == shown


@pytest.mark.parametrize(("held", "code"), [
    ("12.5", "General"),
    ("12.5", "G/通用格式"),
    ("12.5", "@"),
    ("12.5", "0.00########\"万人\""),
    ("12", '0"万元"'),
    ("-12", '0"万元"'),
    ("123456", "#,##0"),
    ("123", "00000"),
    ("123456", "[$¥-804]#,##0.00"),
    ("-5", "#,##0_);(#,##0)"),
    ("-5", "0.0_ ;[Red]\\-0.0\\ "),
    ("0.5", "# ?/?"),
    ("120000", "0.0E+00"),
    ("0", "0%"),
    ("20", '[>100]"多";0'),
    ("0", '#,##0;-#,##0;0'),
])  # fmt: skip
def test_the_same_number_in_other_dress_is_no_other(held, code):
    assert shows_number(Decimal(held), code) is None


def test_a_number_taken_as_text_is_told_by_its_noughts():
    assert shows_digits(Decimal(123), "00000") == "00123"
    assert shows_digits(Decimal(123), "General") is None


@pytest.mark.parametrize(("held", "code", "shown"), [
    ("12", '"约"@', "约12"),
    ("12", ";;;", ""),
    ("12", "0;0;0;@", None),
    ("12", "0.00", None),
    ("12", "General", None),
])  # fmt: skip
def test_a_text_can_be_shown_as_another(held, code, shown):
    assert shows_text(held, code) == shown


@pytest.mark.parametrize(("code", "shown"), [
    ("yyyy-mm-dd", None),
    ('yyyy"年"m"月"d"日"', None),
    ("[$-F800]dddd\\, mmmm dd\\, yyyy", None),
    ("m/d/yy h:mm", None),
    ("General", None),
    ('yyyy"年"m"月"', "没有日的日期"),
    ("h:mm", "没有年、月、日的日期"),
    ("yyyy", "没有月、日的日期"),
])  # fmt: skip
def test_a_date_without_its_day_is_told(code, shown):
    assert shows_date(code) == shown


def part(name: str) -> Part:
    return next(one for one in FORM.parts if one.field == name)


@pytest.mark.parametrize(("cell", "name", "words"), [
    (Cell(123456, format="0!.0,"), "p5a", "表上显示的是“12.3”，存的却是“123456”"),
    (Cell(0.5, format="0%"), "p1a", "表上显示的是“50%”，存的却是“0.5”"),
    (Cell("12\u200b"), "p5a", "含有不可见的控制字符（U+200B）：“12\ufffd”"),
    (Cell("轴\u202e承"), "p2a", "（U+202E）"),
])  # fmt: skip
def test_it_is_refused_in_the_cell(cell, name, words):
    with pytest.raises(Unreadable) as caught:
        read_cell(part(name), cell)
    assert words in str(caught.value)
    assert caught.value.fix


def test_a_date_that_hides_its_day_is_refused():
    with pytest.raises(Unreadable, match="没有日的日期"):
        read_cell(Part("day", "一", "1", "日期：", "date"), Cell(date(2018, 12, 20), format='yyyy"年"m"月"'))
