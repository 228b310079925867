"""Coming in: what proves a person, what ends a session, and what a stranger is told."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import HERE, START, Browser, Enter, Page
from zhuli_flow import bootstrap
from zhuli_flow.clock import RehearsalClock
from zhuli_flow.services.administration import accounts
from zhuli_flow.settings import Settings, Web
from zhuli_flow.web.app import create_app
from zhuli_flow.web.printing import Printing
from zhuli_flow.web.site import Site

WHO, OTHER = "沈阳市科协经办", "沈阳市委组织部经办"
PASSWORD = "白日依山尽黄河入海流"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("real") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "SystemClock", lambda: RehearsalClock(START))
        bootstrap.make_home(place, Settings(), start=None, sampled=True, os_user="tester")
    return place


@pytest.fixture
def site(real: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A real office, whose clock the test moves."""
    shutil.copytree(real, home)
    monkeypatch.setattr(bootstrap, "SystemClock", lambda: RehearsalClock(START))
    office = bootstrap.open_office(home, os_user="tester")
    with Printing(office, behind=False) as printing:
        yield Site(office, Web(), printing, origin="http://testserver")
    office.database.close()


@pytest.fixture(autouse=True)
def _clock_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Site, "refresh", lambda _: None)


def later(site: Site, step: timedelta) -> None:
    assert isinstance(site.office.clock, RehearsalClock)
    site.office.clock.advance(step)


def login(browser: Browser, password: str, person: str = WHO) -> Page:
    return browser.post("/login", {"person": person, "password": password, "to": "/cases"})


@pytest.fixture
def browser(site: Site) -> Browser:
    """A person who has set his password, in a browser where he is not in."""
    secret = accounts.invite(site.office, WHO, timedelta(hours=72))
    first = Browser(TestClient(create_app(site)))
    assert WHO in first.get(f"/invite/{secret}").text
    page = first.post(f"/invite/{secret}", {"password": PASSWORD, "again": PASSWORD})
    assert "工作台" in page.text
    assert first.get(f"/invite/{secret}").status == 404
    return Browser(TestClient(create_app(site)))


def test_nobody_looks_at_anything_before_coming_in(stranger: Browser) -> None:
    for path in ("/", "/cases", "/cases/SFQ-2018-0001", "/own", "/help"):
        page = stranger.get(path)
        assert page.url.endswith(f"/login?to={path.replace('/', '%2F')}"), page.url
        assert page.form("/login").asked == ["to", "person", "password"]


def test_a_password_lets_in_and_goes_on_to_where_one_was_going(browser: Browser) -> None:
    page = login(browser, PASSWORD)
    assert (page.status, page.url) == (200, "http://testserver/cases")


def test_a_wrong_password_and_an_unknown_name_are_told_in_the_same_words(browser: Browser) -> None:
    wrong, unknown = login(browser, "x" * 12), login(browser, PASSWORD, "没有这个人")
    assert (wrong.status, unknown.status) == (403, 403)
    assert wrong.text.replace(WHO, "") == unknown.text.replace("没有这个人", "")


def test_who_guesses_has_to_wait_and_the_right_password_does_not_help_meanwhile(browser: Browser, site: Site) -> None:
    for _ in range(5):
        assert login(browser, "wrong-password").status == 403
    assert login(browser, PASSWORD).status == 429
    later(site, timedelta(seconds=31))
    assert login(browser, PASSWORD).status == 200


def test_a_session_ends_when_idle_and_at_its_absolute_end(browser: Browser, site: Site) -> None:
    login(browser, PASSWORD)
    later(site, timedelta(minutes=59))
    assert "工作台" in browser.get("/").text
    later(site, timedelta(minutes=61))
    assert "/login" in browser.get("/").url
    login(browser, PASSWORD)
    for _ in range(13):
        later(site, timedelta(minutes=56))
        page = browser.get("/")
    assert "/login" in page.url


def test_a_session_is_ended_from_another_browser(browser: Browser, site: Site) -> None:
    login(browser, PASSWORD)
    other = Browser(TestClient(create_app(site)))
    login(other, PASSWORD)
    ending = next(one.action for one in other.get("/own").forms if one.action.endswith("/end"))
    other.post(ending)
    assert "/login" not in other.get("/").url
    assert "/login" in browser.get("/").url


def test_going_out_ends_the_session_itself(browser: Browser) -> None:
    login(browser, PASSWORD)
    cookie = browser.client.cookies["zhuli"]
    browser.post("/logout")
    browser.client.cookies.set("zhuli", cookie)
    assert "/login" in browser.get("/").url


def test_a_new_link_ends_password_and_sessions(browser: Browser, site: Site) -> None:
    login(browser, PASSWORD)
    accounts.invite(site.office, WHO, timedelta(hours=72))
    assert "/login" in browser.get("/").url
    assert login(browser, PASSWORD).status == 403


def test_a_link_serves_for_its_time_only(site: Site, stranger: Browser) -> None:
    secret = accounts.invite(site.office, OTHER, timedelta(hours=72))
    later(site, timedelta(hours=73))
    assert stranger.get(f"/invite/{secret}").status == 404


def test_changing_the_password_asks_for_the_old_one_and_ends_other_sessions(browser: Browser, site: Site) -> None:
    login(browser, PASSWORD)
    other = Browser(TestClient(create_app(site)))
    login(other, PASSWORD)
    new = "更上一层楼欲穷千里目"
    told = {"old": "nonsense-here", "password": new, "again": new}
    assert browser.post("/own/password", told).status == 403
    assert browser.post("/own/password", {**told, "old": PASSWORD, "password": "短", "again": "短"}).status == 422
    assert browser.post("/own/password", {**told, "old": PASSWORD}).status == 200
    assert "/login" in other.get("/").url
    assert "/login" not in browser.get("/").url


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_after_coming_in_nobody_is_led_to_another_site(browser: Browser, target: str) -> None:
    page = browser.post("/login", {"person": WHO, "password": PASSWORD, "to": target})
    assert page.url == "http://testserver/"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(site: Site, browser: Browser) -> None:
    told = {"person": WHO, "password": PASSWORD}
    plain = browser.client.post("/login", data=told, headers=HERE, follow_redirects=False).headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in plain.split(";")}
    site.origin = "https://zhuli.example"
    tls = browser.client.post("/login", data=told, headers=HERE, follow_redirects=False).headers["set-cookie"]
    assert tls.startswith("__Host-zhuli=")
    assert "Secure" in tls


def test_no_secret_is_kept_that_could_be_used(browser: Browser, site: Site) -> None:
    login(browser, PASSWORD)
    cookie = browser.client.cookies["zhuli"]
    site.office.database.close()
    kept = b"".join(path.read_bytes() for path in site.office.home.glob("zhuli.db*"))
    assert cookie.encode() not in kept
    assert PASSWORD.encode() not in kept
    assert b"$argon2id$" in kept


def test_a_rehearsal_needs_no_password_and_says_what_it_is(rehearsal_enter: Enter) -> None:
    page = rehearsal_enter(WHO).get("/")
    assert "演练" in page.text
    assert "都不作数" in page.text


@pytest.fixture
def rehearsal_enter(tmp_path: Path, furnished: Path) -> Iterator[Enter]:
    place = tmp_path / "rehearsal"
    shutil.copytree(furnished, place)
    office = bootstrap.open_office(place, os_user="tester")
    with Printing(office, behind=False) as printing:
        client = TestClient(create_app(Site(office, Web(), printing, origin="http://testserver")))

        def come(person: str) -> Browser:
            client.post("/login", data={"person": person}, headers=HERE)
            return Browser(client)

        yield come
    office.database.close()
