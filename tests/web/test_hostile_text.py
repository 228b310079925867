"""The rule of text at the doors of the site: forms, addresses and the interface take nothing that nobody sees."""

import json
from urllib.parse import quote

import pytest

from tests.web.conftest import HERE, Enter
from tests.web.test_api import OPENING, Program
from zhuli_flow.web.site import Site

CITY = "沈阳市科协经办"
HOSTILE = ["\u200b", "\x1b", "\u202e", "\x85", "\u2028", "\ufeff", "\U000e0041", "\x7f", "\u3164", "\ufffe", "\u034f"]
NO_TEXT = ["\ud800", "\udcff"]


@pytest.fixture
def city(site: Site) -> Program:
    return Program(site, CITY)


def _opening(text: str, where: str) -> dict[str, object]:
    told: dict[str, object] = dict(OPENING)
    if where == "value":
        told["values"] = {"leading_industries": f"陶{text}瓷"}
    else:
        told[where] = f"甲{text}乙"
    return told


@pytest.mark.parametrize("where", ["workflow", "applicant", "opinion", "value"])
def test_the_interface_refuses_what_nobody_sees(city: Program, where: str) -> None:
    for text in HOSTILE + NO_TEXT:
        body = json.dumps(_opening(text, where))  # escaped, as programs write it: a lone surrogate comes through
        answer = city.client.post("/api/v1/cases", content=body, headers={"content-type": "application/json"})
        assert 400 <= answer.status_code < 500, (ascii(text), answer.text)
        assert text not in answer.text
    assert city.get("/cases").json()["cases"] == []


def test_a_request_number_is_seen(city: Program) -> None:
    for text in ("\x7f", "\x85", "\xad"):
        key = f"a{text}b".encode("latin-1").decode("latin-1")
        answer = city.client.post("/api/v1/cases", json=OPENING, headers={"Idempotency-Key": key.encode("latin-1")})
        assert 400 <= answer.status_code < 500, (ascii(text), answer.text)


@pytest.mark.parametrize("path", ["/cases?state={}", "/cases?city={}", "/cases?workflow={}", "/search?q={}"])
def test_an_address_of_the_interface_makes_nothing_stumble(city: Program, path: str) -> None:
    for text in HOSTILE:
        assert city.get(path.format(quote(f"甲{text}"))).status_code < 500, ascii(text)
    assert city.get(path.format("%ff%fe")).status_code < 500


@pytest.mark.parametrize("field", ["field:leading_industries", "opinion"])
def test_a_form_tells_what_nobody_sees_and_does_nothing(enter: Enter, field: str) -> None:
    clerk = enter(CITY)
    form = clerk.get("/cases/new?workflow=zone_creation").form("/cases")
    for text in HOSTILE:
        page = clerk.post(form.action, {**form.values, "applicant": "法库县", field: f"陶{text}瓷"})
        assert (page.status, "不可见" in page.text) == (409, True), ascii(text)
    assert "SFQ-2018-0001" not in clerk.get("/cases").text


def test_bytes_that_are_no_text_are_no_form(enter: Enter) -> None:
    clerk = enter(CITY)
    form = clerk.get("/cases/new?workflow=zone_creation").form("/cases")
    body = "workflow=zone_creation&applicant=%E6%B3%95%E5%BA%93%E5%8E%BF&field%3Aleading_industries=%ff%fe"
    kind = {"content-type": "application/x-www-form-urlencoded", **HERE}
    answer = clerk.client.post(form.action, content=body, headers=kind)
    assert (answer.status_code, "不是 UTF-8 文字" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/office/directory/person", "name=%ff%fe&organisation=%E6%B3%95%E5%BA%93%E5%8E%BF"),
        ("/office/directory/person", "name=a&organisation=b&role=%ff"),
        ("/office/directory/organisation", "name=%ff%fe&level=province"),
        ("/office/relocate", "case=a&to=b&why=%ff"),
        ("/office/install", "name=a&text=%ff"),
        ("/papers/1/void", "reason=%ff%fe"),
        ("/views", "address=%2Fcases&name=%ff"),
        ("/own/tokens", "scope=read&days=1&label=%ff"),
    ],
)
def test_bytes_that_are_no_text_come_in_by_no_form_of_a_page(enter: Enter, path: str, body: str) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded", **HERE}
    answer = enter("省科协学会学术部经办").client.post(path, content=body, headers=kind)
    assert (answer.status_code, "不是 UTF-8 文字" in answer.text) == (422, True)


@pytest.mark.parametrize("name", ["视\u200b图", "视\x1b图", "\u202e图"])
def test_a_view_is_named_in_what_can_be_seen(enter: Enter, name: str) -> None:
    page = enter(CITY).post("/views", {"address": "/cases?light=红", "name": name})
    assert page.status == 422


@pytest.mark.parametrize(
    "path", ["/cases?find={}", "/search?q={}", "/office/directory?find={}", "/registers/people?where={}"]
)
def test_no_page_stumbles_or_repaints_itself(enter: Enter, path: str) -> None:
    clerk = enter(CITY)
    for text in (*HOSTILE, "%"):
        page = clerk.get(path.format(quote(f"甲{text}")))
        assert page.status < 500, ascii(text)
        assert not {"\x1b", "\u202e"} & set(page.html)


def test_what_mends_an_upload_is_said_once(enter: Enter) -> None:
    page = enter(CITY).post("/papers/verify", files=[("copy", ("甲.pdf", b"<p>", "text/html"))])
    assert (page.status, page.text.count("请核对文件，用原来的格式和扩展名提交")) == (422, 1)
