"""What stands before every page: whose form this is, which host was asked, and what a browser may do with an answer."""

import logging

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from tests.web.conftest import HERE, Browser, Enter
from zhuli_flow.services.administration import security
from zhuli_flow.web.app import ROUTERS, create_app
from zhuli_flow.web.guard import Guard, refusal
from zhuli_flow.web.site import Site

WHO = "沈阳市科协经办"


def posts() -> list[str]:
    """Every address to which something is sent, with something in its places."""
    routes = [one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)]
    found = [one.path.replace("{number}", "1") for one in routes if "POST" in (one.methods or ())]
    assert len(found) > 5
    return [path.format_map(_Anything()) for path in found]


class _Anything(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "x"


FOREIGN = [
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://testserver.evil.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_nothing_is_changed_by_a_form_of_another_page(enter: Enter, headers: dict[str, str]) -> None:
    client = enter(WHO).client
    answers = {path: client.post(path, headers=headers, follow_redirects=False) for path in posts()}
    assert {path: one.status_code for path, one in answers.items() if one.status_code != 403} == {}
    assert all("不是从本系统的页面发出的" in one.text for one in answers.values())


@pytest.mark.parametrize("headers", [HERE, {"Origin": "http://testserver"}], ids=str)
def test_a_form_of_our_own_page_is_taken(enter: Enter, headers: dict[str, str]) -> None:
    answer = enter(WHO).client.post("/logout", headers=headers, follow_redirects=False)
    assert answer.status_code == 303


def test_nothing_is_changed_by_who_is_not_in(stranger: Browser) -> None:
    for path in posts():
        if not path.startswith(("/login", "/invite", "/api/")):
            answer = stranger.client.post(path, headers=HERE, follow_redirects=False)
            assert (path, answer.status_code, answer.headers.get("location", "")[:6]) == (path, 303, "/login")


@pytest.mark.parametrize("path", ["/", "/login", "/cases", "/nowhere", "/static/zhuli.css", "/healthz", "/cases/NO-1"])
def test_every_answer_says_what_a_browser_may_do(enter: Enter, path: str) -> None:
    answer = enter(WHO).client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "server" not in answer.headers


def test_a_bug_is_told_in_words_with_the_same_headers(
    site: Site, enter: Enter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = enter(WHO)
    monkeypatch.setattr("zhuli_flow.services.cases.worklist.page", lambda *_, **__: int("secret value"))
    with caplog.at_level(logging.INFO):
        answer = browser.client.get("/")
    assert answer.status_code == 500
    assert "程序出错" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "ValueError" in caplog.text
    assert "secret value" not in caplog.text + answer.text


def test_another_name_of_this_machine_is_not_answered(site: Site) -> None:
    site.bound = True
    client = TestClient(create_app(site), base_url="http://rebound.example:8000")
    assert client.get("/login").status_code == 400
    assert TestClient(create_app(site), base_url="http://127.0.0.1:8000").get("/login").status_code == 200


def test_what_is_too_large_is_refused_before_it_is_read(site: Site) -> None:
    headers = [(b"host", b"testserver"), (b"content-length", b"999999999999")]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    told = refusal(site, scope)
    assert told is not None
    assert told[0] == 413


def test_the_access_log_holds_no_secret(site: Site, enter: Enter, caplog: pytest.LogCaptureFixture) -> None:
    browser = enter(WHO)
    with caplog.at_level(logging.INFO, logger="zhuli_flow.web.access"):
        browser.get("/invite/very-secret-words")
        browser.get("/cases?city=沈阳市")
    assert "GET /invite/{secret} 404" in caplog.text
    assert "very-secret-words" not in caplog.text
    assert "沈阳" not in caplog.text
    assert browser.client.cookies["zhuli"] not in caplog.text


def test_who_is_turned_away_is_noted_and_fills_no_disk(site: Site, enter: Enter) -> None:
    client = enter(WHO).client
    for _ in range(70):
        client.post("/invite/very-secret-words", headers={"Origin": "http://evil.example"})
        client.get("/api/v1/me", headers={"Authorization": "Bearer very-secret-words"})
    found = [one for one in security.latest(site.office, 1000) if not one.ok]
    assert {(one.event, one.note, one.address) for one in found} == {
        ("origin", "POST", "testclient"),
        ("token", "接口令牌", "testclient"),
    }
    assert len(found) == 60
    assert "very-secret-words" not in str(found)


def test_the_guard_stands_outermost(site: Site) -> None:
    assert create_app(site).user_middleware[0].cls is Guard
