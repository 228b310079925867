"""An office at work in a real browser: the six steps by people in sessions of their own, and a return by Excel."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.web.chromium import MARKS
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.web.site import Site

pytestmark = MARKS
PDF = b"%PDF-1.4\n% a letter\n%%EOF\n"
CITY, PARTY, COUNTY, GOVERNMENT = "沈阳市科协经办", "沈阳市委组织部经办", "法库县委经办", "法库县政府经办"
OFFICE, HEAD, SOCIETY = "省科协学会学术部经办", "省科协主要负责人", "辽宁省硅酸盐学会联络员"
EXPERTS = ["评估专家01", "评估专家02", "评估专家03", "评估专家04", "评估专家07"]
WORDS = {
    "field:request_genre": "请示",
    "field:request_title": "关于法库县创建“创新驱动助力示范区（县）”的请示",
    "field:request_number": "沈科协发〔2018〕1号",
    "field:requesters": "沈阳市科学技术协会\n中共法库县委员会\n法库县人民政府",
    "field:addressee": "辽宁省科学技术协会",
    "field:societies": "辽宁省硅酸盐学会",
    "field:consent_number": "沈组函1号",
    "field:copies": "中共辽宁省委组织部",
}
"""What is written where any words would not do."""
POINTS = {"features": 18, "cluster": 17, "demand": 18, "goals": 17, "guarantee": 8, "societies": 8}


class Person:
    """Somebody at a browser: opens the case, chooses an act by its title, fills in what is asked, sends it."""

    def __init__(self, page, letter: Path) -> None:  # type: ignore[no-untyped-def]
        self.page, self.letter = page, letter

    def does(self, case: str, title: str, opinion: str = "同意。", **told: str) -> None:
        self.page.goto(f"{self.page.base}/cases/{case}")
        self.page.get_by_role("link", name=title, exact=True).first.click()
        self.page.wait_for_url("**act=*")
        self._fill({f"field:{name}": value for name, value in told.items()})
        self.page.locator("#opinion").fill(opinion)
        with self.page.expect_event("domcontentloaded"):
            self.page.locator("form.act button.main").click()
        assert "已办成" in self.page.locator("main").inner_text(), self.page.locator("#summary").inner_text()

    def _fill(self, told: dict[str, str]) -> None:
        """What must be filled in, and what is told besides."""
        form = self.page.locator("form.act")
        must = form.locator(".item:has(.must)")
        for item in must.locator("input[type=file]").all():
            item.set_input_files(self.letter)
        for item in must.locator("input[type=date]").all():
            item.fill("2018-10-08")
        for item in must.locator("input[name^='field:'][inputmode], textarea[name^='field:']").all():
            name = item.get_attribute("name") or ""
            item.fill(told.get(name, WORDS.get(name, "已填写")))
        for item in must.locator("select[name^='field:'], input[list]").all():
            value = WORDS[item.get_attribute("name") or ""]
            item.fill(value) if item.get_attribute("list") else item.select_option(value)
        for group in form.locator("fieldset.item").all():
            if group.locator(".must").count() or (group.locator("input").first.get_attribute("name") or "") in told:
                self._choose(group, told)

    def _choose(self, group, told: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
        first = group.locator("input").first
        name = first.get_attribute("name") or ""
        usual = (first.get_attribute("value") or "") if first.get_attribute("type") == "radio" else ""
        wanted = told.get(name, WORDS.get(name, usual))
        for value in filter(None, wanted.split("\n")):
            group.locator(f"input[value='{value}']").check()


@pytest.fixture
def person(open_page, tmp_path: Path) -> Callable[[str], Person]:  # type: ignore[no-untyped-def]
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(PDF)
    return lambda name: Person(open_page(name), letter)


def test_six_steps_by_people_in_browsers_of_their_own(person: Callable[[str], Person]) -> None:
    city, party, county, government, office = map(person, (CITY, PARTY, COUNTY, GOVERNMENT, OFFICE))
    city.page.goto(f"{city.page.base}/cases/new?workflow=zone_creation")
    city.page.locator("#applicant").fill("法库县") if city.page.locator("input#applicant").count() else None
    if city.page.locator("select#applicant").count():
        city.page.locator("#applicant").select_option("法库县")
    city.page.locator("textarea[name='field:leading_industries']").fill("陶瓷")
    city.page.get_by_role("button", name="开启", exact=True).click()
    city.page.wait_for_url("**/cases/SFQ-*")
    [case] = re.findall(r"/cases/(SFQ-\d+-\d+)", city.page.url)
    party.does(case, "联合推荐")
    city.does(case, "联合推荐")
    county.does(case, "启动调研")
    county.does(case, "报送调研成果、征求意见")
    party.does(case, "同意申报")
    for one in (city, county, government):
        one.does(case, "联合报送请示")
    office.does(case, "受理")
    office.does(case, "组织考察评估", experts="\n".join(EXPERTS), team_leader=EXPERTS[0])
    person(SOCIETY).does(case, "登记实地考察")
    for name in EXPERTS:
        expert = person(name)
        expert.does(case, "填写评分表", conflict="否", **{f"points_{key}": str(value) for key, value in POINTS.items()})
        expert.page.goto(f"{expert.page.base}/cases/{case}?tab=content")
        assert "密封" not in expert.page.locator("main").inner_text()
        assert ("/sheets/" in expert.page.url) == (name != EXPERTS[0])  # he leads the group
    person(EXPERTS[0]).does(case, "报出评估报告")
    office.does(case, "报出评估报告")
    head = person(HEAD)
    head.does(case, "批复同意")
    head.page.goto(f"{head.page.base}/cases/{case}?tab=papers")
    assert "已印发" in head.page.locator("main").inner_text()


@pytest.fixture
def returned(site: Site) -> str:
    """A return that a city has to fill in."""
    told = {
        "subject": "2018年总结",
        "period_from": "2017-06-01",
        "period_to": "2018-05-31",
        "due_on": "2018-10-25",
        "form_version": "2018",
        "units": "大连市科学技术协会",
    }
    call = open_case(site.office, "returns_call", "辽宁省科学技术协会", OFFICE, told).case
    done = advance(site.office, call, OFFICE, Command("issue"))
    return str(dict(done.cases[0])["case"]) if isinstance(done.cases[0], dict) else str(done.cases[0])


def test_a_return_is_filled_in_by_excel_with_a_wrong_cell_told(  # type: ignore[no-untyped-def]
    open_page, returned: str, tmp_path: Path
) -> None:
    page = open_page("大连市科协经办")
    page.goto(f"{page.base}/cases/{returned}")
    page.get_by_role("link", name="报送", exact=True).first.click()
    page.get_by_text("用 Excel 填").first.click()
    with page.expect_download() as found:
        page.get_by_role("link", name="下载表格").first.click()
    data = Path(found.value.path()).read_bytes()
    wrong = tmp_path / "填错.xlsx"
    book = load_workbook(io.BytesIO(data))
    place = _answer(book, "5a", "约三百")
    book.save(wrong)
    _send(page, wrong)
    assert "处要改，没有办理" in page.locator("main").inner_text()
    assert place in page.locator("#summary").inner_text()


def _answer(book, item: str, value: object) -> str:  # type: ignore[no-untyped-def]
    """Write a value into the row of this item; returns the cell it stands in."""
    for row in book.active.iter_rows():
        if any(str(cell.value or "").startswith(item) for cell in row):
            blank = next(cell for cell in row if not cell.protection.locked)
            blank.value = value
            return str(blank.coordinate)
    raise AssertionError(item)


def _send(page, place: Path) -> None:  # type: ignore[no-untyped-def]
    page.locator(".sheet-form input[type=file]").first.set_input_files(place)
    with page.expect_event("domcontentloaded"):
        page.get_by_role("button", name="上传并办理").first.click()


BY_HAND = {
    "p01a": "1280.5",
    "p01b": "86.4",
    "p02a": "轴承、海洋装备",
    "p05a": "18",
    "p09a": "3",
    "p09b": "中国机械工程学会、中国水产学会、中国汽车工程学会",
    "p11a": "6",
    "p11b": "1",
    "p13a": "1",
    "p13b": "3",
    "p18a": "12",
    "p18b": "3460.50",
    "p18c": "2",
    "p18d": "轴承寿命提升项目、海参良种项目",
    "p23a": "《关于实施创新驱动助力工程的意见》",
    "p25a": "是",
    "p26a": "是",
    "p26b": "200.00",
}
"""What Dalian reports; every other number is nought, every other question answered with no."""


def test_a_return_is_filled_in_by_hand_to_the_end(open_page, returned: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    letter = tmp_path / "意见.pdf"
    letter.write_bytes(PDF)
    page = open_page("大连市科协经办")
    page.goto(f"{page.base}/cases/{returned}")
    page.get_by_role("link", name="报送", exact=True).first.click()
    page.wait_for_url("**act=*")
    met = _by_hand(page)
    assert len(met) == 57
    page.locator("input[name='file:p23_files']").set_input_files(letter)
    page.locator("#opinion").fill("属实。")
    with page.expect_event("domcontentloaded"):
        page.locator("form.act button.main").click()
    assert "已办成" in page.locator("main").inner_text(), page.locator("#summary").inner_text()
    page.goto(f"{page.base}/cases/{returned}?tab=content")
    shown = page.locator("main").inner_text()
    assert "3460.50" in shown
    assert "轴承寿命提升项目" in shown


def _by_hand(page) -> set[str]:  # type: ignore[no-untyped-def]
    """Fill in every part of the table there is; returns their names."""
    met = set()
    for one in page.locator("form.act [name^='field:p']").all():
        name = (one.get_attribute("name") or "").removeprefix("field:")
        if re.fullmatch(r"p\d\d[a-z]", name) is None:
            continue
        kind, number = one.get_attribute("type"), one.get_attribute("inputmode") in {"numeric", "decimal"}
        wanted = BY_HAND.get(name, "0" if number else "否" if kind == "radio" else "")
        if kind == "radio":
            if one.get_attribute("value") == wanted:
                one.check()
        elif wanted:
            one.fill(wanted)
        met.add(name)
    return met
