"""Whatever people, files and definitions are called, and whatever they say: no page ever takes it for its own text."""

from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import HERE, Enter, Page
from tests.web.test_every_route import FURTHER, routes
from zhuli_flow import bootstrap
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.services import lookup
from zhuli_flow.services.administration import directory, installing, sessions, tokens
from zhuli_flow.services.cases import attachments, drafts, saved_views
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.store import files, notices
from zhuli_flow.web.app import create_app
from zhuli_flow.web.site import Site

EVIL = "<zhuli-evil onclick=x>'\"&{{7*7}}</script><script>"
TURNED = "\u202e倒\u200b"
OFFICE = "省科协学会学术部经办"
ANSWER = "49</script>"
PDF = b"%PDF-1.4\n% a letter\n%%EOF\n"
VALUES = {
    "reason_features": EVIL,
    "reason_cluster": f"集聚{EVIL}",
    "reason_demand": EVIL,
    "recommendation_issuer": "市委组织部和市科协",
    "recommendation_date": "2018-10-08",
}


class Tags(HTMLParser):
    """What a browser would make of a page: its elements and their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "zhuli-evil" or any(name.startswith("on") or name == "style" for name in given):
            self.faults.append(f"<{tag} {' '.join(given)}>")
        if tag in {"iframe", "object", "embed", "base"} or (
            tag == "script" and not given.get("src", "").startswith("/static/")
        ):
            self.faults.append(f"<{tag}>")
        for name in ("href", "src", "action", "formaction"):
            if given.get(name, "/").partition(":")[0].lower() in {"javascript", "data", "http", "https"}:
                self.faults.append(f"{name}={given[name]}")


def hostile(name: str) -> str:
    """A person's or an organisation's name: a directory has no line ends in names, and little else is kept out."""
    return f"{name}{EVIL}"


@pytest.fixture
def places(site: Site, tmp_path: Path) -> dict[str, str]:
    office, who = site.office, hostile("经办")
    folk = tmp_path / "folk.yaml"
    folk.write_text(
        "organisations:\n"
        f"  {_quoted(hostile('协会'))}: {{level: city, city: 沈阳市, kind: science_association}}\n"
        "people:\n"
        f"  {_quoted(who)}: {{organisation: 辽宁省科学技术协会, title: {_quoted(EVIL)}, roles: [office]}}\n",
        encoding="utf-8",
    )
    directory.import_file(office, folk)
    text = bootstrap.sample("new.yaml").read_text("utf-8").replace("workflow: NAME", "workflow: leave_note")
    line = next(one for one in text.splitlines() if one.startswith("title:"))
    installing.install(office, "leave_note", text.replace(line, f"title: {_quoted(EVIL)}", 1))
    open_case(office, "leave_note", "法库县", "法库县政府经办", {"subject": EVIL})
    case = open_case(office, "zone_creation", "法库县", "沈阳市科协经办", {"leading_industries": EVIL}).case
    letter = tmp_path / "x.pdf"
    letter.write_bytes(PDF)
    kept = attachments.keep_named(office, case, [("recommendation_letter", letter, f"{EVIL}{TURNED}.pdf")])
    advance(office, case, "沈阳市科协经办", Command("recommend", VALUES, kept.materials, EVIL))
    drafts.keep(office, who, case, "urge", 2, {"opinion": [EVIL]})
    with office.database.write() as connection:
        seq = lookup.stored(connection, case).seq
        made = notices.add(connection, case_id=case, seq=seq, kind="reply", variables={}, at=office.clock.now())
        stored = files.store_bytes(office.home, PDF, "x.pdf", "pdf")
        notices.issue(connection, made, stored.sha256, stored.size, office.clock.now(), f"{EVIL}{TURNED}")
    saved_views.keep(office, who, "<zhuli-evil>", "/cases")
    tokens.issue(office, who, "read", timedelta(days=1), EVIL)
    return {
        "case_id": case,
        "number": str(made),
        "name": "leave_note",
        "page": "1",
        "form": "recommendation_form",
        "sha256": kept.materials["recommendation_letter"][0].sha256,
        "event": "urge",
        "seq": "2",
        "secret": "<zhuli-evil>",
        "suffix": "csv",
    } | FURTHER


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


QUERIES = (
    "",
    f"?q={EVIL}&find={EVIL}&to={EVIL}&part={EVIL}",
    "?tab=history",
    "?tab=papers",
    "?act=urge",
    "?act=return",
)


def test_no_page_takes_a_name_a_word_or_a_file_name_for_its_own_text(site: Site, places: dict[str, str]) -> None:
    cookie = sessions.begin(site.office, hostile("经办"), timedelta(hours=1), address=EVIL, browser=EVIL)
    client, met, faults = TestClient(create_app(site), headers=HERE, cookies={"zhuli": cookie}), set[str](), {}
    for route in routes():
        for query in QUERIES if "GET" in (route.methods or ()) else ():
            path = route.path.format_map(places) + query
            answer = client.get(path)
            assert answer.status_code < 500, path
            if not answer.headers["content-type"].startswith("text/html"):
                continue
            found = Tags(answer.text).faults
            found += [one for one in TURNED if one in "\u202e\u200b" and one in answer.text]
            if ANSWER in answer.text or found:
                faults[path] = found
            if "&lt;zhuli-evil" in answer.text or "&amp;lt;zhuli-evil" in answer.text:
                met.add(route.path)
    assert faults == {}
    assert {"/", "/cases", "/cases/{case_id}", "/cases/{case_id}/sheet", "/papers", "/own", "/search"} <= met
    assert {"/office/directory", "/office/workflows", "/office/workflows/{name}", "/registers/{name}"} <= met


def test_a_file_is_handed_out_under_its_name_and_never_shown(site: Site, places: dict[str, str], enter: Enter) -> None:
    answer = enter(OFFICE).client.get("/cases/{case_id}/files/{sha256}".format_map(places))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''script%3E%3Cscript%3E")
    assert "\n" not in answer.headers["content-disposition"]
    assert "sandbox" in answer.headers["content-security-policy"]


ZIP = b"PK\x03\x04 no table of contents"
UPLOADS = {
    "svg": ("推荐函.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "image/svg+xml"),
    "html": ("推荐函.html", b"<!doctype html><script>x()</script>", "text/html"),
    "html called pdf": ("推荐函.pdf", b"<!doctype html><script>x()</script>", "application/pdf"),
    "pdf declared html": ("推荐函.pdf", PDF, "text/html"),
    "pdf declared png": ("推荐函.pdf", PDF, "image/png; charset=utf-8"),
    "pdf called png": ("推荐函.png", PDF, "image/png"),
    "broken archive": ("推荐函.docx", ZIP, "application/octet-stream"),
    "program": ("推荐函.pdf", b"\x7fELF\x02\x01\x01", "application/pdf"),
    "empty": ("推荐函.pdf", b"", "application/pdf"),
}


@pytest.mark.parametrize("upload", UPLOADS.values(), ids=UPLOADS)
def test_what_is_not_what_it_says_is_not_taken(site: Site, enter: Enter, upload: tuple[str, bytes, str]) -> None:
    case = open_case(site.office, "zone_creation", "法库县", "沈阳市科协经办", {"leading_industries": "陶瓷"}).case
    browser = enter("沈阳市科协经办")
    page = Page(
        browser.client.post(
            f"/cases/{case}/acts/recommend",
            data={f"field:{name}": value for name, value in VALUES.items()},
            files={"file:recommendation_letter": upload},
            headers=HERE,
        )
    )
    assert page.status == 422, page.text[:500]
    assert "未作任何改动" in page.text or "未保存任何内容" in page.text
    assert not list(files.stored_files(site.office.home))


def test_an_office_file_is_taken_whatever_its_sender_declares(site: Site, enter: Enter) -> None:
    case = open_case(site.office, "zone_creation", "法库县", "沈阳市科协经办", {"leading_industries": "陶瓷"}).case
    client = enter("沈阳市科协经办").client
    for declared in ("application/octet-stream", "application/wps-office.pdf", "", "application/pdf"):
        sent = {"file:recommendation_letter": ("推荐函.pdf", PDF, declared)}
        client.post(f"/cases/{case}/acts/recommend", data={}, files=sent, headers=HERE)
    assert len(list(files.stored_files(site.office.home))) == 1
