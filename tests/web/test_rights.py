"""Every page × every sort of person: who may see a case, its papers and files is what the law says, and nobody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from tests.web.conftest import HERE, Browser, Enter
from zhuli_flow import bootstrap
from zhuli_flow.engine.authority.reading import may_see
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.administration import installing
from zhuli_flow.services.cases import attachments, own_sheets
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.services.office import Office
from zhuli_flow.store import directory, notices
from zhuli_flow.web.app import ROUTERS, create_app
from zhuli_flow.web.site import Site

CITY = "沈阳市科协经办"
SENT = {"file": ("x.xlsx", b"x")}
PDF = b"%PDF-1.4\n% a letter\n%%EOF\n"


@pytest.fixture
def places(site: Site, tmp_path: Path) -> dict[str, str]:
    """What stands for the places in an address: a case with a file and a paper that is printed."""
    office = site.office
    case = open_case(office, "zone_creation", "法库县", CITY, {"leading_industries": "陶瓷"}).case
    letter = tmp_path / "推荐函.pdf"
    letter.write_bytes(PDF)
    kept = attachments.keep(office, case, [("recommendation_letter", letter)])
    values = {
        "reason_features": "陶瓷",
        "reason_cluster": "集聚",
        "reason_demand": "迫切",
        "recommendation_issuer": "市委组织部和市科协",
        "recommendation_date": "2018-10-08",
    }
    advance(office, case, CITY, Command("recommend", values, kept.materials))
    with office.database.write() as connection:
        seq = lookup.stored(connection, case).seq
        made = notices.add(connection, case_id=case, seq=seq, kind="reply", variables={}, at=office.clock.now())
    sha256 = kept.materials["recommendation_letter"][0].sha256
    return {
        "case_id": case,
        "sha256": sha256,
        "number": str(made),
        "event": "recommend",
        "page": "1",
        "seq": "1",
        "form": "recommendation_form",
    }


def sorts_of_people(office: Office) -> list[str]:
    """One person for every set of roles, level and city there is."""
    with office.database.read() as connection:
        everybody = directory.everybody(connection, office.today)
    found = {(one.roles, one.organisation.level, one.organisation.city): one.person for one in everybody}
    return sorted(found.values())


def about_a_case() -> Iterator[APIRoute]:
    """Every page whose address names a case or what belongs to one."""
    for router in ROUTERS:
        for one in router.routes:
            if isinstance(one, APIRoute) and one.path.startswith(("/cases/{case_id}", "/papers/{number}")):
                yield one


def test_every_page_of_a_case_is_for_those_whom_the_law_lets_see_it(site: Site, places: dict[str, str]) -> None:
    routes, people = list(about_a_case()), sorts_of_people(site.office)
    assert len(routes) > 6
    assert len(people) > 40
    with site.office.database.read() as connection:
        case = lookup.stored(connection, places["case_id"]).case
        workflow = lookup.definition(connection, site.office, case.digest)
        actors = {person: lookup.actor(connection, site.office, person) for person in people}
    client, seen = TestClient(create_app(site)), 0
    for person in people:
        gone = (403, 404) if own_sheets.alone(site.office, actors[person]) else (404,)
        client.post("/login", data={"person": person}, headers=HERE)
        lawful = may_see(workflow, case, actors[person])
        seen += lawful
        for route in routes:
            method = "GET" if "GET" in (route.methods or ()) else "POST"
            path = route.path.format(**places)
            sent = {} if method == "GET" else {"data": {"event": "recommend", "reason": "x"}, "files": SENT}
            answer = client.request(method, path, headers=HERE, follow_redirects=False, **sent)
            if not lawful:
                assert answer.status_code in gone, (person, path)
            elif method == "GET" and "/papers/" not in path:
                assert (person, path, answer.status_code) == (person, path, 200)
    assert 3 <= seen < len(people) / 2


def test_lists_hold_only_what_one_may_see(site: Site, places: dict[str, str]) -> None:
    client = TestClient(create_app(site))
    for person in sorts_of_people(site.office):
        client.post("/login", data={"person": person}, headers=HERE)
        lawful = _sees(site.office, places["case_id"], person)
        for path in (
            "/cases",
            "/search?q=陶瓷",
            "/deadlines",
            "/papers",
            "/registers/zone_creation",
            "/registers/documents",
        ):
            shown = places["case_id"] in client.get(path).text
            assert not shown or lawful, (person, path)
        assert (places["case_id"] in client.get("/cases").text) == lawful, person


def _sees(office: Office, case_id: str, person: str) -> bool:
    with office.database.read() as connection:
        seen = reading.seen_by(office, lookup.actor(connection, office, person))
        return reading.sees(connection, seen, lookup.stored(connection, case_id))


@pytest.mark.parametrize("path", ["/overview", "/audit", "/office/health"])
def test_what_runs_over_the_whole_province_is_the_provinces(enter: Enter, path: str) -> None:
    assert enter("省科协学会学术部经办").get(path).status == 200
    assert enter(CITY).get(path).status == 403
    assert enter("评估专家01").get(path).status == 403


def test_a_city_sees_its_own_cases_in_a_register(site: Site, enter: Enter) -> None:
    own = open_case(site.office, "zone_creation", "法库县", CITY, {"leading_industries": "陶瓷"}).case
    other = open_case(site.office, "zone_creation", "庄河市", "大连市科协经办", {"leading_industries": "水产"}).case
    page = enter(CITY).get("/registers/zone_creation")
    assert own in page.text
    assert other not in page.text
    wide = enter(CITY).get("/registers/zone_creation?where=市=大连市")
    assert other not in wide.text
    exported = enter(CITY).client.get("/registers/zone_creation/file.csv").text
    assert own in exported
    assert other not in exported


def test_a_sealed_sheet_is_nobody_elses(enter: Enter) -> None:
    """The six steps show it at length; here an expert who is not named sees nothing of a case at all."""
    expert: Browser = enter("评估专家05")
    assert expert.get("/papers").status == 403
    assert "没有请您填写的评分表" in expert.get("/").text


def test_who_may_not_read_the_history_is_told_that_he_sees_his_own_acts_alone(site: Site, enter: Enter) -> None:
    text = bootstrap.sample("new.yaml").read_text("utf-8").replace("workflow: NAME", "workflow: leave_note")
    installing.install(
        site.office, "leave_note", text.replace("parameters:", "reading: {history: [office]}\nparameters:", 1)
    )
    case = open_case(site.office, "leave_note", "法库县", "法库县政府经办", {"subject": "走访"}).case
    for path in (f"/cases/{case}?tab=history", f"/cases/{case}/sheet"):
        assert "全部留痕不对" in enter("法库县政府经办").get(path).text, path
        assert "全部留痕不对" not in enter("省科协学会学术部经办").get(path).text, path
