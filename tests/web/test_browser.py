"""A real browser: keys alone, a phone's width, contrast, names of controls; what the policy forbids never happens."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.chromium import MARKS
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.web.site import Site

pytestmark = MARKS
CITY, OFFICE = "沈阳市科协经办", "省科协学会学术部经办"
PDF = b"%PDF-1.4\n% a letter\n%%EOF\n"
CHECKS = Path(__file__).with_name("accessibility.js").read_text("utf-8")
PAGES = ("/", "/cases", "/papers", "/papers/verify", "/registers/zone_creation", "/overview", "/search?q=陶瓷")
ADMIN = ("/office/channels", "/office/future", "/office/edit/new", "/office/workflows/zone_creation")
MORE = (
    *ADMIN,
    "/returns",
    "/deadlines",
    "/audit",
    "/office",
    "/office/directory",
    "/office/health",
    "/own",
    "/help",
    "/api",
    "/cases/new",
)


@pytest.fixture
def case(site: Site) -> str:
    return open_case(site.office, "zone_creation", "法库县", CITY, {"leading_industries": "陶瓷"}).case


def test_no_page_is_hard_to_read_to_name_or_to_hit(open_page, case: str) -> None:  # type: ignore[no-untyped-def]
    page = open_page(OFFICE, audited=True)
    faults = {}
    for path in (*PAGES, *MORE, f"/cases/{case}", f"/cases/{case}?tab=history"):
        page.goto(page.base + path)
        if found := [*page.evaluate(CHECKS), *violations(page)]:
            faults[path] = found
    assert faults == {}


def violations(page) -> list[str]:  # type: ignore[no-untyped-def]
    """What axe-core finds against WCAG and good practice, each with its first place."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def test_the_form_of_an_act_is_easy_to_read_and_to_name(open_page, case: str) -> None:  # type: ignore[no-untyped-def]
    page = open_page(CITY)
    page.goto(f"{page.base}/cases/{case}")
    with page.expect_event("domcontentloaded"):
        page.get_by_role("link", name="联合推荐").click()
    assert page.evaluate(CHECKS) == []
    _sign(page)
    assert page.evaluate("document.activeElement.id") == "summary"
    assert page.evaluate(CHECKS) == []


@pytest.mark.parametrize("width", [360, 640])
def test_nothing_runs_off_a_phone_or_off_a_screen_at_twice_the_size(open_page, case: str, width: int) -> None:  # type: ignore[no-untyped-def]
    page = open_page(OFFICE, width=width)
    wide = {}
    for path in (*PAGES, *MORE, f"/cases/{case}", f"/cases/{case}?tab=history", f"/cases/{case}?act=recommend"):
        page.goto(page.base + path)
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            wide[path] = needed
    assert wide == {}


def test_a_refusal_is_mended_by_following_its_links(open_page, case: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    letter = tmp_path / "推荐函.pdf"
    letter.write_bytes(PDF)
    page = open_page(CITY)
    page.goto(f"{page.base}/cases/{case}?act=recommend")
    _sign(page)
    for _ in range(8):
        links = page.locator("#summary a[href^='#']")
        if links.count() == 0:
            break
        target = links.first.get_attribute("href") or ""
        links.first.click()
        _mend(page, target, letter)
        _sign(page)
    assert "已办成" in page.locator("main").inner_text()


def _sign(page) -> None:  # type: ignore[no-untyped-def]
    with page.expect_event("domcontentloaded"):
        page.get_by_role("button", name="签署：联合推荐").click()


def _mend(page, target: str, letter: Path) -> None:  # type: ignore[no-untyped-def]
    """Fill in the item that a link leads to."""
    item = page.locator(target)
    if target.startswith("#file-"):
        item.set_input_files(letter)
    elif item.evaluate("one => one.tagName") == "FIELDSET":
        item.locator("input[type=radio]").first.check()
    elif item.get_attribute("type") == "date":
        item.fill("2018-10-08")
    else:
        item.fill("已填写")


def test_the_whole_of_an_act_is_done_by_keys_alone(open_page, case: str) -> None:  # type: ignore[no-untyped-def]
    page = open_page(CITY)
    page.keyboard.press("j")
    assert case in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case}")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "催办":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**act=urge*")
    page.locator("#opinion").focus()
    page.keyboard.type("请尽快办理")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**done=*")
    assert "已办成：催办" in page.locator("main").inner_text()
    page.keyboard.press("?")
    page.wait_for_url("**/help")


def test_everything_works_without_scripts(open_page, case: str) -> None:  # type: ignore[no-untyped-def]
    page = open_page(CITY, scripts=False)
    page.goto(f"{page.base}/cases/{case}")
    page.get_by_role("link", name="催办").click()
    page.locator("#opinion").fill("请尽快办理")
    page.get_by_role("button", name="催办").click()
    page.wait_for_url("**done=*")
    assert "已办成：催办" in page.locator("main").inner_text()
