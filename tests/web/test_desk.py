"""工作台 and lists: many cases at once, a result for each; views kept; every address a state; exports."""

import io

import msgspec
import pytest
from openpyxl import load_workbook

from tests.web.conftest import Browser, Enter, Page
from tests.web.test_acts import LETTER, TOLD
from zhuli_flow.services.cases import saved_views, view
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.services.cases.case_view import RegionShown
from zhuli_flow.services.registers import case_list
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.web.site import Site

CITY, OTHER = "沈阳市科协经办", "沈阳市委组织部经办"


@pytest.fixture
def cases(site: Site) -> list[str]:
    """Two cases of the city's, just opened."""
    return [
        open_case(site.office, "zone_creation", where, CITY, {"leading_industries": "陶瓷"}).case
        for where in ("法库县", "新民市")
    ]


def chosen(browser: Browser, cases: list[str], event: str) -> Page:
    return browser.get(f"/together?{'&'.join(f'case={one}' for one in cases)}&event={event}")


def test_one_act_on_several_cases_has_a_result_for_each(cases: list[str], enter: Enter) -> None:
    browser = enter(CITY)
    offered = browser.get(f"/together?case={cases[0]}&case={cases[1]}")
    assert "催办（2 件）" in offered.text
    assert "逐件办理的：" in offered.text
    form = chosen(browser, cases, "urge").form("/together")
    assert form.values["case"] == cases
    page = browser.send(form, opinion="请抓紧")
    assert "催办：办成 2 件" in page.text
    again = browser.send(form, opinion="请抓紧")
    assert "催办：办成 2 件" in again.text
    for case in cases:
        assert browser.get(f"/cases/{case}?tab=history").text.count("请抓紧") == 1


def test_one_that_is_refused_stops_no_other(cases: list[str], enter: Enter) -> None:
    browser = enter(CITY)
    form = chosen(browser, cases, "urge").form("/together")
    assert "已办成" in browser.act(cases[0], "联合推荐", LETTER, **TOLD).text
    page = browser.send(form, opinion="请抓紧")
    assert "办成 1 件，未办成 1 件" in page.text
    assert page.status == 200
    assert "✗ 未办成" in page.text


def test_what_one_may_not_see_can_not_be_chosen(cases: list[str], enter: Enter) -> None:
    stranger = enter("大连市科协经办")
    assert chosen(stranger, cases, "urge").status == 404
    assert stranger.post("/together", {"case": cases, "event": "urge"}).status == 404


def test_nothing_chosen_or_too_much_is_told(cases: list[str], enter: Enter) -> None:
    browser = enter(CITY)
    assert "没有选中事项" in browser.get("/together").text
    assert "一次至多办 50 件" in chosen(browser, [f"X{one}" for one in range(51)], "").text


def test_a_list_is_kept_as_a_view_and_forgotten_by_its_owner_alone(site: Site, cases: list[str], enter: Enter) -> None:
    browser, other = enter(CITY), enter(OTHER)
    page = browser.get("/cases?workflow=zone_creation&sort=due")
    kept = browser.send(page.form("/views"), name="示范区，末日近的")
    assert kept.url.endswith("/cases?workflow=zone_creation&sort=due")
    assert kept.links["示范区，末日近的"] == "/cases?workflow=zone_creation&sort=due"
    assert "示范区，末日近的" not in other.get("/cases?workflow=zone_creation&sort=due").links
    [view] = saved_views.listed(site.office, CITY)
    other.post(f"/views/{view.id}/drop")
    assert saved_views.listed(site.office, CITY) == [view]
    browser.post(f"/views/{view.id}/drop")
    assert saved_views.listed(site.office, CITY) == []


@pytest.mark.parametrize("address", ["//elsewhere", "https://elsewhere/", "/logout", "/cases/SFQ-2018-0001"])
def test_only_a_list_of_this_site_is_kept_as_a_view(site: Site, enter: Enter, address: str) -> None:
    assert enter(CITY).post("/views", {"address": address, "name": "某"}).status == 422
    assert saved_views.listed(site.office, CITY) == []


@pytest.mark.parametrize("sort", ["", "due", "number"])
def test_every_order_shows_every_case_once_page_by_page(site: Site, cases: list[str], enter: Enter, sort: str) -> None:
    from zhuli_flow.services import reading
    from zhuli_flow.store.case_filter import Filter
    from zhuli_flow.web import listing
    from zhuli_flow.web.pages.cases import ORDERS

    office = reading.reader(site.office, CITY)
    seen, after = [], ""
    while True:
        found = listing.cases(office, Filter(), "", 1, after, ORDERS[sort][0])
        seen += [one.case for one in found.lines]
        after = found.next
        if not after:
            break
    assert sorted(seen) == sorted(cases)
    assert enter(CITY).get(f"/cases?sort={sort}").status == 200


def test_an_order_or_a_file_that_there_is_not_is_told(enter: Enter) -> None:
    browser = enter(CITY)
    assert browser.get("/cases?sort=colour").status == 422
    assert browser.get("/cases.exe").status == 422


def test_the_list_that_is_seen_is_exported_with_its_columns(cases: list[str], enter: Enter) -> None:
    browser = enter(CITY)
    told = browser.client.get("/cases.xlsx?columns=city&columns=opened&sort=number")
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(told.content)).active.rows]
    assert ["事项", "市", "开启日期"] in rows
    assert [row[0] for row in rows if row[0] in cases] == sorted(cases)
    assert cases[0].encode() in browser.client.get("/cases.csv").content
    assert browser.client.get("/cases.CSV").status_code == 200
    assert browser.client.get("/cases.doc").status_code == 422


def test_a_register_shows_and_exports_the_columns_chosen(cases: list[str], enter: Enter) -> None:
    browser = enter(CITY)
    page = browser.get("/registers/zone_creation?columns=case&columns=leading_industries")
    assert "陶瓷" in page.text
    told = browser.client.get("/registers/zone_creation/file.csv?columns=case&columns=leading_industries")
    assert "事项编号,主导产业" in told.content.decode("utf-8-sig")


def test_the_list_that_is_exported_names_the_regions_beside_the_step_as_the_page_does(
    site: Site, cases: list[str]
) -> None:
    line = view.page(site.office, Filter(workflow="zone_creation")).lines[0]
    assert line.case in cases
    beside = RegionShown("publicity", "公示", "open", "公示", line.opened_at)
    table = case_list.printed(site.office, [msgspec.structs.replace(line, beside=(beside,))], ["state"], [])
    assert table.rows[0]["state"] == f"{line.state_title}；并行：公示"
