"""Who fills in a sheet sees his sheets with the papers of their cases, and nothing else: every address is asked."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import HERE, Browser, Enter
from tests.web.test_every_route import routes
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.services.administration import installing
from zhuli_flow.services.cases import attachments, drafts
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.store import notices
from zhuli_flow.web.site import Site

OFFICE, APPLICANT = "省科协学会学术部经办", "法库县政府经办"
EXPERT, LEADER, STRANGER = "评估专家03", "评估专家04", "评估专家05"
PANEL = """\
workflow: panel
title: 评审
version: "1"
prefix: PS
basis: 评审办法
applicant: {kinds: [county, county_city, district]}
roles:
  office:      {title: 学会部, of: province}
  county_government: {title: 县, of: county}
  expert:      {title: 专家, named_in: experts}
  team_leader: {title: 组长, named_in: leader}
fields:
  plan:     {title: 打算}
  experts:  {title: 专家组, type: people, role: expert}
  leader:   {title: 组长, type: people, role: team_leader}
  points:   {title: 得分, type: int, min: 0, max: 100}
materials:
  report: {title: 报告}
forms:
  score_form: {title: 评分表, fields: [points]}
sheets:
  score: {title: 评分, by: expert, form: score_form, total: [points], valid: [author in experts], sealed_until: sum_up}
states:
  draft:  {title: 填报, kind: initial}
  review: {title: 评审}
  closed: {title: 办结, kind: final}
events:
  open:   {title: 开始, from: start, to: draft, by: county_government, fill: [plan?]}
  name:   {title: 请专家, from: draft, to: review, by: office, fill: [experts, leader], attach: [report?]}
  mark:   {title: 打分, from: review, to: same, by: expert, sheet: score}
  lead:   {title: 组长意见, from: review, to: same, by: team_leader}
  sum_up: {title: 汇总, from: review, to: closed, by: office}
"""
OPEN_TO_HIM = {
    "/",
    "/sheets",
    "/sheets/{case_id}",
    "/cases/{case_id}",
    "/cases/{case_id}/files/{sha256}",
    "/papers/{number}",
    "/papers/{number}/file",
    "/papers/{number}/pages/{page}.png",
    "/own",
    "/help",
}
"""Of what is only looked at; the rest answers 403 or 404."""


@pytest.fixture
def case(site: Site) -> str:
    """A case under review, in which two experts are named and one of them leads."""
    installing.install(site.office, "panel", PANEL)
    made = open_case(site.office, "panel", "法库县", APPLICANT, {"plan": "只给办理人看的打算"}).case
    named = {"experts": f"{EXPERT}、{LEADER}", "leader": LEADER}
    kept = attachments.keep(site.office, made, [("report", _report(site))])
    advance(site.office, made, OFFICE, Command("name", named, kept.materials))
    return made


def _report(site: Site) -> Path:
    place = site.office.home / "报告.pdf"
    place.write_bytes(b"%PDF-1.4\n% a report\n%%EOF\n")
    return place


def _places(site: Site, case: str) -> dict[str, str]:
    with site.office.database.write() as connection:
        made = notices.add(connection, case_id=case, seq=1, kind="reply", variables={}, at=site.office.clock.now())
    [sha256] = [one.name for one in (site.office.files).rglob("*") if one.is_file() and len(one.name) == 64]
    told = {"case_id": case, "number": str(made), "sha256": sha256, "page": "1", "event": "mark", "suffix": "csv"}
    return {**told, "name": "panel", "what": "use", "seq": "1", "form": "score_form", "secret": "none"}


def test_after_coming_in_he_stands_before_his_sheets(case: str, enter: Enter) -> None:
    page = enter(EXPERT).get("/")
    assert page.url.endswith("/sheets")
    assert "还没有填" in page.text
    assert set(page.links) & {"工作台", "事项", "台账", "总览"} == set()


def test_he_opens_his_sheets_and_the_papers_of_their_cases_and_nothing_else(
    site: Site, case: str, enter: Enter
) -> None:
    places, client = _places(site, case), enter(EXPERT).client
    wrong = []
    for route in routes():
        if "GET" not in (route.methods or ()) or route.path.startswith(("/api/v1", "/login", "/invite", "/feeds")):
            continue
        answer = client.get(route.path.format_map(places), follow_redirects=False)
        opened = answer.status_code in (200, 303)
        if "/pages/" in route.path or route.path.endswith("{number}/file"):
            opened |= "还没有印" in answer.text or answer.status_code == 404  # his to see, but not printed yet
        told = route.path in OPEN_TO_HIM
        if opened != told or (not opened and answer.status_code not in (403, 404)) or "只给办理人" in answer.text:
            wrong.append((route.path, answer.status_code))
    assert wrong == []


def test_what_he_may_not_open_says_where_he_is_to_go(case: str, enter: Enter) -> None:
    page = enter(EXPERT).get("/overview")
    assert page.status == 403
    assert "我的评分表" in page.links
    assert "评审专家" in page.text


def test_nothing_is_changed_by_him_but_his_sheet(site: Site, case: str, enter: Enter) -> None:
    client, places = enter(EXPERT).client, _places(site, case)
    his = {"/cases/{case_id}/acts/{event}", "/cases/{case_id}/drafts/{event}", "/cases/{case_id}/preview/{event}"}
    his |= {"/messages/read", "/logout", "/views/{number}/drop"}
    for route in routes():
        if "POST" not in (route.methods or ()) or route.path.startswith(("/api/v1", "/own", "/login", "/invite")):
            continue
        if route.path not in his:
            sent = client.post(route.path.format_map(places), headers=HERE, follow_redirects=False)
            assert sent.status_code in (403, 404), route.path


def test_he_fills_in_his_sheet_and_reads_it_again(case: str, enter: Enter) -> None:
    browser = enter(EXPERT)
    form = browser.asked(case, "打分")
    assert "只给办理人" not in browser.get(f"/cases/{case}?act=mark").html
    wrong = browser.send(form, field__points="101")
    assert (wrong.status, "101" in wrong.html) == (409, True)
    assert wrong.form(f"/cases/{case}/acts/mark")
    done = browser.send(form, field__points="88")
    assert "已办成" in done.text
    assert done.url.startswith(f"http://testserver/sheets/{case}")
    assert "88" in browser.get("/sheets").text
    other = enter(LEADER).get(f"/sheets/{case}").text
    assert "88" not in other


def test_a_draft_of_his_sheet_is_kept(site: Site, case: str, enter: Enter) -> None:
    browser = enter(EXPERT)
    browser.post(f"/cases/{case}/drafts/mark", {"field:points": "77", "version": "1"})
    assert drafts.find(site.office, EXPERT, case, "mark") is not None
    assert "77" in browser.get(f"/sheets/{case}?act=mark").html


def test_the_form_of_an_act_that_is_not_his_shows_him_nothing(case: str, enter: Enter) -> None:
    page = enter(EXPERT).get(f"/sheets/{case}?act=name")
    assert page.status == 200
    assert "专家组" not in page.text


def test_another_role_opens_what_it_opens(case: str, enter: Enter) -> None:
    leader = enter(LEADER)
    assert leader.get("/").url.endswith("/")
    assert case in leader.get("/cases").text
    whole = leader.get(f"/cases/{case}?tab=content")
    assert "只给办理人看的打算" in whole.text
    assert "组长意见" in leader.get(f"/cases/{case}").links
    assert leader.get(f"/sheets/{case}").links["看整件事项"] == f"/cases/{case}"
    assert leader.get("/overview").status == 403


def test_whom_no_case_names_sees_none(case: str, enter: Enter) -> None:
    stranger = enter(STRANGER)
    assert "没有请您填写的评分表" in stranger.get("/").text
    for path in (f"/sheets/{case}", f"/cases/{case}"):
        assert stranger.get(path).status == 404


def test_a_leader_of_one_case_is_an_author_in_another(site: Site, case: str, enter: Enter) -> None:
    other = open_case(site.office, "panel", "法库县", APPLICANT, {"plan": "另一件的打算"}).case
    advance(site.office, other, OFFICE, Command("name", {"experts": f"{EXPERT}、{LEADER}", "leader": STRANGER}, {}))
    leader: Browser = enter(LEADER)
    assert leader.get(f"/cases/{other}").url.endswith(f"/sheets/{other}")
    shown = leader.get("/cases").text
    assert case in shown
    assert other not in shown
    assert "另一件的打算" not in leader.get("/search?q=打算").text
    assert isinstance(leader.client, TestClient)
