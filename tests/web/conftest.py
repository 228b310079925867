"""A site on a copy of the furnished rehearsal home, and browsers without scripts: one for every person."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from tests.web.chromium import address, chromium, open_page  # noqa: F401 - fixtures
from zhuli_flow import bootstrap
from zhuli_flow.settings import Settings, Web
from zhuli_flow.web.app import create_app
from zhuli_flow.web.printing import Printing
from zhuli_flow.web.site import Site

HERE = {"Sec-Fetch-Site": "same-origin"}
START = datetime(2018, 10, 8, 1, tzinfo=UTC)


@dataclass
class Form:
    """One form of a page: where it goes and what it would send as it stands."""

    action: str = ""
    method: str = "get"
    values: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """What a person finds on a page: words, links, forms."""

    def __init__(self, answer: Response) -> None:
        super().__init__(convert_charrefs=True)
        self.status, self.url, self.html = answer.status_code, str(answer.url), answer.text
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self._words: list[str] = []
        self._link, self._area, self._select = "", "", ""
        self.feed(answer.text)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self._words))

    def form(self, action: str) -> Form:
        return next(one for one in self.forms if one.action.startswith(action))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif tag == "a":
            self._link = given.get("href", "")
        elif self.forms and name:
            self._control(tag, name, given)
        elif tag == "option" and "selected" in given and self._select:
            self.forms[-1].values[self._select] = [given.get("value", "")]

    def _control(self, tag: str, name: str, given: dict[str, str]) -> None:
        form = self.forms[-1]
        form.asked.append(name)
        if tag == "textarea":
            self._area = name
            form.values.setdefault(name, [""])
        elif tag == "select":
            self._select = name
        elif given.get("type") in {"radio", "checkbox"}:
            if "checked" in given:
                form.values.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "input" and given.get("type") != "file":
            form.values.setdefault(name, []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        self._words.append(data)
        if self._area:
            self.forms[-1].values[self._area] = [data]
        if self._link and data.strip():
            self.links.setdefault(data.strip(), self._link)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""


class Browser:
    """A browser without scripts, in which one person has come in."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str) -> Page:
        return Page(self.client.get(path))

    def post(self, path: str, data: object = None, files: object = None) -> Page:
        return Page(self.client.post(path, data=data, files=files, headers=HERE))  # type: ignore[arg-type]

    def asked(self, case: str, title: str) -> Form:
        """The form of an act as its link on the page of the case opens it."""
        page = self.get(f"/cases/{case}")
        return self.get(f"/cases/{case}{page.links[title].partition('#')[0]}").form(f"/cases/{case}/acts/")

    def act(self, case: str, title: str, files: dict[str, tuple[str, bytes]] | None = None, **values: object) -> Page:
        """Choose an act by its title, fill in its form and send it."""
        return self.send(self.asked(case, title), files, **values)

    def send(self, form: Form, files: dict[str, tuple[str, bytes]] | None = None, **values: object) -> Page:
        told = {**form.values, **{name.replace("__", ":"): value for name, value in values.items()}}
        sent = [(f"file:{name}", one) for name, one in (files or {}).items()]
        return self.post(form.action, told, sent or [("none", ("", b""))])


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("furnished") / "home"
    bootstrap.make_home(place, Settings(rehearsal=True), start=START, sampled=True, os_user="tester")
    return place


@pytest.fixture
def site(home: Path, furnished: Path) -> Iterator[Site]:
    """A rehearsal's site."""
    shutil.copytree(furnished, home)
    office = bootstrap.open_office(home, os_user="tester")
    with Printing(office, behind=False) as printing:
        yield Site(office, Web(), printing, origin="http://testserver")
    office.database.close()


Enter = Callable[[str], Browser]


@pytest.fixture
def enter(site: Site) -> Enter:
    """Lets a person of the rehearsal in, in a browser of his own."""
    app = create_app(site)

    def come(person: str) -> Browser:
        client = TestClient(app)
        answer = client.post("/login", data={"person": person}, headers=HERE)
        assert answer.status_code == 200, answer.text
        return Browser(client)

    return come


@pytest.fixture
def stranger(site: Site) -> Browser:
    """A browser in which nobody has come in."""
    return Browser(TestClient(create_app(site)))
