"""The call of June 2018 and the next year's: names decided, editions kept, one year beside the other."""

import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from zhuli_flow import bootstrap
from zhuli_flow.cli.main import root
from zhuli_flow.clock import parse_instant
from zhuli_flow.engine.expressions.totals import Decided, put_together, suspected
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.history import verify
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers import comparison, editions, export, register, totals
from zhuli_flow.services.rehearsal.play import Player, play_file
from zhuli_flow.settings import Settings
from zhuli_flow.workbooks.entry import text_of

REGISTER = "returns_call.summarised"
CITIES, SOCIETIES, DISTINCT = "各市合计", "各学会合计", "省级去重"
DALIAN, MACHINES = "大连市科学技术协会", "辽宁省机械工程学会"
WORDS = "机械工程轴承海洋装备水产农业园艺化工冶金电子信息材料能源环境医药食品纺织建筑交通"
RULINGS = (
    '[{"name":"中国机诫工程学会","same_as":"中国机械工程学会"},'
    '{"name":"中国汽车工程学会（SAE）","same_as":"中国汽车工程学会","same":"否"}]'
)
STORY = f"""
引用 returns.steps

照做 六月报送

2019-06-03 开启 returns_call 辽宁省科学技术协会 省科协学会学术部经办 subject=2019年总结 period_from=2018-06-01 \
period_to=2019-05-31 due_on=2019-06-20 form_version=2019 units={DALIAN}、{MACHINES} 称 次年通知
办理 次年通知 下发 省科协学会学术部经办 称 大连次年 机械次年
2019-06-10 照做 市科协填零 大连次年 大连市科协经办
办理 大连次年 报送 大连市科协经办 p05a=18 p09a=4 \
p09b=中国机诫工程学会、中国水产学会、中国汽车工程学会（SAE）、中国机械工程学会 p18a=15 p18b=3000 p25a=是 p26a=否 \
p26b=0 p23a=不适用 意见 有增有减。
照做 学会填零 机械次年 辽宁省机械工程学会联络员
办理 机械次年 报送 辽宁省机械工程学会联络员 p09a=3 p09b=中国机械工程学会、中国汽车工程学会、辽宁省机械工程学会 p05a=7 \
p18a=5 p18b=1280 p23a=不适用 意见 属实。
办理 大连次年 审核通过 省科协学会学术部经办
办理 机械次年 审核通过 省科协学会学术部经办
办理 次年通知 汇总锁定 省科协学会学术部经办 意见 第一版，名称尚未认定。
不予 次年通知 认定名称 省科协学会学术部经办 guard name_rulings='[{{"name":"中国机诫工程学会"}}]' 意见 试。
办理 次年通知 认定名称 省科协学会学术部经办 name_rulings='{RULINGS}' 意见 与两家核对过。
""".replace("'", "")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    folder = tmp_path_factory.mktemp("again")
    shutil.copy(bootstrap.sample("returns.steps"), folder)
    (folder / "again.scenario").write_text(STORY, "utf-8")
    home = folder / "home"
    bootstrap.make_home(
        home, Settings(rehearsal=True), start=parse_instant("2018-06-19"), sampled=True, os_user="tester"
    )
    office = bootstrap.open_office(home)
    yield play_file(office, office.clock, folder / "again.scenario")  # type: ignore[arg-type]
    office.database.close()


@pytest.fixture
def office(played: Player) -> Office:
    return played.office


@pytest.fixture
def first(played: Player) -> str:
    return played.labels["六月通知"]


@pytest.fixture
def second(played: Player) -> str:
    return played.labels["次年通知"]


def ran(office: Office, *words: str) -> Result:
    line = ["register", "total", REGISTER, *words, "--home", str(office.home)]
    return CliRunner().invoke(root, line, env={"COLUMNS": "100"})


def told(office: Office, *words: str) -> Any:
    return json.loads(ran(office, *words, "--json").stdout)


def row(found: Any, number: str) -> Any:
    return next(one for one in found["rows"] if one["number"] == number)


def test_the_story_holds_with_its_chains(office: Office) -> None:
    assert verify.verify(office).ok
    assert verify.faults(office) == []


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_names_that_look_alike_are_listed_with_who_wrote_them_and_left_as_they_are(office: Office, second: str) -> None:
    with office.database.read() as connection:
        wanted, plan = totals.asked_for(connection, office, REGISTER, second)
        found = register.gather(connection, office, wanted)
    lines = put_together(plan, found.views[0].workflow, found.views, Decided())
    undecided = [(line.number, pair.names, pair.units) for line in lines for pair in suspected(line, Decided())]
    assert undecided == [
        ("9b", ("中国机诫工程学会", "中国机械工程学会"), ((DALIAN,), (DALIAN, MACHINES))),
        ("9b", ("中国汽车工程学会（SAE）", "中国汽车工程学会"), ((DALIAN,), (MACHINES,))),
    ]
    kept = editions.edition(office, REGISTER, second, 1)
    assert next(one["distinct"] for one in kept.rows if one["number"] == "9a") == "6（各单位之和 7）"


def test_what_a_person_decided_is_applied_and_no_longer_suspected(office: Office, second: str) -> None:
    found = told(office, "--case", second)
    assert row(found, "9b")["distinct"]["value"] == [
        "中国机械工程学会",
        "中国水产学会",
        "中国汽车工程学会（SAE）",
        "中国汽车工程学会",
        "辽宁省机械工程学会",
    ]
    assert row(found, "9a")["distinct"] == {"value": 5, "sum": 7}
    assert row(found, "9a")["blocks"][CITIES] == {"value": 3, "sum": 4}
    assert found["suspected"] == []
    assert [one["same_as"] for one in found["decided"]] == ["中国机械工程学会", "中国汽车工程学会"]


def test_the_clerk_reads_by_which_decisions_a_part_is_put_together(office: Office, second: str) -> None:
    page = ran(office, "--case", second, "--part", "9a").stdout
    assert "已认定：“中国机诫工程学会”与“中国机械工程学会”是同一名称，按后者计" in page
    assert "“中国汽车工程学会（SAE）”与“中国汽车工程学会”不是同一名称" in page
    assert "请核对" not in page
    assert "已认定" not in ran(office, "--case", second, "--part", "18a").stdout


# ── editions ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_editions_of_june_stay_as_they_were_locked(office: Office, first: str) -> None:
    one, two = (told(office, "--case", first, "--edition", number) for number in "12")
    assert (one["told"]["汇总版次"], one["told"]["已报（家）"], two["told"]["已报（家）"]) == (1, 4, 5)
    assert (row(one, "5a")["society"], row(two, "5a")["society"]) == ("7", "11")
    assert row(one, "9a")["distinct"] == "3（各单位之和 4）"
    assert (row(one, "18a")["association"], row(one, "18a")["society"], row(one, "18a")["distinct"]) == ("12", "5", "")
    assert row(one, "13a")["note"] == "可能重复"


def test_what_was_locked_is_what_the_locked_returns_still_say(office: Office, first: str) -> None:
    kept = {one["number"]: one for one in told(office, "--case", first, "--edition", "1")["rows"]}
    again = totals.printed(office, totals.total(office, REGISTER, first, ("edition<=1",)))
    for line in again.rows:
        for name, column in (("block0", "association"), ("block1", "society"), ("distinct", "distinct")):
            assert text_of(line[name]) == kept[str(line["number"])][column]


def test_an_edition_is_read_out_with_who_locked_it_and_when(office: Office, first: str) -> None:
    page = ran(office, "--case", first, "--edition", "1").stdout
    assert "第 1 版：2018-06-27 09:00 汇总锁定，省科协学会学术部经办（事项第 3 版）；锁定之后不再改变" in page
    assert "办理意见：锦州在改" in page
    assert "已锁定 2 版（2018-06-27、2018-06-28）" in ran(office, "--case", first).stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--edition", "1"], "锁定的版次属于一件事项"),
        (["--case", "TZ-2018-0001", "--edition", "3"], "没有第 3 版"),
        (["--case", "TZ-2018-0001", "--edition", "1", "--where", "edition<=1"], "不能再筛选或对比"),
        (["--case", "TZ-2018-0001", "--edition", "1", "--part", "99z"], "没有“99z”这一项"),
        (["--case", "TZ-2018-0001", "--against", "TB-2018-0001"], "没有 returns_call 的台账“summarised”"),
        (["--case", "TZ-2018-0001", "--against", "TZ-2018-0001"], "对比要有两件不同的事项"),
        (["--against", "TZ-2018-0001"], "对比要有两件不同的事项"),
        (["--case", "TZ-2018-0001", "--against", "TZ-2017-0001"], "没有事项“TZ-2017-0001”"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(office: Office, words: list[str], why: str) -> None:
    done = ran(office, *words)
    assert done.exit_code != 0
    assert why in done.stderr


def test_a_long_table_does_not_fill_the_page_of_its_case(office: Office, first: str) -> None:
    page = CliRunner().invoke(root, ["case", "show", first, "--home", str(office.home)]).stdout
    assert "表格，57 行（加 --json 看全部）" in page


# ── one year beside the other ─────────────────────────────────────────────────────────────────────────────────────────


def test_each_figure_stands_beside_that_of_the_other_call_with_the_change(
    office: Office, first: str, second: str
) -> None:
    found = told(office, "--case", second, "--against", first)
    assert row(found, "18a")["against"][CITIES] == {"before": 12, "difference": 3, "percent": "25.0"}
    assert row(found, "18b")["against"][CITIES] == {"before": "3460.5", "difference": "-460.5", "percent": "-13.3"}
    assert row(found, "18a")["against"][SOCIETIES] == {"before": 5, "difference": 0, "percent": "0.0"}
    assert row(found, "9a")["against"][DISTINCT] == {"before": 4, "difference": 1, "percent": "25.0"}
    assert row(found, "9b")["against"][SOCIETIES]["difference"] == 1
    assert row(found, "25a")["against"][CITIES]["difference"] is None
    assert (found["against"], found["before"]["units"]) == (first, 4)


def test_the_comparison_fits_a_page_of_a_hundred_columns(office: Office, first: str, second: str) -> None:
    page = ran(office, "--case", second, "--against", first, "--part", "18a").stdout
    assert [word for word in page.split() if word in {"15", "12", "+3（+25.0%）", "5（持平）"}] == [
        "15",
        "5（持平）",
        "12",
        "+3（+25.0%）",
    ]
    assert f"对比 {first}：应报 6、已报 5" in page


def test_the_comparison_as_a_workbook_has_numbers_beside_each_other(office: Office, first: str, second: str) -> None:
    sheet = comparison.printed(office, comparison.compare(office, REGISTER, second, first))
    page = openpyxl.load_workbook(io.BytesIO(export.to_bytes(office, sheet, ".xlsx"))).active
    cells = {line[0]: line for line in page.iter_rows(min_row=2, values_only=True)}
    assert cells["序号"][3:7] == (CITIES, f"{CITIES}上次", "增减", "增减%")
    assert cells["18a"][3:11] == (15, 12, 3, 25, 5, 5, 0, 0)
    assert cells["18a"][-1] == "可能重复"


def test_what_was_asked_differently_then_is_not_compared(
    office: Office, first: str, second: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The office's older definition is put in by hand: the names that it and the newer one have in common compare."""
    now, before = (totals.total(office, REGISTER, case) for case in (second, first))
    lines = tuple(replace(line, number=f"旧{line.number}") for line in before.lines)
    found = {second: now, first: replace(before, lines=lines, versions=("2017.1",))}
    monkeypatch.setattr(totals, "total", lambda office, name, case, where: found[case])
    with pytest.raises(InvalidInput, match="没有一项相同"):
        comparison.compare(office, REGISTER, second, first)
    found[first] = replace(found[first], lines=(*lines[1:5], *before.lines[5:]))
    made = comparison.compare(office, REGISTER, second, first)
    assert [each.why for each in made.rows[:2]] == [comparison.NEW, comparison.OTHER]
    assert made.rows[0].figures[0].change is None
    assert "两次报表的定义版本不同（上次 2017.1，本次 2018.1），只比较没有改动的项" in comparison.head_lines(made)
