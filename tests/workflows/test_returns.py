"""The call of June 2018: six units, two editions, and totals that never add cities to societies."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest
from click.testing import CliRunner

from zhuli_flow import bootstrap
from zhuli_flow.cli.main import root
from zhuli_flow.clock import parse_instant
from zhuli_flow.definitions.check import load
from zhuli_flow.definitions.model.form_lines import part_numbers
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.documents.templates.catalog import load_named, packaged_notices
from zhuli_flow.engine.expressions import tables
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.administration.workflows import parts_beside
from zhuli_flow.services.forms import spreadsheet
from zhuli_flow.services.history import verify
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers import export, totals
from zhuli_flow.services.registers.totals_shown import of_totals
from zhuli_flow.services.rehearsal.play import Player, play_file
from zhuli_flow.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
REGISTER = "returns_call.summarised"
FIRST = ("edition<=1",)
CITIES, SOCIETIES = "各市合计", "各学会合计"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """An office after the call, its home and its labels."""
    home = tmp_path_factory.mktemp("returns") / "home"
    start = parse_instant("2018-06-19")
    bootstrap.make_home(home, Settings(rehearsal=True), start=start, sampled=True, os_user="tester")
    office = bootstrap.open_office(home)
    yield play_file(office, office.clock, bootstrap.sample("returns.scenario"))  # type: ignore[arg-type]
    office.database.close()


@pytest.fixture
def office(played: Player) -> Office:
    return played.office


@pytest.fixture
def call(played: Player) -> str:
    return played.labels["六月通知"]


def rows(office: Office, call: str, where: tuple[str, ...] = ()) -> dict[str, Any]:
    told: Any = as_json(of_totals(totals.total(office, REGISTER, call, where)))
    return {row["number"]: row for row in told["rows"]}


def test_the_call_goes_as_told_and_its_chains_hold(office: Office) -> None:
    assert verify.verify(office).ok
    assert verify.faults(office) == []


def test_named_things_stand_once_across_the_blocks_with_the_sum_beside(office: Office, call: str) -> None:
    societies = rows(office, call, FIRST)["9a"]
    assert societies["distinct"] == {"value": 3, "sum": 4}
    assert societies["blocks"] == {CITIES: {"value": 3, "sum": 3}, SOCIETIES: {"value": 1, "sum": 1}}
    projects = rows(office, call, FIRST)["18d"]
    assert projects["distinct"] == {"value": ["轴承寿命提升项目", "海参良种项目"]}


def test_cities_and_societies_stand_side_by_side_and_are_never_added(office: Office, call: str) -> None:
    contracts = rows(office, call, FIRST)["18a"]
    assert contracts["blocks"] == {CITIES: {"value": 12}, SOCIETIES: {"value": 5}}
    assert contracts["distinct"] is None
    assert "17" not in re.findall(r"\d+", json.dumps(contracts["blocks"]))


def test_a_sum_of_what_two_units_may_both_report_is_marked(office: Office, call: str) -> None:
    found = rows(office, call, FIRST)
    assert found["13a"]["may_repeat"] is True
    assert found["13a"]["blocks"] == {CITIES: {"value": 1}, SOCIETIES: {"value": 1}}
    assert found["1a"]["may_repeat"] is False


def test_every_figure_leads_to_its_unit_and_the_version_of_its_case(played: Player, office: Office, call: str) -> None:
    sources = {one["unit"]: one for one in rows(office, call, FIRST)["18b"]["sources"]}
    told = sources["大连市科学技术协会"]
    assert (told["case"], told["value"], told["block"]) == (played.labels["大连填报"], "3460.50", CITIES)
    assert told["version"] >= 4
    assert set(sources) == {"大连市科学技术协会", "沈阳市科学技术协会", "辽宁省机械工程学会"}


def test_a_late_return_makes_the_second_edition_and_leaves_the_first(office: Office, call: str) -> None:
    first, second = rows(office, call, FIRST), rows(office, call)
    assert first["5a"]["blocks"][SOCIETIES] == {"value": 7}
    assert second["5a"]["blocks"][SOCIETIES] == {"value": 11}
    assert second["9a"]["distinct"] == {"value": 4, "sum": 5}


def test_the_face_tells_who_owes_who_is_late_and_who_corrects(office: Office, call: str) -> None:
    whole = totals.total(office, REGISTER, call)
    counts = {title: len(units) for title, units in whole.head}
    assert counts == {"应报": 6, "已报": 5, "逾期": 1, "免报": 0, "退回修改": 1, "未报": 1}
    face = totals.head_lines(whole)
    assert face[0] == "应报 6、已报 5、逾期 1、免报 0、退回修改 1、未报 1；本表汇总 4 家"
    assert "逾期：辽宁省畜牧兽医学会" in face
    assert "未报：辽宁省植物保护学会" in face


def test_answers_that_are_no_numbers_are_tallied_or_listed(office: Office, call: str) -> None:
    found = rows(office, call)
    assert found["25a"]["blocks"] == {CITIES: {"value": "是 1 家、否 1 家"}, SOCIETIES: {"value": None}}
    assert found["31a"]["blocks"][CITIES] == {"value": None}
    assert found["2a"]["distinct"] == {"value": ["轴承", "海洋装备"]}


def test_the_total_as_a_workbook_has_the_blocks_side_by_side(office: Office, call: str) -> None:
    sheet = totals.printed(office, totals.total(office, REGISTER, call, FIRST), FIRST)
    page = openpyxl.load_workbook(io.BytesIO(export.to_bytes(office, sheet, ".xlsx"))).active
    cells = {row[0]: row for row in page.iter_rows(min_row=2, values_only=True)}
    assert cells["序号"] == ("序号", "内容", "单位", CITIES, SOCIETIES, "省级去重", "说明")
    assert cells["18a"][3:] == (12, 5, None, "可能重复")
    assert cells["18b"][3:5] == (3460.5, 1280)
    assert cells["9a"][5] == "3（各单位之和 4）"


def test_a_total_of_what_says_no_way_or_no_case_is_refused(office: Office, call: str) -> None:
    with pytest.raises(InvalidInput, match="没有规定汇总办法"):
        totals.total(office, "returns_call.returns", call)
    with pytest.raises(InvalidInput, match="须说明是哪一件"):
        totals.total(office, REGISTER)
    with pytest.raises(NotFound):
        totals.total(office, "returns_call.nothing", call)


def test_the_command_shows_one_part_with_its_units(office: Office, call: str) -> None:
    line = ["--home", str(office.home), "register", "total", REGISTER, "--case", call, "--part", "9a"]
    done = CliRunner().invoke(root, [*line[2:], *line[:2]], env={"COLUMNS": "100"})
    assert done.exit_code == 0, done.stderr
    assert "4（各单位之和 5）" in done.stdout
    assert re.search(r"大连市科学技术协会：3（TB-2018-\d{4} 第 \d+ 版）", done.stdout)
    missing = CliRunner().invoke(root, [*line[2:-1], "99z", *line[:2]])
    assert missing.exit_code != 0
    assert "没有“99z”这一项" in missing.stderr


# ── the table of 31 items ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def flow() -> Workflow:
    path = ROOT / "workflows" / "statistics_return.yaml"
    return load(path.read_bytes(), path.name, parts=parts_beside(path))


def bare(text: str) -> str:
    """Without white space: the seed breaks and pads its lines for the page."""
    return "".join(text.split())


def test_the_lines_are_those_of_the_notice_character_by_character(flow: Workflow) -> None:
    seed = (ROOT / "docs" / "sources" / "summary-notice-2018-33.txt").read_text("utf-8")
    table = seed.rpartition("数据\n")[2]
    assert bare(table) == bare("".join(line.text for line in flow.forms["return_form"].lines))


@pytest.mark.parametrize("kind", ["returns_call", "form_sheet"])
def test_the_printed_table_has_the_same_lines(flow: Workflow, kind: str) -> None:
    """The sample of a kind is a copy; what is issued comes from the definition itself (``lines of``)."""
    (found,) = load_named([packaged_notices()], [kind]).values()
    sample = [dict(row) for row in cast(list[dict[str, Any]], found.sample["rows"])]
    lines = tables.lines(flow, flow.forms["return_form"], {}, ())
    for row in sample:
        row["answers"] = [{**one, "value": ""} for one in row["answers"]]
    assert sample == as_json(lines)


def test_the_31_items_have_57_parts_of_the_kinds_told(flow: Workflow) -> None:
    asked = [flow.fields[ask.name] for ask in flow.forms["return_form"].fields]
    kinds = [one.type for one in asked]
    assert len(asked) == 57
    assert (kinds.count("int") + kinds.count("decimal"), kinds.count("names")) == (32, 18)
    assert (kinds.count("text"), kinds.count("yes_no")) == (5, 2)
    assert all(one.agg and one.may_be for one in asked)
    numbers = part_numbers(flow.forms["return_form"].lines)
    assert list(dict.fromkeys(int(one[:-1]) for one in numbers.values())) == list(range(1, 32))
    assert (numbers["p10d"], numbers["p18d"], numbers["p28c"]) == ("10d", "18d", "28c")


def test_a_society_is_not_asked_for_what_only_a_city_has(played: Player, office: Office) -> None:
    def labels(label: str) -> list[str]:
        book = openpyxl.load_workbook(io.BytesIO(spreadsheet.export_form(office, played.labels[label], "return_form")))
        return [str(row[0]) for row in book["填报表"].iter_rows(min_col=2, max_col=2, values_only=True) if row[0]]

    city, society = labels("锦州填报"), labels("畜牧填报")
    assert "1.面积、人口总数：" in city
    assert "1.面积、人口总数：" not in society
    assert "24.成立政府领导小组（协调机制）名称:" not in society
    assert "28.获得领导肯定性（批示）次数" in society


def test_the_sheet_has_the_three_columns_and_the_groups_of_the_notice(played: Player, office: Office) -> None:
    data = spreadsheet.export_form(office, played.labels["锦州填报"], "return_form")
    page = openpyxl.load_workbook(io.BytesIO(data))["填报表"]
    column = [str(row[0]) for row in page.iter_rows(min_col=1, max_col=1, values_only=True) if row[0]]
    assert column[-2:] == ["一、试点地区基本情况", "二、试点单位总体工作情况"]
    hints = [str(row[0]) for row in page.iter_rows(min_col=4, max_col=4, values_only=True) if row[0]]
    assert len([hint for hint in hints if re.match(r"\d+[a-d]　", hint)]) == 57
