"""What is written into a form is read back from it, whatever it is; and a form is always the same bytes."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workbooks.packing import as_excel_saves
from tests.workbooks.returns import AT, PARTS, filled, sheet
from zhuli_flow.workbooks.form import NOT_APPLICABLE, Column, Part
from zhuli_flow.workbooks.form_reader import read
from zhuli_flow.workbooks.form_writer import write

COLUMNS = (Column("what", "名称"), Column("sum", "金额", "decimal", "万元"), Column("on", "日期", "date"))
KINDS = (
    Part("whole", "一", "1", "整数：", "int", "个"),
    Part("amount", "一", "2", "金额：", "decimal", "万元"),
    Part("words", "一", "3", "情况：", "text"),
    Part("list", "二", "4", "名称：", "names"),
    Part("whether", "二", "5", "是否：", "yes_no", section="（一）甲"),
    Part("which", "二", "6", "哪种：", "choice", choices=("国家级", "省级"), section="（一）甲"),
    Part("day", "二", "7", "日期：", "date", section="（二）乙"),
    Part("table", "二", "8", "明细：", "rows", columns=COLUMNS, section="（二）乙"),
)

UNSEEN = "\ufffe\uffff\u115f\u1160\u2800\u3164\uffa0"
LETTERS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"), exclude_characters=UNSEEN
)
TEXT = st.text(st.one_of(LETTERS, st.sampled_from("=+-@_x00DA\n\"'&<>")), min_size=1, max_size=40)
WORDS = TEXT.map(lambda text: text.strip().strip("\u3000").strip()).filter(
    lambda text: text and text != NOT_APPLICABLE and not text[0].isspace() and not text[-1].isspace()
)
NAME = st.text(st.sampled_from("中国机械工程学会（甲）《》“”A·-"), min_size=2, max_size=12)
DECIMAL = st.decimals(min_value=-(10**9), max_value=10**9, places=2).map(lambda one: f"{one + 0:f}")
DAY = st.dates(min_value=datetime(1, 1, 1, tzinfo=UTC).date()).map(str)
ROW = st.fixed_dictionaries({"what": WORDS}, optional={"sum": DECIMAL.map(lambda text: text), "on": DAY})
ANSWERS = {
    "whole": st.integers(-(10**15) + 1, 10**15 - 1),
    "amount": DECIMAL,
    "words": WORDS,
    "list": st.lists(NAME, min_size=1, max_size=4),
    "whether": st.booleans(),
    "which": st.sampled_from(("国家级", "省级")),
    "day": DAY,
    "table": st.lists(ROW, min_size=1, max_size=3),
}
APART = st.just(NOT_APPLICABLE)
FORMS = st.fixed_dictionaries({}, optional={name: one | APART for name, one in ANSWERS.items()})


def same(value: object) -> object:
    """A decimal loses the noughts at its end in a spreadsheet; nothing else may change."""
    if isinstance(value, list):
        return [same(one) for one in value]
    if isinstance(value, dict):
        return {name: same(one) for name, one in value.items()}
    return value.rstrip("0").rstrip(".") if isinstance(value, str) and "." in value else value


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FORMS)
def test_what_is_written_is_read_back(values):
    form = sheet(*KINDS)
    told = read(form, write(form, values, AT))
    assert told.problems == ()
    assert same_all(told.values) == same_all(values)
    assert set(told.blank) == {part.field for part in KINDS} - set(values)


def same_all(values):
    return {name: same(value) for name, value in values.items()}


def test_the_whole_return_is_read_back():
    told = read(sheet(), write(sheet(), filled(), AT))
    assert len(PARTS) == 57
    assert (told.values, told.problems, told.blank) == (filled(), (), ())


def test_a_workbook_as_excel_saves_it_is_read_back():
    told = read(sheet(), as_excel_saves(write(sheet(), filled(), AT)))
    assert (told.values, told.problems) == (filled(), ())


def test_nothing_nought_and_not_applicable_are_three_answers():
    form = sheet(*KINDS[:3])
    told = read(form, write(form, {"whole": 0, "amount": NOT_APPLICABLE}, AT))
    assert told.values == {"whole": 0, "amount": NOT_APPLICABLE}
    assert told.blank == ("words",)


def test_the_same_form_gives_the_same_bytes():
    again = datetime(2018, 6, 18, 9, tzinfo=UTC)
    assert write(sheet(), filled(), AT) == write(sheet(), filled(), AT)
    assert write(sheet(), filled(), AT) != write(sheet(), filled(), again)


def test_no_name_of_a_person_or_program_and_no_time_but_the_given_one_is_in_the_file():
    with zipfile.ZipFile(io.BytesIO(write(sheet(), filled(), AT))) as archive:
        core = archive.read("docProps/core.xml").decode()
        times = {entry.date_time for entry in archive.infolist()}
    assert "creator" not in core
    assert "lastModifiedBy" not in core
    assert re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core) == ["2018-06-18T01:00:00Z"] * 2
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_the_digest_of_a_form_follows_what_is_asked_and_nothing_else():
    form = sheet()
    assert form.digest == replace(form, case="TJ-2018-0009", version="2019", unit_name="沈阳市科协").digest
    assert form.digest != sheet(replace(PARTS[0], unit="公顷"), *PARTS[1:]).digest


@pytest.fixture(scope="module")
def page():
    return openpyxl.load_workbook(io.BytesIO(write(sheet(), {}, AT)))["填报表"]


def test_the_sheet_has_the_columns_and_the_groups_of_the_printed_form(page):
    assert [page.cell(4, column).value for column in (1, 2, 3)] == ["类别", "内容", "数据"]
    merged = {str(one) for one in page.merged_cells.ranges}
    assert {"A5:A11", "A12:A66", "B12:C12"} <= merged
    assert page["B12"].value == "（一）围绕中心  服务大局"


def test_only_what_is_to_be_filled_in_is_unlocked(page):
    open_cells = {cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked}
    sections = 5
    assert page.protection.sheet
    assert len(open_cells) == 57
    assert len([row for row in range(5, page.max_row + 1) if page.cell(row, 2).value]) == 57 + sections
    assert all(place.startswith("C") for place in open_cells)


def test_every_cell_is_checked_as_one_types(page):
    checked = [
        cell for check in page.data_validations.dataValidation for one in check.sqref.ranges for cell in one.cells
    ]
    assert len(checked) == len(set(checked)) == 57
    kinds = {check.type for check in page.data_validations.dataValidation}
    assert kinds == {"custom", "list", "textLength"}
    (listed,) = (check for check in page.data_validations.dataValidation if check.type == "list")
    assert listed.formula1 == '"是,否,不适用"'


def test_it_prints_on_a4_as_wide_as_a_page_with_its_headings_on_every_page(page):
    setup = page.page_setup
    assert (int(setup.paperSize), setup.fitToWidth, setup.fitToHeight, setup.orientation) == (9, 1, 0, "portrait")
    assert page.print_title_rows == "$4:$4"
    assert page.print_area.replace("'", "").endswith("$A$1:$C$66")
    assert page.freeze_panes == "A5"


def test_the_hidden_sheet_cannot_be_shown_by_a_click():
    book = openpyxl.load_workbook(io.BytesIO(write(sheet(), {}, AT)))
    assert book["zhuli"].sheet_state == "veryHidden"
    assert book["zhuli"]["D1"].value == sheet().digest
