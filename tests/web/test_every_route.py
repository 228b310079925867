"""Every address × every sort of person, pages and interface: the answer is what the law says, and each has one.

The table says of every address whose it is; an address that stands in no line, or in two, fails. What a case's
definition opens to a person, ``engine.authority.reading`` says; the answers are held against it.
"""

import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx import Response
from pypdf import PdfWriter

from tests.web.conftest import HERE
from tests.web.test_rights import CITY, PDF, SENT, places  # noqa: F401 - a fixture
from zhuli_flow.engine.authority.reading import may_see
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.administration import directory as directory_service
from zhuli_flow.services.administration import sessions, tokens
from zhuli_flow.services.cases import own_sheets, saved_views, worklist
from zhuli_flow.services.office import Office
from zhuli_flow.store import directory, files, notices
from zhuli_flow.vocabulary import OFFICERS
from zhuli_flow.web.app import ROUTERS, create_app
from zhuli_flow.web.site import Site

A_CASE = r"/sheets/\{case_id\}|(/api/v1)?/(cases/\{case_id\}|papers/\{number\})(/.*)?"
WHOSE = {
    "before coming in": r"/login(/office(/back)?)?|/invite/\{secret\}|/feeds/\{secret\}\.ics",
    "a case's": A_CASE,
    "a collection's": r"/returns/\{case_id\}(/.*)?",
    "one's own": r"/own/(sessions|tokens)/\{number\}/end|/views/\{number\}/drop|/previews/.*|/api/v1/messages/.*",
    "lists of what one sees": r"(/api/v1)?/(cases|papers|deadlines|search)|/|/api/v1/todo|/cases\.\{suffix\}|/returns"
    r"|(/api/v1)?/registers/\{name\}(/file\.\{suffix\})?|/together|/sheets"
    r"|/api/v1/(registers(/\{name\}/(total|comparison|editions/\{edition\}))?|messages|numbers)"
    r"|(/api/v1)?/audit/export",
    "who oversees": r"(/api/v1)?/(overview|audit)|/api/v1/audit/verification|/office/(health|channels|edit/\{name\})",
    "who administers": r"/office/(edit|install|directory(/person|/organisation)?|calendar|channels|relocate)"
    r"|/api/v1/audit/checkpoints"
    r"|/office/workflows/\{name\}/\{what\}",
    "everybody's": r"/logout|/own(/tokens|/password|/calendar)?|/help|/messages/read|/cases/new|/views|/papers/verify"
    r"|/api/v1/(directory|workflows(/\{name\})?|calendar/\{year\}|deadlines/calc|handover|papers/verify)"
    r"|/api(/v1/me)?|/registers|/office(/directory|/workflows(/\{name\})?|/calendar|/future)?",
}
"""Of ``who administers`` only what is sent; looking at the same addresses is everybody's, or who oversees."""
SHOWN_HERE = ("text/html", "image/png", "application/json", "application/problem+json")
"""What a browser may show; everything else is handed out as a file."""


def routes() -> list[APIRoute]:
    return [one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)]


def sorts(route: APIRoute) -> list[str]:
    found = [whose for whose, pattern in WHOSE.items() if re.fullmatch(pattern, route.path)]
    sent = "POST" in (route.methods or ())
    return [one for one in found if len(found) == 1 or (one == "who administers") == (sent and route.path != "/audit")]


def of(whose: str) -> list[APIRoute]:
    found = [one for one in routes() if sorts(one) == [whose]]
    assert found, whose
    return found


def test_every_address_is_in_one_line_of_the_table() -> None:
    assert {(one.path, *(one.methods or ())): sorts(one) for one in routes() if len(sorts(one)) != 1} == {}


def people(office: Office) -> list[str]:
    """One person for every set of roles there is, of the case's city and county and of another, and the officers."""
    lines = [f"  {title}某: {{organisation: 辽宁省科学技术协会, roles: [{role}]}}" for role, title in OFFICERS.items()]
    file = office.home / "officers.yaml"
    file.write_text("people:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    directory_service.import_file(office, file)
    with office.database.read() as connection:
        everybody = directory.everybody(connection, office.today)
    place = {
        one.organisation: (one.organisation.city == "沈阳市", one.organisation.county == "法库县") for one in everybody
    }
    return sorted(
        {(one.roles, one.organisation.level, place[one.organisation]): one.person for one in everybody}.values()
    )


FURTHER = {"seq": "1", "year": "2018", "edition": "1"}


class Both:
    """One person's browser and one person's program, on the same site."""

    def __init__(self, site: Site, app: object, person: str) -> None:
        self.person = person
        secret = tokens.issue(site.office, person, "write", timedelta(days=1))
        self._program = TestClient(app, headers={"Authorization": f"Bearer {secret}"})  # type: ignore[arg-type]
        cookie = sessions.begin(site.office, person, timedelta(hours=12))
        self._browser = TestClient(app, headers=HERE, cookies={"zhuli": cookie})  # type: ignore[arg-type]

    def ask(self, route: APIRoute, told: dict[str, str]) -> Response:
        """The answer; whichever it is, a browser is told what it may do with it."""
        answer = self._asked(route, told)
        said = {
            name: answer.headers.get(name, "") for name in ("content-security-policy", "set-cookie", "cache-control")
        }
        kind, way = answer.headers.get("content-type", ""), answer.headers.get("content-disposition", "")
        assert "default-src 'none'" in said["content-security-policy"], route.path
        assert "unsafe" not in said["content-security-policy"], route.path
        assert said["cache-control"] == "no-store" or said["cache-control"].startswith("private"), route.path
        assert answer.headers["x-content-type-options"] == "nosniff", route.path
        assert answer.headers["referrer-policy"] == "same-origin", route.path
        assert answer.headers["x-frame-options"] == "DENY", route.path
        assert not said["set-cookie"] or re.search("httponly.*samesite=lax", said["set-cookie"], re.IGNORECASE), (
            route.path
        )
        assert way.startswith("attachment") or kind.startswith(SHOWN_HERE) or answer.status_code == 303, (
            route.path,
            kind,
        )
        return answer

    def _asked(self, route: APIRoute, told: dict[str, str]) -> Response:
        path = route.path.format_map(told)
        if "GET" in (route.methods or ()):
            return self._client(path).get(path, follow_redirects=False)
        if path.startswith("/api/") and not re.search("/files$|/verify$|/forms/", path):
            return self._program.post(path, json={})
        sent = {
            "event": "recommend",
            "reason": "x",
            "name": "recommendation_letter",
            "text": "x",
            "organisation": "x",
            "level": "x",
            "case": "X-1",
            "to": "draft",
            "why": "x",
        }
        return self._client(path).post(path, data=sent, files=SENT, follow_redirects=False)

    def _client(self, path: str) -> TestClient:
        return self._program if path.startswith("/api/v1/") else self._browser


@pytest.fixture
def told(site: Site, places: dict[str, str]) -> dict[str, str]:  # noqa: F811
    with site.office.database.write() as connection:
        kept = files.store_bytes(site.office.home, _blank(), "批复.pdf", "pdf")
        notices.issue(connection, int(places["number"]), kept.sha256, kept.size, site.office.clock.now(), "批复")
    return {**places, "name": "zone_creation", "what": "use", "suffix": "csv", "secret": "none"} | FURTHER


def _blank() -> bytes:
    made, target = PdfWriter(), io.BytesIO()
    made.add_blank_page(595, 842)
    made.write(target)
    return target.getvalue()


@pytest.fixture
def everybody(site: Site) -> list[Both]:
    app = create_app(site)
    return [Both(site, app, person) for person in people(site.office)]


def answers(everybody: list[Both], whose: str, told: dict[str, str]) -> Iterator[tuple[Both, APIRoute, Response]]:
    for who in everybody:
        for route in of(whose):
            yield who, route, who.ask(route, told)


def test_a_case_and_what_is_of_it_are_for_those_whom_its_definition_lets_see_it(
    site: Site, everybody: list[Both], told: dict[str, str]
) -> None:
    with site.office.database.read() as connection:
        case = lookup.stored(connection, told["case_id"]).case
        workflow = lookup.definition(connection, site.office, case.digest)
        actors = {one.person: lookup.actor(connection, site.office, one.person) for one in everybody}
    wrong, seen = [], 0
    for who, route, answer in answers(everybody, "a case's", told):
        lawful = may_see(workflow, case, actors[who.person], _part(route))
        hidden = not may_see(workflow, case, actors[who.person])
        seen += not hidden
        looks = "GET" in (route.methods or ())
        gone = (403, 404) if own_sheets.alone(site.office, actors[who.person]) else (404,)
        good = answer.status_code in gone if hidden else not looks or lawful == (answer.status_code == 200)
        if not good or answer.status_code >= 500:
            wrong.append((who.person, route.path, answer.status_code))
    assert wrong == []
    assert 3 * len(of("a case's")) <= seen < len(everybody) * len(of("a case's")) / 2


def _part(route: APIRoute) -> str:
    """The part of a case that an address shows."""
    if "/papers/" in route.path:
        return "papers"
    if "/history/" in route.path:
        return "history"
    if route.path.endswith("/archive"):
        return "history"
    return "materials" if "/files/" in route.path else "case"


def test_a_case_that_collects_nothing_is_no_collection(everybody: list[Both], told: dict[str, str], site: Site) -> None:
    """Those of a real collection: test_returns."""
    for who, route, answer in answers(everybody, "a collection's", told):
        lawful = _reader(site, who, told["case_id"])
        assert answer.status_code in (403, 404), (who.person, route.path, lawful)


def _reader(site: Site, who: Both, case_id: str) -> bool:
    with site.office.database.read() as connection:
        seen = reading.seen_by(site.office, lookup.actor(connection, site.office, who.person))
        return reading.sees(connection, seen, lookup.stored(connection, case_id))


def test_lists_hold_what_one_sees_and_nothing_else(site: Site, everybody: list[Both], told: dict[str, str]) -> None:
    query = {"name": "zone_creation"}
    for who, route, answer in answers(everybody, "lists of what one sees", {**told, **query}):
        lawful = _reader(site, who, told["case_id"])
        shown = told["case_id"] in answer.text
        assert answer.status_code < 500, (who.person, route.path)
        assert lawful or not shown, (who.person, route.path)
        if route.path in {"/cases", "/api/v1/cases", "/cases.{suffix}"} and "GET" in (route.methods or ()):
            assert shown == lawful, (who.person, route.path)


def test_what_is_ones_own_is_nobody_elses(site: Site, everybody: list[Both], told: dict[str, str]) -> None:
    office = site.office
    saved_views.keep(office, CITY, "在办", "/cases?state=draft")
    mine = {
        "/own/sessions/{number}/end": str(sessions.listed(office, CITY)[0].id),
        "/own/tokens/{number}/end": str(tokens.listed(office, CITY)[0].id),
        "/views/{number}/drop": str(saved_views.listed(office, CITY)[0].id),
        "/previews/{name}/{page}.png": "0",
        "/api/v1/messages/{number}/read": str(worklist.messages(office, "沈阳市委组织部经办")[0].id),
    }
    preview = site.previews.keep(CITY, PDF)
    assert {one.path for one in of("one's own")} == set(mine)
    for who in everybody:
        if who.person in {CITY, "沈阳市委组织部经办"}:
            continue
        for route in of("one's own"):
            answer = who.ask(route, {**told, "name": preview, "number": mine[route.path], "page": "1"})
            gone = 303 if "/views/" in route.path else 404  # forgetting what is not there is no fault
            assert (who.person, route.path, answer.status_code) == (who.person, route.path, gone)
    assert len(saved_views.listed(office, CITY)) == 1
    assert len(sessions.listed(office, CITY)) == len(tokens.listed(office, CITY)) == 1


def test_the_office_is_looked_at_by_who_oversees_it_and_changed_by_who_administers_it(
    site: Site, everybody: list[Both], told: dict[str, str]
) -> None:
    with site.office.database.read() as connection:
        actors = {one.person: lookup.actor(connection, site.office, one.person) for one in everybody}
    overseers = {name for name, actor in actors.items() if _oversees(site.office, actor)}
    assert 3 <= len(overseers) < len(actors) / 2
    others = [one for one in everybody if one.person not in overseers]
    some = [one for one in everybody if one.person in overseers][::3]  # these pages look at all there is: slow
    for who, route, answer in answers([*some, *others], "who oversees", told):
        assert (who.person, route.path, answer.status_code) == (
            who.person,
            route.path,
            200 if who.person in overseers or _runs(actors[who.person], route.path) else 403,
        )
    for who, route, answer in answers(everybody, "who administers", told):
        refused = answer.status_code == 403
        assert answer.status_code < 500, (who.person, route.path)
        may = who.person in overseers or _runs(actors[who.person], route.path)
        assert refused != may, (who.person, route.path, answer.status_code)


def _runs(actor: Actor, path: str) -> bool:
    """What is the 系统管理员's in a rehearsal too: a stuck case is moved by nobody else's proposal."""
    return "administrator" in actor.roles and path in {"/office/health", "/office/relocate"}


def _oversees(office: Office, actor: Actor) -> bool:
    seen = reading.seen_by(office, actor)
    with office.database.read() as connection:
        books = lookup.every_latest(connection, office)
        return any(reading.opened(connection, seen, one.name, "totals") for one in books)


def test_what_is_everybodys_tells_nobody_of_a_case(site: Site, everybody: list[Both], told: dict[str, str]) -> None:
    for who, route, answer in answers(everybody, "everybody's", told):
        assert answer.status_code < 500, (who.person, route.path)
        assert told["case_id"] not in answer.text or _reader(site, who, told["case_id"]), (who.person, route.path)


def test_without_coming_in_nothing_is_told(site: Site, told: dict[str, str]) -> None:
    client = TestClient(create_app(site), headers=HERE)
    for route in routes():
        if sorts(route) == ["before coming in"]:
            continue
        path = route.path.format_map(told)
        answer = client.request(min(route.methods or ()), path, follow_redirects=False)
        if path.startswith("/api/v1/"):
            assert (path, answer.status_code) == (path, 401)
        else:
            assert (path, answer.status_code, answer.headers["location"][:6]) == (path, 303, "/login")
