"""Tables out: exact, the same bytes each time, safe to open, and wide ones legible."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbooks.returns import AT
from zhuli_flow.workbooks.table import LONGEST, Heading, Table, to_csv, to_json, to_xlsx

HEADINGS = (
    Heading("case", "事项"),
    Heading("unit", "填报单位"),
    Heading("sum", "合同金额", "万元"),
    Heading("on", "报送日期"),
    Heading("late", "逾期"),
    Heading("names", "学会"),
)
ROW = {
    "case": "TJ-2018-0002",
    "unit": "大连市科协",
    "sum": Decimal("3460.50"),
    "on": date(2018, 6, 26),
    "late": False,
    "names": ["中国机械工程学会", "中国水产学会"],
}
TABLE = Table("统计表：一览", HEADINGS, [ROW, {"case": "TJ-2018-0003"}], ("应报 6、已报 1",))
DANGER = ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "=cmd|' /C calc'!A0"]


def page(table: Table):
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(table, AT))).active


def lines(table: Table) -> list[list[str]]:
    return list(csv.reader(io.StringIO(to_csv(table).decode("utf-8-sig"), newline="")))


def test_a_workbook_keeps_numbers_dates_and_texts_as_what_they_are():
    found = page(TABLE)
    assert [cell.value for cell in found[2]] == ["事项", "填报单位", "合同金额（万元）", "报送日期", "逾期", "学会"]
    assert [cell.value for cell in found[3]][:3] == ["TJ-2018-0002", "大连市科协", 3460.5]
    assert found["D3"].value.date() == date(2018, 6, 26)
    assert (found["E3"].value, found["F3"].value) == ("否", "中国机械工程学会\n中国水产学会")
    assert found["A5"].value == "应报 6、已报 1"
    assert found.title == "统计表：一览"


def test_a_workbook_is_ready_to_print_and_to_filter():
    wide = Table("宽表", tuple(Heading(f"c{n}", f"第{n}项") for n in range(57)), [])
    found = page(wide)
    assert (found.freeze_panes, found.auto_filter.ref, found.page_setup.orientation) == ("B3", "A2:BE2", "landscape")
    assert page(TABLE).page_setup.orientation == "portrait"
    assert page(TABLE).print_title_rows == "$1:$2"


def test_a_table_too_wide_for_a_page_goes_on_beside_it():
    row = {f"c{n}": "中国机械工程学会" for n in range(57)}
    found = page(Table("宽表", tuple(Heading(name, "学会") for name in row), [row]))
    assert found.page_setup.fitToWidth == 6
    assert found.print_title_cols == "$A:$A"


def test_a_csv_opens_without_garbling():
    assert to_csv(TABLE).startswith(b"\xef\xbb\xbf")
    assert lines(TABLE)[1] == [
        "TJ-2018-0002",
        "大连市科协",
        "3460.50",
        "2018-06-26",
        "否",
        "中国机械工程学会\n中国水产学会",
    ]
    assert lines(TABLE)[2] == ["TJ-2018-0003", "", "", "", "", ""]
    assert to_csv(TABLE).count(b"\r\n") == 3


@pytest.mark.parametrize("text", DANGER)
def test_a_text_that_looks_like_a_formula_stays_a_text(text):
    table = Table("表", (Heading("a", text),), [{"a": text}, {"a": [text]}])
    assert {line[0][0] for line in lines(table)} == {"'"}
    found = page(table)
    assert {found[place].data_type for place in ("A2", "A3", "A4")} == {"s"}


def test_a_number_below_nought_is_no_formula():
    assert lines(Table("表", (Heading("a", "数"),), [{"a": -5}, {"a": Decimal("-0.5")}]))[1:] == [["-5"], ["-0.5"]]


def test_json_is_exact_and_has_every_column_in_every_row():
    told = json.loads(to_json(TABLE))
    assert told["columns"][2] == {"name": "sum", "title": "合同金额", "unit": "万元"}
    assert told["rows"][0] == {**ROW, "sum": "3460.50", "on": "2018-06-26"}
    assert told["rows"][1] == dict.fromkeys(ROW) | {"case": "TJ-2018-0003"}
    assert told["notes"] == ["应报 6、已报 1"]


@pytest.mark.parametrize("write", [lambda table: to_xlsx(table, AT), to_csv, to_json])
def test_the_same_table_gives_the_same_bytes(write):
    assert write(TABLE) == write(TABLE)


def test_a_number_longer_than_a_spreadsheet_counts_is_kept_as_text():
    assert page(Table("表", (Heading("a", "号"),), [{"a": 210200199001011234}]))["A3"].value == "210200199001011234"


def test_a_text_longer_than_a_cell_says_that_it_goes_on():
    value = page(Table("表", (Heading("a", "文"),), [{"a": "长" * 40_000}]))["A3"].value
    assert len(value) == LONGEST
    assert value.endswith("……（全文见 JSON）")


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_can_be_written_everywhere(title, text):
    table = Table(title, (Heading("a", title),), [{"a": text}])
    found = page(table)["A3"].value
    assert (found or "").count("=") == text.count("=")
    assert len(lines(table)) == 2
    json.loads(to_json(table))


@pytest.mark.parametrize("rows", [[], [ROW], [ROW, {"case": "甲\n乙"}, ROW]])
def test_json_written_row_by_row_is_that_of_the_whole(rows: list[dict[str, object]]) -> None:
    table = Table("统计表", HEADINGS, rows, ("共 1 件",))
    told = json.loads(to_json(table))
    assert [one["case"] for one in told["rows"]] == [row["case"] for row in rows]
    assert to_json(table).decode() == json.dumps(told, ensure_ascii=False, indent=2) + "\n"
