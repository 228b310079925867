"""Registers narrowed, ordered and handed on: the conditions, every workflow's own register, and the files."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.services.calls import CALL, PART, called, issued
from tests.services.staging import Stage
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.cases import view
from zhuli_flow.services.registers import pages, register
from zhuli_flow.services.registers.export import printed, to_bytes
from zhuli_flow.services.registers.filter import filtered, read, typed
from zhuli_flow.store.case_filter import Filter

PART_OF_MANY = PART.replace(
    "  amount: {title: 金额, type: int}",
    "  amount: {title: 金额, type: int, unit: 万元}\n  paid: {title: 已付, type: decimal}\n"
    "  day: {title: 签约日期, type: date}\n  whose: {title: 承办, type: names}\n  done: {title: 已验收, type: yes_no}",
).replace("fill: [amount]\n    advance", "fill: [amount, paid?, day?, whose?, done?]\n    advance")


@pytest.fixture
def stage(home: Path) -> Iterator[Stage]:
    made = called(home, part=PART_OF_MANY)
    yield made
    made.office.database.close()


def sent(stage: Stage) -> str:
    case = issued(stage)
    stage.do("FB-2018-0001", "send", "县", amount="7", paid="6.50", day="2018-10-01", whose="学会甲、学会乙", done="是")
    stage.do("FB-2018-0002", "send", "县乙", amount="12", whose="=HYPERLINK(1)")
    return case


def chosen(stage: Stage, *where: str, sort: str = "") -> list[str]:
    table = filtered(register.find(stage.office, "part"), where, sort)
    return [str(row["case"]).removeprefix("FB-2018-000") for row in table.rows]


def test_every_workflow_has_a_register_of_all_its_cases_with_lights_and_every_field(stage: Stage) -> None:
    sent(stage)
    table = register.find(stage.office, "part")
    assert (table.title, len(table.rows)) == ("分报台账", 2)
    assert [title for _, title in table.columns][:6] == ["事项编号", "单位", "市", "区县", "环节", "本环节"]
    assert {"call", "subject", "amount", "paid", "day", "whose", "done"} <= table.rows[0].keys()
    assert table.rows[0]["state"] == "已报"
    assert (table.types["amount"], table.units["amount"]) == ("int", "万元")


def test_a_register_shows_the_cases_that_a_list_of_cases_shows_with_the_same_lights(stage: Stage) -> None:
    issued(stage)
    stage.on("2018-10-20")
    listed = {line["case"]: line for line in as_json(view.listed(stage.office, Filter(workflow="call")))}
    rows = register.find(stage.office, "call").rows
    assert [(row["case"], row["light_step"]) for row in rows] == [("BZ-2018-0001", "红")]
    assert {name: line["light_step"]["word"] for name, line in listed.items()} == {"BZ-2018-0001": "红"}


def test_a_field_of_an_earlier_definition_keeps_its_column(stage: Stage) -> None:
    sent(stage)
    stage.take_into_use(
        PART_OF_MANY.replace('version: "1"', 'version: "2"')
        .replace("[call, subject]", "[call]")
        .replace("  subject: {title: 标题}\n", "  note: {title: 说明}\n")
    )
    table = register.find(stage.office, "part")
    assert dict(table.columns)["subject"] == "标题"
    assert [row["subject"] for row in table.rows] == ["总结", "总结"]
    assert [row["note"] for row in table.rows] == [None, None]


@pytest.mark.parametrize(
    ("where", "sort", "pushed"),
    [
        ((), "", True),
        (("单位=甲县政府",), "", True),
        (("单位~县乙",), "", True),
        (("单位~Ａ",), "", False),
        (("市=沈阳市", "市=大连市"), "", False),
        (("区县=甲县", "开启日期>=2018-10-08", "开启日期<=2018-10-08"), "", True),
        (("事项编号=FB-2018-0002",), "", True),
        (("金额>=7", "单位!=甲县政府"), "", False),
        (("环节=已报",), "-金额", False),
        ((), "已付", False),
        ((), "-签约日期", False),
    ],
)
def test_the_pages_of_a_register_are_its_rows_as_they_are_narrowed(
    stage: Stage, where: tuple[str, ...], sort: str, *, pushed: bool
) -> None:
    sent(stage)
    every = filtered(register.find(stage.office, "part"), where, sort)
    rows, after = list[object](), ""
    while True:
        found = pages.page(stage.office, "part", where, sort, limit=1, after=after)
        assert (found.total, found.table.columns) == (len(every.rows), every.columns)
        rows += found.table.rows
        after = found.next
        if not after:
            break
    assert rows == list(every.rows)
    _, rest = pages._pushed(Filter(workflow="part"), read(every, where).conditions)
    assert (not rest and not sort) is pushed


def test_a_page_of_a_register_that_is_made_as_a_whole_follows_the_one_before(stage: Stage) -> None:
    sent(stage)
    first = pages.page(stage.office, "people", (), "人员", limit=2)
    second = pages.page(stage.office, "people", (), "人员", limit=2, after=first.next)
    every = register.find(stage.office, "call.everywhere").rows
    assert second.table.rows[0]["person"] not in {row["person"] for row in first.table.rows}
    assert pages.page(stage.office, "call.everywhere", (), limit=1).table.rows == every[:1]
    with pytest.raises(InvalidInput, match="不是一页的起点"):
        pages.page(stage.office, "people", (), limit=2, after="x")
    with pytest.raises(InvalidInput, match="不是一页的起点"):
        pages.page(stage.office, "part", (), "金额", limit=2, after="x")


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("单位=甲县政府", "1"),
        ("单位!=甲县政府", "2"),
        ("applicant.name=乙县政府", "2"),
        ("金额>7", "2"),
        ("金额>=7.0", "12"),
        ("金额=12.00", "2"),
        ("签约日期<2018-10-02", "1"),
        ("签约日期=", "2"),
        ("签约日期!=", "1"),
        ("承办=学会乙", "1"),
        ("承办~学会", "1"),
        ("承办!~学会", "2"),
        ("已验收=是", "1"),
        ("环节=已报", "12"),
        ("state=sent", "12"),
        ("金额＞7", "2"),
        ("金额≥7", "12"),
        (" 金额 < 8 ", "1"),
    ],
)
def test_a_condition_chooses_by_what_is_shown(stage: Stage, where: str, found: str) -> None:
    sent(stage)
    assert chosen(stage, where) == list(found)


def test_all_conditions_have_to_be_met(stage: Stage) -> None:
    sent(stage)
    assert chosen(stage, "金额>=7", "市=沈阳市") == ["1"]


def test_rows_stand_in_the_order_asked_for_with_blanks_last(stage: Stage) -> None:
    sent(stage)
    assert chosen(stage, sort="金额") == ["1", "2"]
    assert chosen(stage, sort="-金额") == ["2", "1"]
    assert chosen(stage, sort="签约日期") == chosen(stage, sort="-签约日期") == ["1", "2"]


def test_every_fault_of_the_conditions_is_told_and_no_unknown_value_means_no_rows(stage: Stage) -> None:
    sent(stage)
    with pytest.raises(InvalidInput) as refused:
        chosen(stage, "金子=1", "环节=已抱", "本环节=红色", "金额>多", "看不懂", sort="阿")
    told = {(problem.code, problem.place) for problem in refused.value.problems}
    assert told == {
        ("column", "金子"),
        ("condition", "state"),
        ("condition", "light_step"),
        ("condition", "金额>多"),
        ("condition", "看不懂"),
        ("column", "阿"),
    }
    assert "已报" in next(problem.fix for problem in refused.value.problems if problem.place == "state")


def test_two_columns_of_one_title_are_told_apart_by_name(home: Path) -> None:
    stage = called(home, part=PART.replace("subject: {title: 标题}", "subject: {title: 金额}"))
    with pytest.raises(InvalidInput, match="筛选") as refused:
        chosen(stage, "金额=1")
    assert refused.value.problems[0].fix == "用列的英文名：subject、amount"
    stage.office.database.close()


def test_a_register_of_one_case_wants_to_know_which(stage: Stage) -> None:
    case = sent(stage)
    with pytest.raises(InvalidInput, match="须说明是哪一件"):
        register.find(stage.office, "call.sent")
    assert len(register.find(stage.office, "call.sent", case).rows) == 2
    assert len(register.find(stage.office, "call.everywhere").rows) == 2


def test_an_unknown_register_is_answered_with_those_there_are(stage: Stage) -> None:
    with pytest.raises(NotFound, match="没有流程“parts”"):
        register.find(stage.office, "parts")
    with pytest.raises(NotFound, match="没有台账“x”"):
        register.find(stage.office, "call.x")


def test_the_files_hold_numbers_as_numbers_and_no_formula(stage: Stage) -> None:
    sent(stage)
    where = ["金额>=7"]
    table = printed(stage.office, filtered(register.find(stage.office, "part"), where), where)
    page = openpyxl.load_workbook(io.BytesIO(to_bytes(stage.office, table, ".xlsx"))).active
    columns = {page.cell(2, column).value: column for column in range(1, page.max_column + 1)}
    assert [page.cell(row, columns["金额（万元）"]).value for row in (3, 4)] == [7, 12]
    assert page.cell(3, columns["已付"]).value == 6.5
    assert page.cell(4, columns["承办"]).data_type == "s"
    assert page.cell(5, 1).value == "截至 2018-10-08 09:00（北京时间）；条件：金额>=7；共 2 件；演练"
    data = to_bytes(stage.office, table, ".csv")
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [line["承办"] for line in lines] == ["学会甲\n学会乙", "'=HYPERLINK(1)"]
    assert json.loads(to_bytes(stage.office, table, ".json"))["rows"][0]["paid"] == "6.50"
    with pytest.raises(InvalidInput, match="不会写"):
        to_bytes(stage.office, table, ".xls")


def test_a_file_is_shown_by_its_name_and_a_table_by_its_cells(stage: Stage) -> None:
    table = register.find(stage.office, "call")
    file = {"filename": "请示.pdf", "sha256": "0" * 64, "size": 1, "type": "pdf"}
    assert typed(table, "subject", file) == "请示.pdf"
    assert typed(table, "subject", [{"name": "甲", "sum": "3", "done": True}]) == ("甲；3；是",)


def test_the_registers_there_are_name_those_of_the_workflows_too(stage: Stage) -> None:
    sent(stage)
    told = {one.workflow: (one.title, one.cases) for one in register.workflows(stage.office)}
    assert told == {"call": ("布置台账", 1), "part": ("分报台账", 2)}


def test_a_register_chosen_by_what_a_case_says_is_of_that_case(home: Path) -> None:
    text = CALL.replace("  everywhere: {title: 各处,", "  everywhere: {title: 各处, where: [amount >= this.told],")
    stage = called(home, call=text, part=PART)
    assert {one.register: one.of_case for one in register.listed(stage.office)}["everywhere"] is True
    with pytest.raises(InvalidInput, match="须说明是哪一件"):
        register.find(stage.office, "call.everywhere")
    stage.office.database.close()
