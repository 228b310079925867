"""The same verbs and views for programs: by token, with every reason, and nothing twice."""

import json

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from tests.web.conftest import Enter
from zhuli_flow.services.administration import tokens
from zhuli_flow.services.cases import view
from zhuli_flow.web.app import create_app
from zhuli_flow.web.site import Site

CITY, PARTY, FAR = "沈阳市科协经办", "沈阳市委组织部经办", "大连市科协经办"
PDF = b"%PDF-1.4\n% a letter\n%%EOF\n"
OPENING = {"workflow": "zone_creation", "applicant": "法库县", "values": {"leading_industries": "陶瓷"}}
VALUES = {
    "reason_features": "以陶瓷为主导",
    "reason_cluster": "集中连片",
    "reason_demand": "需求迫切",
    "recommendation_issuer": "市委组织部和市科协",
    "recommendation_date": "2018-10-08",
}


class Program:
    """A program that holds a token."""

    def __init__(self, site: Site, person: str, scope: str = "write") -> None:
        from datetime import timedelta

        secret = tokens.issue(site.office, person, scope, timedelta(days=30))
        self.client = TestClient(create_app(site), headers={"Authorization": f"Bearer {secret}"})

    def get(self, path: str) -> Response:
        return self.client.get(f"/api/v1{path}")

    def post(self, path: str, told: object = None, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/api/v1{path}", json=told if told is not None else {}, headers=named)


@pytest.fixture
def city(site: Site) -> Program:
    return Program(site, CITY)


@pytest.fixture
def case(city: Program) -> str:
    made = city.post("/cases", OPENING)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/api/v1/cases/{made.json()['case']}"
    return str(made.json()["case"])


def problem(answer: Response, status: int) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, object] = answer.json()
    assert told["status"] == status
    assert told["detail"]
    return told


def test_without_a_good_token_nothing_is_told(site: Site, enter: Enter) -> None:
    client = enter(CITY).client
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        answer = client.get("/api/v1/todo", headers=headers)
        problem(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_case_is_what_the_command_line_shows(site: Site, city: Program, case: str) -> None:
    answer = city.get(f"/cases/{case}")
    assert answer.headers["etag"] == '"1"'
    told = answer.json()
    assert (told["case"], told["state"], told["applicant"]) == (case, "draft", "法库县")
    assert set(told) == set(view.show(site.office, case, CITY).__struct_fields__)
    assert [one["case"] for one in city.get("/cases").json()["cases"]] == [case]
    assert city.get("/todo").json()["todo"][0]["case"] == case
    assert city.get(f"/cases/{case}/history").json()["entries"][0]["seq"] == 1


def test_an_act_with_a_file_is_done_once_however_often_it_is_sent(city: Program, case: str) -> None:
    sent = city.client.post(
        f"/api/v1/cases/{case}/files",
        data={"name": "recommendation_letter"},
        files={"file": ("推荐函.pdf", PDF)},
    )
    assert sent.status_code == 201, sent.text
    asked = {"values": VALUES, "files": [sent.json()["file"]]}
    first = city.post(f"/cases/{case}/acts/recommend", asked, Idempotency_Key="k-1", If_Match='"1"')
    again = city.post(f"/cases/{case}/acts/recommend", asked, Idempotency_Key="k-1", If_Match='"1"')
    assert first.status_code == 200, first.text
    assert first.json() == again.json()
    assert first.headers["etag"] == '"2"'
    other = city.post(f"/cases/{case}/acts/recommend", {**asked, "opinion": "另一件"}, Idempotency_Key="k-1")
    assert "request_reused" in json.dumps(problem(other, 409)["refusals"])


def test_each_kind_of_no_has_its_own_status(site: Site, city: Program, case: str) -> None:
    refused = problem(city.post(f"/cases/{case}/acts/recommend"), 409)
    codes = [one["code"] for one in refused["refusals"]]  # type: ignore[attr-defined]
    assert codes.count("missing_field") == 5
    assert "missing_material" in codes
    county = Program(site, "法库县委经办")
    problem(county.post(f"/cases/{case}/acts/recommend", {"values": VALUES}), 403)
    far = Program(site, FAR)
    for answer in (
        far.get(f"/cases/{case}"),
        far.post(f"/cases/{case}/acts/recommend"),
        city.get("/cases/SFQ-2018-9999"),
    ):
        problem(answer, 404)
    turned = city.post(f"/cases/{case}/acts/transfer", {"values": {"person": "没有此人"}}, If_Match='"7"')
    assert turned.status_code in {409, 412}
    problem(city.post(f"/cases/{case}/acts/urge", If_Match='"7"'), 412)
    problem(city.post(f"/cases/{case}/acts/urge", If_Match="W/x"), 400)
    problem(city.post(f"/cases/{case}/acts/recommend", {"files": ["x.y"]}), 422)
    problem(city.post("/cases", {**OPENING, "unknown": 1}), 400)
    problem(city.get("/cases?light=紫"), 422)


def test_a_reading_token_does_not_act(site: Site, case: str) -> None:
    reader = Program(site, CITY, "read")
    assert reader.get(f"/cases/{case}").status_code == 200
    problem(reader.post(f"/cases/{case}/acts/recommend", {"values": VALUES}), 403)
    problem(reader.post("/cases", OPENING), 403)
    feed = Program(site, CITY, "calendar")
    problem(feed.get("/todo"), 401)


def test_an_ended_token_is_none(site: Site, city: Program) -> None:
    assert city.get("/me").json()["person"] == CITY
    for one in tokens.listed(site.office, CITY):
        tokens.end(site.office, CITY, one.id)
    problem(city.get("/me"), 401)


def test_a_dry_run_writes_nothing(site: Site, city: Program) -> None:
    made = city.post("/cases?dry_run=true", OPENING)
    assert made.json()["dry_run"] is True
    assert city.get("/cases").json()["cases"] == []


def test_pages_of_a_list_follow_one_another(city: Program) -> None:
    made = [city.post("/cases", {**OPENING, "applicant": name}).json()["case"] for name in ("法库县", "新民市")]
    first = city.get("/cases?limit=1").json()
    second = city.client.get("/api/v1/cases", params={"limit": 1, "after": first["next"]}).json()
    assert sorted(one["case"] for page in (first, second) for one in page["cases"]) == sorted(str(one) for one in made)


def test_the_interface_describes_itself_from_here(enter: Enter) -> None:
    browser = enter(CITY)
    told = browser.client.get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert all(path.startswith("/api/v1/") for path in told["paths"])
    assert len(told["paths"]) >= 13
    page = browser.get("/api")
    assert page.status == 200
    assert "/api/v1/cases/{case_id}/acts/{event}" in page.text


def test_nothing_typed_at_random_makes_it_stumble(site: Site, city: Program, case: str) -> None:
    odd = ["", "null", "[]", '{"values": []}', '{"values": {"x": {"y": [1, null]}}}', '{"opinion": 3}', "{", '"x"']
    odd += ['{"values": {"leading_industries": 1e400}}', '{"values": {"a": "\\u0000"}}', '{"files": [1]}']
    headers = {"content-type": "application/json"}
    for path in (
        "/cases",
        f"/cases/{case}/acts/recommend",
        f"/cases/{case}/acts/%00",
        "/messages/99999999999999999999/read",
    ):
        for body in odd:
            answer = city.client.post(f"/api/v1{path}", content=body, headers=headers)
            assert 400 <= answer.status_code < 500, (path, body, answer.status_code, answer.text[:300])
    for path in (
        "/cases/%00",
        "/papers/0",
        "/papers/-1",
        "/papers/x",
        "/search?q=%00",
        "/cases?after=~",
        "/deadlines?after=x",
        "/deadlines?before=x",
    ):
        answer = city.get(path)
        assert 400 <= answer.status_code < 500, (path, answer.status_code, answer.text[:300])


def test_what_a_request_has_too_much_is_named_and_not_passed_over(city: Program) -> None:
    assert "没有参数“wokflow”" in str(problem(city.get("/cases?wokflow=zone_creation"), 400)["detail"])
    told = problem(city.post("/cases", {"workflow": "zone_creation", "valus": {}}), 400)
    assert [(one["place"], one["message"]) for one in told["problems"]] == [  # type: ignore[attr-defined]
        ("applicant", "没有给出"),
        ("valus", "没有这一项"),
    ]


def test_the_description_says_what_every_answer_holds(enter: Enter) -> None:
    told = enter(CITY).client.get("/api/v1/openapi.json").json()
    named = told["components"]["schemas"]
    for path, ways in told["paths"].items():
        for way, one in ways.items():
            good = {status: each for status, each in one["responses"].items() if status.startswith("2")}
            for status, each in good.items():
                if "application/octet-stream" in each["content"] or len(each["content"]) > 1 or "xlsx" in path:
                    continue  # a file: its content is no JSON of ours
                place = each["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                assert named[place]["required"], (way, path, status)
            assert {"400", "401", "403", "404", "422"} <= set(one["responses"]), (way, path)
