"""What the system holds already: filled in on the sheet, shown where it is asked, compared with what is answered."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from tests.services.staging import Stage
from zhuli_flow.errors import RulesRefused
from zhuli_flow.services.cases import view
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.services.forms.spreadsheet import export_form, import_form

STATION = """
workflow: station
version: "1"
title: 服务站
prefix: ZD
applicant: {kinds: [county]}
roles: {county: {title: 区县, of: county}}
fields:
  staff: {title: 人员, type: int}
  area: {title: 面积, type: decimal}
  host: {title: 建站单位, type: names}
states:
  draft: {title: 拟建, kind: initial}
  valid: {title: 运行, kind: in_force}
  closed: {title: 撤站, kind: final}
events:
  begin: {title: 拟建, from: start, to: draft, by: county, fill: [staff, area?, host?]}
  found: {title: 建站, from: draft, to: valid, by: county}
  close: {title: 撤站, from: [draft, valid], to: closed, by: county}
"""
RETURN = """
workflow: yearly
version: "1"
title: 年报
prefix: NB
applicant: {kinds: [county]}
parameters: {limit: {value: 1/2, source: 测试}}
roles: {county: {title: 区县, of: county}}
fields:
  unit: {title: 单位}
  year: {title: 年度, type: int}
  stations: {title: 服务站, type: int, unit: 个, may_be: not_applicable, known: count of own}
  area: {title: 面积, type: decimal, unit: 平方米, known: sum of own.area}
  talks: {title: 咨询, type: int, unit: 次, may_be: not_applicable}
  notes: {title: 概况, known: ["有服务站{count of own}个。", "面积{sum of own.area}平方米。", "由{unit}填报。"]}
registers:
  own:
    title: 本单位的服务站
    workflow: station
    where: [state is valid, applicant.name is this.unit]
    columns: [case, area]
  last:
    title: 上次
    workflow: yearly
    where: [state is sent, applicant.name is this.unit, year < this.year]
    columns: [case, year]
    order: -year
forms:
  table:
    title: 年报表
    fields:
      - {label: "1.服务站数量：", fields: [stations]}
      - {label: "面积：", fields: [area?]}
      - {label: "2.咨询次数：", fields: [talks]}
      - {label: "3.概况：", fields: [notes?]}
    change: {from: last, at_most: $limit}
states:
  blank: {title: 未填, kind: initial}
  sent: {title: 已报, kind: final}
events:
  begin: {title: 开启, from: start, to: blank, by: county, fill: [unit, year]}
  draft: {title: 填报, from: blank, to: same, by: county, fill: [stations?, area?, talks?, notes?]}
  send: {title: 报送, from: blank, to: sent, by: county, fill: [table]}
  take: {title: 代报, from: blank, to: sent, by: system, fill: [stations]}
"""


@pytest.fixture
def stage(home: Path) -> Stage:
    made = Stage(home, text=STATION)
    made.take_into_use(RETURN)
    return made


def station(stage: Stage, unit: str = "甲县政府", **given: str) -> str:
    who = {"甲县政府": "县", "乙县政府": "县乙"}[unit]
    case = open_case(stage.office, "station", unit, who, {"staff": "3", **given}).case
    stage.do(case, "found", who)
    return case


def yearly(stage: Stage, year: int = 2018, **answers: str) -> str:
    case = open_case(stage.office, "yearly", "甲县政府", "县", {"unit": "甲县政府", "year": str(year)}).case
    if answers:
        stage.do(case, "send", "县", **answers)
    return case


def reasons(stage: Stage, case: str, opinion: str = "", **answers: str) -> dict[str, str]:
    try:
        stage.do(case, "send", "县", opinion=opinion, **answers)
    except RulesRefused as refused:
        return {one.code: one.because for one in refused.refusals}
    return {}


def sheet(stage: Stage, case: str) -> dict[str, tuple[object, str]]:
    """Label → (what stands in the cell, the remark beside it)."""
    page = openpyxl.load_workbook(io.BytesIO(export_form(stage.office, case, "table")))["填报表"]
    rows = page.iter_rows(min_row=4, min_col=2, max_col=4, values_only=True)
    return {str(label): (value, str(beside)) for label, value, beside in rows}


def test_an_answer_that_differs_is_refused_and_both_values_are_named(stage: Stage) -> None:
    station(stage)
    case = yearly(stage)
    told = reasons(stage, case, stations="3", talks="1")
    assert told == {"differs_from_known": "1a 服务站填 3 个，系统登记为 1 个"}
    assert reasons(stage, case, stations="1", talks="1") == {}


def test_a_difference_that_is_explained_passes_and_is_noted(stage: Stage) -> None:
    station(stage)
    done = stage.do(yearly(stage), "send", "县", stations="3", talks="1", opinion="两个站尚未登记。")
    assert done.to == "sent"
    assert [one.code for one in done.warnings] == ["differs_from_known"]


def test_a_draft_is_not_compared_but_what_it_left_is_when_it_is_sent(stage: Stage) -> None:
    station(stage)
    case = yearly(stage)
    stage.do(case, "draft", "县", stations="3", opinion="")
    assert reasons(stage, case, talks="1").keys() == {"differs_from_known"}


def test_what_the_system_does_is_no_answer(stage: Stage) -> None:
    station(stage)
    assert stage.do(yearly(stage), "take", "system", stations="3", opinion="").to == "sent"


def test_only_this_units_own_cases_count_and_only_those_that_fit(stage: Stage) -> None:
    station(stage, "乙县政府")
    stage.do(station(stage), "close", "县")
    case = yearly(stage)
    assert reasons(stage, case, stations="1", talks="1") == {"differs_from_known": "1a 服务站填 1 个，系统登记为 0 个"}


def test_an_office_without_a_single_such_case_knows_nothing(stage: Stage) -> None:
    case = yearly(stage)
    assert sheet(stage, case)["1.服务站数量："] == (None, "1a　整数　单位：个")
    assert reasons(stage, case, stations="7", talks="1") == {}


def test_not_applicable_agrees_with_none_and_differs_from_some(stage: Stage) -> None:
    station(stage, "乙县政府")
    case = yearly(stage)
    assert reasons(stage, case, stations="不适用", talks="1") == {}
    station(stage)
    assert reasons(stage, yearly(stage), stations="不适用", talks="1").keys() == {"differs_from_known"}


def test_the_sheet_is_filled_in_with_what_is_known_where_nothing_was_given(stage: Stage) -> None:
    station(stage, area="12.50")
    case = yearly(stage)
    page = sheet(stage, case)
    assert page["1.服务站数量："] == (1, "1a　整数　单位：个\n系统登记：1 个")
    assert page["面积："] == (12.5, "1b　数字　单位：平方米\n系统登记：12.5 平方米")
    assert page["3.概况："][0] == "有服务站1个。\n面积12.5平方米。\n由甲县政府填报。"
    assert page["3.概况："][1] == "3a　文字\n系统代拟，请核对"
    stage.do(case, "draft", "县", stations="2", notes="一切正常。", opinion="")
    assert sheet(stage, case)["1.服务站数量："] == (2, "1a　整数　单位：个\n系统登记：1 个")
    assert sheet(stage, case)["3.概况："] == ("一切正常。", "3a　文字")


def test_a_sentence_with_something_unknown_is_left_out(stage: Stage) -> None:
    station(stage)
    assert sheet(stage, yearly(stage))["3.概况："][0] == "有服务站1个。\n由甲县政府填报。"


def test_nothing_is_filled_in_where_nothing_is_asked_any_more(stage: Stage) -> None:
    station(stage)
    case = yearly(stage, stations="1", talks="1")
    assert sheet(stage, case)["3.概况："] == (None, "3a　文字")


def test_the_sheet_taken_in_twice_is_one_act_though_the_register_has_changed(stage: Stage, tmp_path: Path) -> None:
    station(stage)
    case = yearly(stage)
    book = openpyxl.load_workbook(io.BytesIO(export_form(stage.office, case, "table")))
    book["填报表"]["C6"] = 1
    file = tmp_path / "年报.xlsx"
    book.save(file)
    station(stage)
    done = import_form(stage.office, case, "table", file, "draft", "县")
    again = import_form(stage.office, case, "table", file, "draft", "县")
    assert done.values["stations"] == 1
    assert (again.outcome.version, stage.stored(case).case.version) == (done.outcome.version, done.outcome.version)


def test_what_an_act_asks_for_is_shown_with_what_is_known(stage: Stage) -> None:
    station(stage)
    send = next(one for one in view.options(stage.office, yearly(stage), "县") if one.event == "send")
    assert send.allowed
    assert {one.name: one.known for one in send.needs.fields or ()} == {
        "stations": 1,
        "area": None,
        "talks": None,
        "notes": "有服务站1个。\n由甲县政府填报。",
    }


def test_a_number_far_from_the_one_before_has_to_be_explained(stage: Stage) -> None:
    yearly(stage, 2016, stations="1", talks="100")
    yearly(stage, 2017, stations="1", talks="10")
    case = yearly(stage, 2018)
    told = reasons(stage, case, stations="1", talks="16")
    assert told == {"changed_much": "2a 咨询上次为 10 次，本次为 16 次，相差超过上次的 1/2"}
    assert reasons(stage, case, stations="1", talks="15") == {}


def test_a_fall_counts_as_much_as_a_rise(stage: Stage) -> None:
    yearly(stage, 2017, stations="1", talks="10")
    assert reasons(stage, yearly(stage, 2018), stations="1", talks="4").keys() == {"changed_much"}


@pytest.mark.parametrize("before", ["0", "不适用"])
def test_from_nothing_any_number_may_come(stage: Stage, before: str) -> None:
    yearly(stage, 2017, stations="1", talks=before)
    assert reasons(stage, yearly(stage, 2018), stations="1", talks="40") == {}


def test_a_later_return_is_not_what_came_before(stage: Stage) -> None:
    yearly(stage, 2019, stations="1", talks="10")
    assert reasons(stage, yearly(stage, 2018), stations="1", talks="40") == {}
