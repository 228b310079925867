"""Pages over the whole programme: each answers, says something, and leads on."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.web.conftest import Enter
from zhuli_flow.services.administration import tokens
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.web.site import Site

OFFICE, CITY = "省科协学会学术部经办", "沈阳市科协经办"
PAGES = (
    *(
        "/",
        "/cases",
        "/cases/new",
        "/cases?light=红",
        "/papers",
        "/papers/verify",
        "/registers",
        "/returns",
        "/overview",
    ),
    *("/registers/zone_creation", "/registers/people", "/search", "/search?q=陶瓷", "/deadlines", "/audit", "/office"),
    *("/office/directory", "/office/directory?find=沈阳", "/office/workflows", "/office/workflows/zone_creation"),
    *(
        "/office/calendar?year=2018",
        "/office/calendar?year=2090",
        "/office/health",
        "/office/channels",
        "/office/future",
        "/office/edit/zone_creation",
        "/own",
        "/help",
    ),
)
VOID = {"meta", "link", "input", "img", "br", "path", "rect", "circle"}


class Structure(HTMLParser):
    """Whether tags close, ids are one of a kind, labels have what they name, and nothing needs what the CSP forbids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.controls: list[dict[str, str | None]] = []
        self.faults: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.labels += [given["for"] or ""] if "for" in given else []
        if tag in {"input", "select", "textarea"} and given.get("type") != "hidden":
            self.controls.append({**given, "in_label": "label" if "label" in self.open else None})
        if tag == "img" and "alt" not in given:
            self.faults.append("img without alt")
        self.faults += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        for name in ("src", "href", "action"):
            if (given.get(name) or "").startswith(("http:", "https:", "//", "javascript:", "data:")):
                self.faults.append(f"{tag} {name}={given[name]}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def unlabelled(self) -> list[dict[str, str | None]]:
        return [
            one
            for one in self.controls
            if not (one["in_label"] or one.get("aria-label") or one.get("id") in self.labels)
            and one.get("type") not in {"radio", "checkbox"}
        ]


def sound(html: str) -> None:
    found = Structure(html)
    assert found.faults == []
    assert found.open == []
    assert len(found.ids) == len(set(found.ids)), sorted(found.ids)
    assert found.unlabelled() == []
    assert '<html lang="zh-CN">' in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_and_is_soundly_built(enter: Enter, path: str) -> None:
    page = enter(OFFICE).get(path)
    assert page.status == 200, page.text[:500]
    sound(page.html)


def test_a_case_and_the_forms_of_all_its_acts_are_soundly_built(site: Site, enter: Enter) -> None:
    case = open_case(site.office, "zone_creation", "法库县", CITY, {"leading_industries": "陶瓷"}).case
    browser = enter(CITY)
    page = browser.get(f"/cases/{case}")
    sound(page.html)
    acts = [link for link in page.links.values() if link.startswith("?act=")]
    assert len(acts) > 4
    for link in acts:
        sound(browser.get(f"/cases/{case}{link.partition('#')[0]}").html)
    for tab in ("content", "papers", "deadlines", "history"):
        sound(browser.get(f"/cases/{case}?tab={tab}").html)


def test_every_workflow_can_be_opened_by_a_form(enter: Enter) -> None:
    offered = [link for link in enter(OFFICE).get("/cases/new").links.values() if "workflow=" in link]
    assert offered
    for person in (OFFICE, CITY):
        browser = enter(person)
        for link in (one for one in browser.get("/cases/new").links.values() if "workflow=" in one):
            sound(browser.get(link).html)


def test_an_empty_page_says_why_and_what_next(enter: Enter) -> None:
    browser = enter("法库县政府经办")
    for path, words in (("/", "没有轮到您"), ("/cases", "没有您能看到的事项"), ("/papers", "没有您能看到的公文")):
        page = browser.get(path)
        assert words in page.text
        assert 'class="empty"' in page.html


def test_a_calendar_address_is_secret_shown_once_and_replaced(site: Site, enter: Enter, stranger) -> None:  # type: ignore[no-untyped-def]
    browser = enter(CITY)
    page = browser.post("/own/calendar")
    address = page.html.partition('<code class="secret">')[2].partition("<")[0].removeprefix(site.origin)
    answer = stranger.client.get(address)
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.text.startswith("BEGIN:VCALENDAR")
    assert address not in browser.get("/own").html
    browser.post("/own/calendar")
    assert stranger.client.get(address).status_code == 404
    assert [one.scope for one in tokens.listed(site.office, CITY)] == ["calendar"]


def test_a_copy_that_is_none_of_ours_is_told_as_such(enter: Enter) -> None:
    browser = enter(CITY)
    page = browser.post("/papers/verify", files=[("copy", ("别处的.pdf", b"%PDF-1.4\n%%EOF\n"))])
    assert page.status == 200
    assert "查不到" in page.text
    assert browser.post("/papers/verify", files=[("copy", ("", b""))]).status == 422


def test_reading_messages_takes_them_from_the_desk(site: Site, enter: Enter) -> None:
    open_case(site.office, "zone_creation", "法库县", CITY, {"leading_industries": "陶瓷"})
    with site.office.database.write() as connection:
        from zhuli_flow.store import inbox

        inbox.put(connection, key="k", text="请看这一条", at=site.office.clock.now(), person=CITY)
    browser = enter(CITY)
    page = browser.get("/")
    assert "请看这一条" in page.text
    browser.send(page.form("/messages/read"))
    assert "请看这一条" not in browser.get("/").text


def test_the_desk_tells_what_is_owed_apart_from_what_may_be_done(site: Site, enter: Enter) -> None:
    case = open_case(site.office, "zone_creation", "法库县", CITY, {"leading_industries": "陶瓷"}).case
    page = enter(CITY).get("/").text
    owed = page.index("应办（") if "应办（" in page else -1
    may = page.index("可办（") if "可办（" in page else -1
    assert max(owed, may) >= 0
    assert case in page
    assert owed < 0 or may < 0 or owed < may


def test_everything_a_page_needs_travels_with_it() -> None:
    static = Path(__file__).resolve().parents[2] / "zhuli_flow/web/static"
    texts = [path.read_text("utf-8") for path in static.iterdir()]
    assert texts
    assert not [one for one in texts if "url(" in one or "@import" in one or "cdn" in one]
