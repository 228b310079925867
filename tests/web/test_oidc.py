"""Coming in by the office's own directory: whom it proves comes in, and no forged, old or foreign answer does."""

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from fastapi.testclient import TestClient
from joserfc.jwk import ECKey, OctKey

from tests.web.conftest import HERE, START, Browser, Page
from tests.web.provider import CLIENT, SECRET, Provider, listening, query_of
from tests.web.test_login import real  # noqa: F401 - a fixture
from zhuli_flow import bootstrap, settings
from zhuli_flow.clock import RehearsalClock
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.administration import security
from zhuli_flow.settings import Oidc, Web
from zhuli_flow.web.app import create_app
from zhuli_flow.web.oidc import MOST_OF_ONE, MOST_TRIES, WITHIN_S, OfficeLogin, Tries, Try
from zhuli_flow.web.printing import Printing
from zhuli_flow.web.site import Site

WHO = "沈阳市科协经办"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with listening(Provider(int(START.timestamp()), WHO)) as found:
        yield found


@pytest.fixture
def site(real: Path, home: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:  # noqa: F811
    """A real office whose settings name the provider."""
    shutil.copytree(real, home)
    secret = home / "oidc.secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    monkeypatch.setattr(bootstrap, "SystemClock", lambda: RehearsalClock(START))
    monkeypatch.setattr(Site, "refresh", lambda _: None)
    office = bootstrap.open_office(home, os_user="tester")
    with Printing(office, behind=False) as printing:
        made = Site(office, Web(), printing, origin="http://testserver")
        made.oidc = OfficeLogin(Oidc(provider.issuer, CLIENT, secret.name), home, made.origin)
        yield made
    office.database.close()


@pytest.fixture
def browser(site: Site) -> Browser:
    return Browser(TestClient(create_app(site)))


def sent(browser: Browser, to: str = "/cases") -> str:
    """Where the provider sends the browser back to, once its owner has proved who he is."""
    gone = browser.client.get(f"/login/office?to={to}", follow_redirects=False)
    assert gone.status_code == 303, gone.text
    return requests.get(gone.headers["location"], allow_redirects=False, timeout=5).headers["location"]


def come(browser: Browser, to: str = "/cases") -> Page:
    return browser.get(sent(browser, to).removeprefix("http://testserver"))


def test_whom_the_provider_proves_comes_in_where_he_wanted_to(site: Site, browser: Browser) -> None:
    assert "用单位统一身份认证登录" in browser.get("/login").text
    page = come(browser)
    assert (page.status, page.url) == (200, "http://testserver/cases")
    assert WHO in page.text
    assert "zhuli-office" not in browser.client.cookies
    assert [(one.event, one.person, one.ok) for one in security.latest(site.office, 1)] == [("login", WHO, True)]


def test_the_way_there_carries_a_state_a_nonce_and_a_proof_key(browser: Browser, provider: Provider) -> None:
    asked = []
    for _ in range(2):
        gone = browser.client.get("/login/office", follow_redirects=False)
        asked.append(query_of(gone.headers["location"]))
        assert "HttpOnly" in gone.headers["set-cookie"]
        assert "Path=/login/office" in gone.headers["set-cookie"]
    assert asked[0]["code_challenge_method"] == "S256"
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name]) >= 30
        assert asked[0][name] != asked[1][name]


Spoil = Callable[[Provider], None]
LIES: dict[str, Spoil] = {
    "signed by another key": lambda one: setattr(one, "published", ECKey.generate_key("P-256", {"kid": "1"})),
    "signed with the secret": lambda one: (
        setattr(one, "published", one.key),
        setattr(one, "key", OctKey.import_key(SECRET, {"kid": "1"})),
        setattr(one, "algorithm", "HS256"),
    )[0],
    "for another try": lambda one: one.said.update(nonce="another"),
    "without a nonce": lambda one: one.said.update(nonce=None),
    "for another client": lambda one: one.said.update(aud="other"),
    "for several, handed to another": lambda one: one.said.update(aud=[CLIENT, "other"], azp="other"),
    "from another": lambda one: one.said.update(iss="https://evil.example"),
    "out of date": lambda one: one.said.update(exp=one.now - 600, iat=one.now - 900),
    "from the future": lambda one: one.said.update(iat=one.now + 3600, nbf=one.now + 3600),
    "without a name": lambda one: one.said.update(preferred_username=None),
    "a name that is none": lambda one: one.said.update(preferred_username=["a"]),
    "described as another": lambda one: setattr(one, "described_as", "https://evil.example"),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_no_answer_is_believed_that_is_not_right_in_every_part(
    browser: Browser, provider: Provider, lie: Spoil
) -> None:
    lie(provider)
    gone = browser.client.get("/login/office?to=/cases", follow_redirects=False)
    if gone.status_code == 303:
        back = requests.get(gone.headers["location"], allow_redirects=False, timeout=5).headers["location"]
        gone = browser.client.get(back.removeprefix("http://testserver"), follow_redirects=False)
    assert gone.status_code == 403
    assert "zhuli" not in browser.client.cookies
    assert browser.get("/cases").url.startswith("http://testserver/login")


def test_nobody_comes_to_be_by_it(site: Site, browser: Browser, provider: Provider) -> None:
    provider.person = "名录之外的人"
    page = come(browser)
    assert page.status == 403
    assert "名录中没有这个账号对应的人员" in page.text
    found = security.latest(site.office, 1)[0]
    assert (found.event, found.ok, found.person) == ("login", False, security.UNKNOWN)


def test_a_way_back_serves_once_and_in_one_browser(site: Site, browser: Browser, provider: Provider) -> None:
    back = sent(browser).removeprefix("http://testserver")
    other = Browser(TestClient(create_app(site)))
    assert other.get(back).status == 403
    assert browser.get(back).status == 403  # gone, however it was tried
    back = sent(browser).removeprefix("http://testserver")
    assert browser.get(back).status == 200
    assert Browser(browser.client).get(back).status == 403
    assert browser.get("/login/office/back").status == 403
    assert browser.get("/login/office/back?state=x&code=y").status == 403


def test_a_way_back_that_is_not_right_is_in_the_security_log(site: Site, browser: Browser, provider: Provider) -> None:
    provider.said["nonce"] = "another"
    for address in (sent(browser).removeprefix("http://testserver"), "/login/office/back?state=x&code=y"):
        before = len(security.latest(site.office, 9))
        assert browser.get(address).status == 403
        found = security.latest(site.office, 9)
        assert len(found) == before + 1
        assert (found[0].event, found[0].ok, found[0].person) == ("login", False, "")


def test_a_cookie_of_any_bytes_is_another_browser(site: Site, browser: Browser) -> None:
    back = sent(browser).removeprefix("http://testserver")
    other = TestClient(create_app(site), raise_server_exceptions=False)
    answer = other.get(back, headers={"cookie": b"zhuli-office=\xe9\xff"})
    assert (answer.status_code, "不是在这个浏览器中开始的" in answer.text) == (403, True)


def test_one_is_sent_on_to_pages_of_this_house_alone(browser: Browser) -> None:
    assert come(browser, "//evil.example/").url == "http://testserver/"


def test_a_provider_that_does_not_answer_leaves_the_password(site: Site, browser: Browser, provider: Provider) -> None:
    site.oidc = OfficeLogin(Oidc("http://127.0.0.1:1", CLIENT, "oidc.secret"), site.office.home, site.origin)
    page = browser.get("/login/office")
    assert page.status == 403
    assert "单位身份认证没有通过" in page.text
    assert page.form("/login").asked == ["to", "person", "password"]


def test_who_leaves_may_leave_the_provider_too(browser: Browser, provider: Provider) -> None:
    come(browser)
    page = Page(browser.client.post("/logout", headers=HERE))
    assert page.links["同时退出单位统一身份认证"] == f"{provider.issuer}/leave"


def test_no_log_holds_a_secret(browser: Browser, provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="zhuli_flow"):
        provider.said["nonce"] = "another"
        come(browser)
    assert "oidc finish" in caplog.text
    assert SECRET not in caplog.text
    assert "code=" not in caplog.text


def test_without_settings_there_is_no_such_way(site: Site, browser: Browser) -> None:
    site.oidc = None
    assert "统一身份认证" not in browser.get("/login").text
    assert browser.get("/login/office").status == 404


WRONG = {
    'issuer = "http://auth.example"': "oidc.issuer",
    'issuer = "https://auth.example?x=1"': "oidc.issuer",
    "issuer = 3": "oidc.issuer",
    'issuer = "https://auth.example"\nclaims = "x"': "claims",
}


@pytest.mark.parametrize("text", WRONG)
def test_settings_that_are_not_right_are_told_at_their_place(real: Path, home: Path, text: str) -> None:  # noqa: F811
    shutil.copytree(real, home)
    file = home / settings.FILE
    whole = file.read_text("utf-8")
    file.write_text(f'{whole}\n[oidc]\nclient_id = "zhuli"\nsecret_file = "x"\n{text}\n', encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        settings.load(home)
    assert WRONG[text] in str(list(map(str, refused.value.problems)))


def test_a_secret_that_others_may_read_is_not_used(site: Site) -> None:
    (site.office.home / "oidc.secret").chmod(0o644)
    with pytest.raises(InvalidInput, match="可被他人读取"):
        OfficeLogin(Oidc("https://auth.example", CLIENT, "oidc.secret"), site.office.home, site.origin)


def test_who_begins_without_end_pushes_out_his_own_tries_alone() -> None:
    tries = Tries()
    tries.add("mine", Try("n", "v", "b", "/", 0.0, "10.0.0.1"))
    for number in range(3 * MOST_OF_ONE):
        tries.add(f"flood-{number}", Try("n", "v", "b", "/", 1.0, "10.0.0.66"))
    assert len(tries) == 1 + MOST_OF_ONE
    assert tries.take("flood-0", 2.0) is None
    assert tries.take("mine", 2.0) is not None
    assert tries.take("mine", 2.0) is None


def test_from_very_many_addresses_those_with_the_most_give_way() -> None:
    tries = Tries()
    tries.add("mine", Try("n", "v", "b", "/", 0.0, "10.0.0.1"))
    for number in range(MOST_TRIES + 500):
        tries.add(f"flood-{number}", Try("n", "v", "b", "/", 1.0, f"10.1.0.{number % 50}"))
    assert len(tries) == MOST_TRIES
    assert tries.take("mine", 2.0) is not None


def test_a_try_that_nobody_comes_back_from_is_forgotten() -> None:
    tries = Tries()
    tries.add("old", Try("n", "v", "b", "/", 0.0, "10.0.0.1"))
    assert tries.take("old", WITHIN_S + 1.0) is None
    tries.add("old", Try("n", "v", "b", "/", 0.0, "10.0.0.1"))
    tries.add("new", Try("n", "v", "b", "/", WITHIN_S + 1.0, "10.0.0.2"))
    assert len(tries) == 1


def test_a_flood_by_the_login_page_leaves_others_their_way_back(site: Site, browser: Browser) -> None:
    assert site.oidc is not None
    mine = sent(browser)
    other = TestClient(create_app(site), client=("10.0.0.66", 1))
    for _ in range(MOST_OF_ONE + 5):
        other.get("/login/office", follow_redirects=False)
    assert len(site.oidc.tries) == 1 + MOST_OF_ONE
    assert browser.get(mine.removeprefix("http://testserver")).url == "http://testserver/cases"
