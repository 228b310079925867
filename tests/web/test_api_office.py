"""Registers, totals, overview, the record and the office itself for programs: the same as the command line tells."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.web.test_api import CITY, PDF, Program, problem
from zhuli_flow.cli.main import root
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.services.office import Office
from zhuli_flow.web.site import Site

OFFICE = "省科协学会学术部经办"


@pytest.fixture
def office(site: Site) -> Program:
    return Program(site, OFFICE)


@pytest.fixture
def case(site: Site) -> str:
    for applicant in ("新民市", "法库县"):
        made = open_case(site.office, "zone_creation", applicant, CITY, {"leading_industries": "陶瓷"}).case
    return made


def told(of: Office, line: str, **given: str) -> dict[str, object]:
    """What the command line answers with ``--json`` in the same home."""
    asked = ["--home", str(of.home), *line.format_map(given).split(), "--json"]
    found: dict[str, object] = json.loads(CliRunner().invoke(root, asked, catch_exceptions=False).stdout)
    return found


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("/registers", "register list --as {office}"),
        ("/registers/zone_creation?limit=1", "register list zone_creation --limit 1 --as {office}"),
        (
            "/registers/zone_creation?where=区县~法库&sort=-case",
            "register list zone_creation --where 区县~法库 --as {office}",
        ),
        ("/registers/documents", "register list documents --as {office}"),
        ("/overview?workflow=zone_creation", "overview --workflow zone_creation --as {office}"),
        ("/audit/verification?laws=true", "audit verify --laws"),
        ("/directory?q=法库", "directory list 法库"),
        ("/workflows", "workflow show"),
        ("/workflows/zone_creation", "workflow show zone_creation"),
        ("/calendar/2018", "calendar show 2018"),
        ("/deadlines/calc?from=2018-09-20&within=5wd", "deadline calc --from 2018-09-20 --within 5wd"),
        ("/messages", "inbox list --as {office}"),
        ("/search?q=陶瓷", "search 陶瓷 --limit 100 --as {office}"),
    ],
)
def test_an_address_tells_what_its_command_tells(
    site: Site, office: Program, case: str, address: str, line: str
) -> None:
    answer = office.get(address)
    assert answer.status_code == 200, answer.text
    shown, of_command = answer.json(), told(site.office, line, office=OFFICE)
    for one in (shown, of_command):
        one.pop("at", None)
        for empty in [name for name in ("entrustments", "successions") if one.get(name) == []]:
            del one[empty]  # the command line leaves these out where there are none
    assert shown == of_command


def test_a_register_comes_page_by_page_and_as_a_file(office: Program, case: str) -> None:
    first = office.get("/registers/zone_creation?limit=1").json()
    rest = office.get(f"/registers/zone_creation?limit=1&after={first['next']}").json()
    assert (first["total"], len(first["rows"]), len(rest["rows"]), rest["next"]) == (2, 1, 1, "")
    assert rest["rows"][0]["case"] == case
    file = office.get("/registers/zone_creation/file.csv?where=区县~法库")
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.text.count("SFQ-") == 1
    problem(office.get("/registers/zone_creation/file.exe"), 400)
    problem(office.get("/registers/zone_creation?where=没有这列=1"), 422)
    problem(office.get("/registers/nowhere"), 404)


def test_a_city_reads_its_own_and_no_totals(site: Site, case: str) -> None:
    city, far = Program(site, CITY), Program(site, "大连市科协经办")
    assert [one["case"] for one in city.get("/registers/zone_creation").json()["rows"]][-1] == case
    assert far.get("/registers/zone_creation").json()["rows"] == []
    for path in ("/overview", "/audit", "/audit/verification", "/audit/export", "/numbers"):
        problem(far.get(path), 403)
    problem(far.post("/audit/checkpoints"), 403)
    problem(far.get(f"/cases/{case}/archive"), 404)
    problem(far.get(f"/cases/{case}/history/1/proof"), 404)


def test_the_record_is_handed_out_signed(site: Site, case: str, tmp_path: Path) -> None:
    city = Program(site, CITY)
    proof = city.get(f"/cases/{case}/history/1/proof").json()
    assert (proof["case"], proof["seq"]) == (case, 1)
    package = zipfile.ZipFile(io.BytesIO(city.get(f"/cases/{case}/archive").content))
    assert {"index.html", "catalogue.csv"} <= set(package.namelist())
    auditor = Program(site, OFFICE)
    signed = auditor.post("/audit/checkpoints")
    assert signed.status_code == 201
    assert signed.json()["note"].startswith(signed.json()["origin"])
    read = Program(site, OFFICE, "read")
    problem(read.post("/audit/checkpoints"), 403)
    first = auditor.get("/audit?limit=3").json()
    assert [one["seq"] for one in first["entries"]] == [1, 2, 3]
    assert auditor.get(f"/audit?limit=3&after={first['next']}").json()["entries"][0]["seq"] == 4


def test_a_total_with_its_sources_and_why_there_is_none(office: Program, case: str) -> None:
    problem(office.get("/registers/zone_creation/total"), 404)
    problem(office.get("/registers/returns_call.summarised/total"), 422)
    problem(office.get("/registers/returns_call.summarised/comparison?case=TZ-2018-0001&against=TZ-2018-0002"), 404)
    problem(office.get("/registers/returns_call.summarised/editions/1"), 400)


def test_work_is_handed_over_and_a_form_goes_down_and_up(site: Site, case: str) -> None:
    city = Program(site, CITY)
    down = city.get(f"/cases/{case}/forms/recommendation_form.xlsx")
    assert down.content[:2] == b"PK"
    up = city.client.post(
        f"/api/v1/cases/{case}/forms/recommendation_form",
        data={"event": "recommend"},
        files={"file": ("x.xlsx", down.content)},
    )
    problem(up, 422)
    copy = city.client.post("/api/v1/papers/verify", files={"file": ("批复.pdf", PDF)})
    assert copy.status_code in (200, 422), copy.text
    problem(city.post("/handover", {"to": CITY, "opinion": "休假"}), 422)
    problem(city.post("/handover", {"to": "没有此人", "opinion": "休假"}), 404)
    problem(city.post("/papers/1/void", {"reason": "错"}), 404)
