"""What a clerk is told about a cell: where, what is wrong, what to do; and what is read without a word."""

from datetime import date, datetime, time

import pytest
from openpyxl.styles import numbers

from tests.workbooks.packing import code, edited, refusal, typed
from tests.workbooks.returns import AT, PARTS, sheet
from zhuli_flow.workbooks.form import NOT_APPLICABLE, Column, Part
from zhuli_flow.workbooks.form_reader import read
from zhuli_flow.workbooks.form_writer import write

FORM = sheet(
    Part("whole", "一", "1", "整数：", "int", "个", minimum=0),
    Part("amount", "一", "2", "金额：", "decimal", "万元", minimum=0, maximum=1_000_000),
    Part("words", "一", "3", "情况：", "text"),
    Part("list", "一", "4", "名称：", "names"),
    Part("whether", "一", "5", "是否：", "yes_no"),
    Part("which", "一", "6", "哪种：", "choice", choices=("国家级", "省级")),
    Part("day", "一", "7", "日期：", "date"),
    Part("needed", "一", "8", "必答：", "int", may_not_apply=False),
)
CELLS = {"whole": "C5", "amount": "C6", "words": "C7", "list": "C8", "whether": "C9", "which": "C10", "day": "C11"}
EMPTY = write(FORM, {}, AT)
CLEAR = "不清楚就留空"


def one(field: str, value: object):
    return read(FORM, typed(EMPTY, **{CELLS[field]: value}))


READ = [
    ("whole", 12, 12),
    ("whole", 12.0, 12),
    ("whole", "12", 12),
    ("whole", "　１２ ", 12),
    ("whole", "1,280", 1280),
    ("whole", "１，２８０", 1280),
    ("whole", "12.0", 12),
    ("whole", 0, 0),
    ("whole", "不适用 ", NOT_APPLICABLE),
    ("amount", 3460.5, "3460.5"),
    ("amount", 1280.1500000000001, "1280.15"),
    ("amount", "3,460.50", "3460.50"),
    ("amount", "-0", "0"),
    ("words", 2018, "2018"),
    ("words", " 两行\r\n文字 ", "两行\n文字"),
    ("list", "甲、乙；丙;丁\n戊", ["甲", "乙", "丙", "丁", "戊"]),
    ("list", "1.中国机械工程学会\n2、中国水产学会\n（3）《规划》", ["中国机械工程学会", "中国水产学会", "《规划》"]),
    ("whether", "是", True),
    ("whether", "否 ", False),
    ("whether", True, True),
    ("which", "省级", "省级"),
    ("day", date(2018, 5, 31), "2018-05-31"),
    ("day", datetime(2018, 5, 31), "2018-05-31"),  # noqa: DTZ001 - as a spreadsheet holds it
    ("day", "2018年5月31日", "2018-05-31"),
    ("day", "２０１８．５．３１", "2018-05-31"),
    ("day", "2018/5/31", "2018-05-31"),
]


@pytest.mark.parametrize(("field", "filled", "expected"), READ)
def test_is_read(field, filled, expected):
    told = one(field, filled)
    assert told.problems == ()
    assert told.values == {field: expected}
    assert told.cells[field] == CELLS[field]


TOLD = [
    ("whole", "约20", "应为整数，填的是“约20”"),
    ("whole", "若干", "应为整数，填的是“若干”"),
    ("whole", "20个", "应为整数，填的是“20个”"),
    ("whole", "②", "应为整数，填的是“②”"),
    ("whole", "1,28", "应为整数，填的是“1,28”"),
    ("whole", "1e3", "应为整数，填的是“1e3”"),
    ("whole", "无", "应为整数，填的是“无”"),
    ("whole", 12.5, "应为整数，填的是“12.5”"),
    ("whole", True, "应为整数，填的是“TRUE”"),
    ("whole", -3, "不得小于 0个，填的是“-3”"),
    ("whole", 1e30, "应为整数，填的是“1000000000000000000000000000000”"),
    ("whole", date(2018, 3, 2), "应为整数，填的是日期“2018-03-02”"),
    ("amount", "约2万", "应为数，填的是“约2万”"),
    ("amount", 2_600_000, "不得大于 1000000万元，填的是“2600000”"),
    ("words", "a\x0bb".replace("\x0b", "_x000B_"), "含有不可见的控制字符（U+000B）：“a�b”"),
    ("list", "无", "填的是“无”，会被当作一个名称"),
    ("whether", "对", "应为“是”或“否”，填的是“对”"),
    ("which", "市级", "应为 国家级、省级 之一，填的是“市级”"),
    ("day", "5月31日", "应为日期，填的是“5月31日”"),
    ("day", "2018-02-30", "应为日期，填的是“2018-02-30”"),
    ("day", 43251, "应为日期，填的是“43251”"),
    ("day", datetime(2018, 5, 31, 9), "应为日期，填的是“2018-05-31 09:00:00”"),  # noqa: DTZ001 - as above
    ("day", time(9), "应为日期，填的是“09:00:00”"),
    ("words", "#DIV/0!", "是出错的值“#DIV/0!”"),
    ("whole", "很长" * 40, f"应为整数，填的是“{'很长' * 20}…”"),
]


@pytest.mark.parametrize(("field", "filled", "message"), TOLD)
def test_is_told(field, filled, message):
    def fill(book):
        cell = book["填报表"][CELLS[field]]
        cell.number_format = numbers.FORMAT_GENERAL
        cell.value = filled

    told = read(FORM, edited(EMPTY, fill))
    (problem,) = told.problems
    assert (problem.place, problem.message) == (CELLS[field], message)
    assert problem.fix
    assert told.values == {}


def test_the_advice_for_a_number_tells_nought_from_blank_from_not_applicable():
    (problem,) = one("whole", "没有").problems
    assert problem.fix == "只填数字，不写单位和“约”；没有发生填 0，不适用填“不适用”，不清楚就留空"


def test_what_everybody_must_answer_cannot_be_not_applicable():
    (problem,) = read(FORM, typed(EMPTY, C12="不适用")).problems
    assert (problem.place, problem.message) == ("C12", "这一项都要填报，不能填“不适用”")


def test_every_problem_is_told_in_one_go_and_what_is_right_is_still_read():
    told = read(FORM, typed(EMPTY, C5="约20", C6="约3", C7="好"))
    assert [problem.place for problem in told.problems] == ["C5", "C6"]
    assert told.values == {"words": "好"}


def test_a_part_swallowed_by_a_merge_is_told_with_the_cell_that_swallowed_it():
    told = read(FORM, edited(EMPTY, lambda book: book["填报表"].merge_cells("C7:C8")))
    assert [(one.place, one.message) for one in told.problems] == [("C8", "与 C7 合并成了一格")]


def test_a_cell_merged_with_nothing_that_is_asked_is_read():
    def merge(book):
        book["填报表"]["C12"] = 7
        book["填报表"].merge_cells("C12:D12")

    assert read(FORM, edited(EMPTY, merge)).values == {"needed": 7}


def test_rows_put_in_between_move_the_cells_and_not_the_answers():
    def insert(book):
        page = book["填报表"]
        page.insert_rows(1, 2)
        page.insert_rows(9)
        page["C7"], page["C10"] = 5, "情况良好"

    told = read(FORM, edited(EMPTY, insert))
    assert told.problems == ()
    assert told.values == {"whole": 5, "words": "情况良好"}
    assert (told.cells["whole"], told.cells["words"]) == ("C7", "C10")


def test_a_column_put_in_between_moves_the_cells_and_not_the_answers():
    def insert(book):
        book["填报表"].insert_cols(3)
        book["填报表"]["D5"] = 5

    told = read(FORM, edited(EMPTY, insert))
    assert (told.values, told.cells["whole"]) == ({"whole": 5}, "D5")


def test_what_is_typed_beside_no_label_is_told_rather_than_lost():
    def insert(book):
        book["填报表"].insert_rows(9)
        book["填报表"]["C9"] = "中国水产学会"

    (problem,) = read(FORM, edited(EMPTY, insert)).problems
    assert (problem.place, problem.message) == ("C9", "“中国水产学会”不在任何项目内")


@pytest.mark.parametrize("edit", [
    lambda book: book["填报表"].delete_rows(6),
    lambda book: book["填报表"].__setitem__("B6", "总额："),
    lambda book: book["填报表"].__setitem__("C4", "数字"),
    lambda book: book["填报表"].move_range("B5:C5", rows=10),
])  # fmt: skip
def test_a_form_that_was_rebuilt_is_refused(edit):
    error = refusal(FORM, edited(EMPTY, edit))
    assert code(error) == "form_moved"
    assert "form export" in error.fix


def test_labels_that_are_the_same_are_told_apart_by_their_order():
    form = sheet(*PARTS[:7])
    told = read(form, typed(write(form, {}, AT), C9="甲", C11="乙"))
    assert told.values == {"p3b": ["甲"], "p4b": ["乙"]}


def test_another_form_version_or_case_is_refused_with_what_to_do():
    other_case, newer = sheet(*FORM.parts, case="TJ-2018-0003"), sheet(*FORM.parts[:-1], version="2019")
    assert "zhuli form import TJ-2018-0002 summary_return" in refusal(other_case, EMPTY).fix
    error = refusal(newer, EMPTY)
    assert code(error) == "form_version"
    assert "文件是 2018，现行 2019 已有改动" in error.message
    assert "zhuli form export" in error.fix


ROWS = sheet(
    Part("deals", "一", "1", "合同：", "rows", columns=(Column("what", "名称"), Column("sum", "金额", "int", "元")))
)


def test_rows_are_read_from_their_own_sheet_and_blank_ones_passed_over():
    def fill(book):
        book["明细1"]["A3"], book["明细1"]["B3"] = "轴承", "1,200"
        book["明细1"]["A6"] = "葡萄"

    told = read(ROWS, edited(write(ROWS, {}, AT), fill))
    assert told.problems == ()
    assert told.values == {"deals": [{"what": "轴承", "sum": 1200}, {"what": "葡萄"}]}


def test_a_wrong_cell_of_a_row_is_told_with_its_sheet_and_heading():
    told = read(ROWS, edited(write(ROWS, {}, AT), lambda book: book["明细1"].__setitem__("B4", "约3")))
    assert [(one.place, one.message) for one in told.problems] == [("明细1!B4", "“金额”应为整数，填的是“约3”")]


def test_rows_may_change_places_with_their_headings():
    def swap(book):
        page = book["明细1"]
        page["A2"], page["B2"], page["A3"], page["B3"] = page["B2"].value, page["A2"].value, 5, "轴承"

    assert read(ROWS, edited(write(ROWS, {}, AT), swap)).values == {"deals": [{"what": "轴承", "sum": 5}]}


@pytest.mark.parametrize("edit", [
    lambda book: book.remove(book["明细1"]),
    lambda book: book["明细1"].__setitem__("B2", "总额"),
])  # fmt: skip
def test_a_sheet_of_rows_that_is_gone_or_rebuilt_is_refused(edit):
    assert code(refusal(ROWS, edited(write(ROWS, {}, AT), edit))) == "form_moved"


def test_what_is_written_instead_of_rows_is_told():
    told = read(ROWS, typed(write(ROWS, {}, AT), C5="共三项"))
    assert [one.place for one in told.problems] == ["C5"]
