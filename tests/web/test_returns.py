"""统计报送 in a browser: who has reported, figures beside last year's, names ruled, editions, files handed out."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from tests.web.conftest import HERE, Browser
from tests.web.test_api import Program
from tests.web.test_api_office import told
from tests.web.test_every_route import Both, of, people
from zhuli_flow import bootstrap
from zhuli_flow.clock import parse_instant
from zhuli_flow.engine.authority.reading import may_see
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.rehearsal.play import play_file
from zhuli_flow.settings import Settings, Web
from zhuli_flow.web.app import create_app
from zhuli_flow.web.printing import Printing
from zhuli_flow.web.site import Site

OFFICE, SOCIETY = "省科协学会学术部经办", "辽宁省畜牧兽医学会联络员"
DALIAN, MACHINES, CATTLE = "大连市科学技术协会", "辽宁省机械工程学会", "辽宁省畜牧兽医学会"
FIRST, SECOND = "TZ-2018-0001", "TZ-2019-0001"
STORY = f"""
引用 returns.steps

照做 六月报送

2019-06-03 开启 returns_call 辽宁省科学技术协会 省科协学会学术部经办 subject=2019年总结 period_from=2018-06-01 \
period_to=2019-05-31 due_on=2019-06-20 form_version=2019 units={DALIAN}、{MACHINES}、{CATTLE} 称 次年通知
办理 次年通知 下发 省科协学会学术部经办 称 大连次年 机械次年 畜牧次年
2019-06-10 照做 市科协填零 大连次年 大连市科协经办
办理 大连次年 报送 大连市科协经办 p05a=18 p09a=4 \
p09b=中国机诫工程学会、中国水产学会、中国汽车工程学会（SAE）、中国机械工程学会 p18a=15 p18b=3000 p25a=是 p26a=否 \
p26b=0 p23a=不适用 意见 有增有减。
照做 学会填零 机械次年 辽宁省机械工程学会联络员
办理 机械次年 报送 辽宁省机械工程学会联络员 p09a=3 p09b=中国机械工程学会、中国汽车工程学会、辽宁省机械工程学会 p05a=7 \
p18a=5 p18b=1280 p23a=不适用 意见 属实。
办理 大连次年 审核通过 省科协学会学术部经办
办理 机械次年 审核通过 省科协学会学术部经办
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after the call of June 2018, with that of 2019 under way."""
    folder = tmp_path_factory.mktemp("returns")
    shutil.copy(bootstrap.sample("returns.steps"), folder)
    story = folder / "story.scenario"
    story.write_text(STORY, encoding="utf-8")
    home = folder / "home"
    start = parse_instant("2018-06-19")
    bootstrap.make_home(home, Settings(rehearsal=True), start=start, sampled=True, os_user="tester")
    office = bootstrap.open_office(home, os_user="tester")
    play_file(office, office.clock, story)  # type: ignore[arg-type]
    office.database.close()
    return home


@pytest.fixture
def site(home: Path, played: Path) -> Iterator[Site]:
    shutil.copytree(played, home)
    office = bootstrap.open_office(home, os_user="tester")
    with Printing(office, behind=False) as printing:
        yield Site(office, Web(), printing, origin="http://testserver")
    office.database.close()


def come(site: Site, person: str) -> Browser:
    client = TestClient(create_app(site))
    assert client.post("/login", data={"person": person}, headers=HERE).status_code == 200
    return Browser(client)


def test_units_by_state_with_the_share_that_has_reported(site: Site) -> None:
    page = come(site, OFFICE).get(f"/returns/{FIRST}")
    assert page.status == 200
    assert "已报 5 83%" in page.text
    assert "辽宁省植物保护学会" in page.text
    assert page.links["TB-2018-0006"] == "/cases/TB-2018-0006"


def test_this_years_figures_stand_beside_last_years_with_the_change(site: Site) -> None:
    browser = come(site, OFFICE)
    page = browser.get(f"/returns/{SECOND}?tab=totals&against={FIRST}&part=5a")
    assert "上次 18，持平" in page.text or "上次 11" in page.text
    assert page.text.count("上次 ") > 20
    assert "各单位所报" in page.text
    assert page.links["TB-2019-0001"] == "/cases/TB-2019-0001?tab=content"
    book = browser.client.get(f"/returns/{SECOND}/totals.xlsx?against={FIRST}").content
    headings = {cell.value for row in load_workbook(io.BytesIO(book)).active.rows for cell in row}
    assert "增减" in headings


def test_a_collection_beside_itself_is_told_and_shown_alone(site: Site) -> None:
    page = come(site, OFFICE).get(f"/returns/{SECOND}?tab=totals&against={SECOND}")
    assert page.status == 200
    assert "对比要有两件不同的事项" in page.text


def test_names_that_look_alike_are_ruled_on_and_no_longer_asked(site: Site) -> None:
    browser = come(site, OFFICE)
    form = browser.get(f"/returns/{SECOND}?tab=names").form(f"/returns/{SECOND}/names")
    asked = [name for name in form.asked if name.startswith("same:")]
    assert asked
    refused = browser.post(form.action, {**form.values, asked[0]: "是"})
    assert refused.status == 409
    assert "意见" in refused.text
    page = browser.post(form.action, {**form.values, asked[0]: "是", "opinion": "与两家核对过"})
    assert "已认定：“" in page.text
    assert len([name for name in page.form(f"/returns/{SECOND}/names").asked if name.startswith("same:")]) < len(asked)


def test_an_edition_is_shown_and_handed_out_as_it_was_kept(site: Site) -> None:
    browser = come(site, OFFICE)
    page = browser.get(f"/returns/{FIRST}?tab=editions&edition=1")
    assert "锁定之后不再改变" in page.text
    assert "2561" in page.text
    assert browser.client.get(f"/returns/{FIRST}/totals.xlsx?edition=1").status_code == 200
    assert browser.get(f"/returns/{FIRST}/totals.xlsx?edition=9").status == 404


def test_a_unit_finds_its_own_return_with_last_years_answers_beside_and_no_other(site: Site) -> None:
    browser = come(site, SOCIETY)
    page = browser.get("/returns")
    assert "TB-2019-0003" in page.links
    assert "TB-2019-0001" not in page.links
    assert browser.get(f"/returns/{FIRST}").status in {403, 404}
    assert browser.get(f"/returns/{FIRST}/totals.csv").status in {403, 404}
    form = browser.get("/cases/TB-2019-0003?act=send")
    assert "上次填报：" in form.text


def test_a_case_that_gathers_nothing_is_told(site: Site) -> None:
    assert "不是统计报送的通知" in come(site, OFFICE).get("/returns/TB-2019-0001").text


def test_a_program_reads_the_totals_as_the_command_line_tells_them(site: Site) -> None:
    program = Program(site, OFFICE)
    name = "returns_call.summarised"
    for address, line in (
        (f"{name}/total?case={FIRST}", f"{name} --case {FIRST}"),
        (f"{name}/total?case={FIRST}&part=9a", f"{name} --case {FIRST} --part 9a"),
        (f"{name}/comparison?case={SECOND}&against={FIRST}", f"{name} --case {SECOND} --against {FIRST}"),
        (f"{name}/editions/1?case={FIRST}", f"{name} --case {FIRST} --edition 1"),
    ):
        answer = program.get(f"/registers/{address}")
        assert answer.status_code == 200, answer.text
        assert answer.json() == told(site.office, f"register total {line} --as {OFFICE}")
    assert Program(site, SOCIETY).get(f"/registers/{name}/total?case={FIRST}").status_code in (403, 404)


def test_every_address_of_a_collection_is_for_who_sees_its_totals(site: Site) -> None:
    app = create_app(site)
    seen = 0
    with site.office.database.read() as connection:
        book = lookup.definition(connection, site.office, lookup.stored(connection, FIRST).case.digest)
    for person in people(site.office):
        who = Both(site, app, person)
        with site.office.database.read() as connection:
            actor = lookup.actor(connection, site.office, person)
            office = reading.seen_by(site.office, actor)
            case = lookup.stored(connection, FIRST).case
            sees = may_see(book, case, actor)
            totals = all(
                reading.opened(connection, office, one, "totals") for one in ("returns_call", "statistics_return")
            )
        for route in of("a collection's"):
            answer = who.ask(route, {"case_id": FIRST, "suffix": "csv"})
            if not sees or not totals:
                assert answer.status_code in {403 if sees else 404, 403}, (person, route.path)
                assert "全国学会" not in answer.text, (person, route.path)
            elif "GET" in (route.methods or ()):
                assert answer.status_code == 200, (person, route.path)
                seen += 1
            else:
                assert answer.status_code < 500, (person, route.path)
    assert seen >= 4
