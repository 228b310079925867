"""A form of a case as a spreadsheet: what the definition asks of this unit goes out, what it answered comes in."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from tests.services.staging import Stage, story
from zhuli_flow.errors import InvalidInput, NotFound, RulesRefused
from zhuli_flow.services.cases.attachments import keep
from zhuli_flow.services.forms.spreadsheet import export_form, import_form, read_form, takers
from zhuli_flow.workbooks.xlsx_package import MAX_FILE

TEXT = story(
    a="  amount: {title: 金额, type: int}\n ->   amount: {title: 金额, type: int}\n"
    "  talks: {title: 咨询次数, type: int, unit: 次, min: 0, may_be: not_applicable}\n"
    "  area: {title: 面积, type: decimal, unit: 平方公里, only: applicant.kind is county}\n"
    "  hidden: {title: 学会的事, type: int, only: applicant.city is '大连市'}\n"
    "  names: {title: 对接学会, type: names, at_least: 2}\n"
    "  deals: {title: 合同, type: rows, columns: {what: {title: 名称}, sum: {title: 金额, type: int, unit: 元}}}\n"
    "  rules: {title: 细则, type: file, accept: [pdf], max_mb: 1}\n",
    b="from: draft, to: intake, by: county} -> from: draft, to: intake, by: county, fill: [report]}",
    c="forms:\n -> forms:\n  report:\n    title: 统计表\n"
    "    fields: [talks, area?, hidden?, names?, deals?, rules?, experts?]\n",
)
CELLS = {"talks": "C5", "area": "C6", "names": "C7", "deals": "C8", "experts": "C9"}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "home", text=TEXT)


@pytest.fixture
def case(stage: Stage) -> str:
    return stage.open()


def filled(stage: Stage, case: str, place: Path, **cells: object) -> Path:
    """The exported form with these cells filled in."""
    book = openpyxl.load_workbook(io.BytesIO(export_form(stage.office, case, "report")))
    for where, value in cells.items():
        book["填报表"][where] = value
    book.save(place)
    return place


def submit(stage: Stage, case: str, file: Path, **more: object):
    return import_form(stage.office, case, "report", file, "submit", "县", **more)  # type: ignore[arg-type]


def test_only_what_is_asked_of_this_unit_is_on_the_form_and_files_are_named_apart(stage, case):
    page = openpyxl.load_workbook(io.BytesIO(export_form(stage.office, case, "report")))["填报表"]
    labels = [page.cell(row, 2).value for row in range(5, page.max_row + 1)]
    assert labels == ["咨询次数", "面积", "对接学会", "合同", "专家组"]
    assert page["A2"].value == "（另交文件：细则）"
    assert page["C9"].value == "专家"


def test_the_same_case_at_the_same_time_gives_the_same_file(stage, case):
    assert export_form(stage.office, case, "report") == export_form(stage.office, case, "report")


def test_the_events_that_take_the_form_now_are_known(stage, case):
    assert takers(stage.office, case, "report") == ("submit",)
    stage.do(case, "submit", "县", talks=3)
    assert takers(stage.office, case, "report") == ()


def test_what_is_filled_in_is_what_the_case_holds_after_the_act(stage, case, tmp_path):
    file = filled(stage, case, tmp_path / "表.xlsx", C5="不适用", C6="1,280.50", C7="甲学会\n乙学会")
    done = submit(stage, case, file)
    fields = stage.stored(case).case.fields
    assert done.outcome.to == "intake"
    assert (fields["talks"], fields["area"], fields["names"]) == ("不适用", "1280.50", ["甲学会", "乙学会"])


def test_the_same_file_twice_is_one_act(stage, case, tmp_path):
    file = filled(stage, case, tmp_path / "表.xlsx", C5=3)
    first = submit(stage, case, file)
    seq = stage.stored(case).seq
    assert submit(stage, case, file).outcome == first.outcome
    assert stage.stored(case).seq == seq


def test_the_same_file_after_a_return_is_taken_with_a_request_id_of_its_own(stage, case, tmp_path):
    file = filled(stage, case, tmp_path / "表.xlsx", C5=3)
    submit(stage, case, file)
    stage.do(case, "return", "甲", to="draft")
    assert submit(stage, case, file).outcome.version == 2  # what was done first; the case has moved on since
    assert submit(stage, case, file, request_id="again").outcome.version == 4


def test_a_dry_run_tells_and_saves_nothing(stage, case, tmp_path):
    file = filled(stage, case, tmp_path / "表.xlsx", C5=3)
    seq = stage.stored(case).seq
    assert submit(stage, case, file, dry_run=True).outcome.seq is None
    assert stage.stored(case).seq == seq


def test_what_the_definition_refuses_is_told_at_its_cell(stage, case, tmp_path):
    file = filled(stage, case, tmp_path / "表.xlsx", C5=-1, C6="不适用", C7="甲学会", C9="无此人")
    told = {one.place: one.message for one in read_form(stage.office, case, "report", file).problems}
    assert told == {
        "C5": "不得小于 0次，填的是“-1”",
        "C6": "这一项都要填报，不能填“不适用”",
        "C7": "至少填写 2 项，填了 1 项",
        "C9": "名录中没有“无此人”，请先登记",
    }
    with pytest.raises(InvalidInput, match="有 4 处填写有误，未作任何改动"):
        submit(stage, case, file)


def test_a_name_given_twice_is_told_at_its_cell(stage, case, tmp_path):
    file = filled(stage, case, tmp_path / "表.xlsx", C7="甲学会、乙学会、甲学会")
    (problem,) = read_form(stage.office, case, "report", file).problems
    assert (problem.place, problem.message) == ("C7", "重复填写：甲学会")


def test_a_name_with_a_mark_of_separation_in_it_comes_back_whole(stage, tmp_path):
    case = stage.open(experts=["专家"])
    stage.do(case, "submit", "县", talks=3, names=["《轴承、葡萄》研究会", "联盟"])
    file = filled(stage, case, tmp_path / "表.xlsx")
    assert read_form(stage.office, case, "report", file).values["names"] == ["《轴承、葡萄》研究会", "联盟"]


def test_a_blank_takes_nothing_back_and_is_named(stage, case, tmp_path):
    file = filled(stage, case, tmp_path / "表.xlsx", C5=3, C9=None)
    assert submit(stage, case, file).unchanged == ("experts",)
    assert stage.stored(case).case.fields["experts"] == ["专家"]


def test_a_required_part_left_blank_is_refused_by_the_rules(stage, case, tmp_path):
    with pytest.raises(RulesRefused) as caught:
        submit(stage, case, filled(stage, case, tmp_path / "表.xlsx", C6=3))
    assert {one.code for one in caught.value.refusals} == {"missing_field"}


def test_a_file_goes_with_the_form(stage, case, tmp_path):
    paper = tmp_path / "细则.pdf"
    paper.write_bytes(b"%PDF-1.4\n%%EOF\n")
    kept = keep(stage.office, case, [("rules", paper)])
    submit(stage, case, filled(stage, case, tmp_path / "表.xlsx", C5=3), kept=kept)
    assert stage.stored(case).case.fields["rules"]["filename"] == "细则.pdf"


def test_a_csv_is_taken_with_the_same_checks(stage, case, tmp_path):
    file = tmp_path / "表.csv"
    file.write_bytes("咨询次数,约20\n面积,12.5\n".encode("gb18030"))
    reading = read_form(stage.office, case, "report", file)
    assert [(one.place, one.message) for one in reading.problems] == [("B1", "应为整数，填的是“约20”")]
    assert reading.values == {"area": "12.5"}


def test_an_unknown_case_form_or_file_is_told_as_such(stage, case, tmp_path):
    with pytest.raises(NotFound, match="没有事项"):
        export_form(stage.office, "WB-2018-9999", "report")
    with pytest.raises(NotFound, match="没有表单“other”"):
        export_form(stage.office, case, "other")
    with pytest.raises(NotFound, match="没有文件"):
        read_form(stage.office, case, "report", tmp_path / "none.xlsx")
    with pytest.raises(InvalidInput, match="不能读取"):
        read_form(stage.office, case, "report", tmp_path)


def test_a_file_without_end_is_read_no_further_than_the_limit(stage, case, tmp_path):
    place = tmp_path / "大.xlsx"
    with place.open("wb") as file:
        file.truncate(MAX_FILE * 100)
    with pytest.raises(InvalidInput, match="超过 5 MB"):
        read_form(stage.office, case, "report", place)


@pytest.mark.parametrize("text", ["", "编号,内容\n", "编号,内容\n1,\n"])
def test_a_file_that_says_nothing_moves_nothing(stage, case, tmp_path, text):
    file = tmp_path / "空.csv"
    file.write_text(text)
    before = stage.everything()
    with pytest.raises(InvalidInput, match="没有一项填报内容"):
        submit(stage, case, file)
    assert stage.everything() == before
