"""管理 in a browser: what is wrong is told at its line and changes nothing; what is right is in use, on record."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

import zhuli_flow
from tests.web.conftest import Enter
from zhuli_flow import bootstrap
from zhuli_flow.services.administration import directory, security, workflows
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.services.office import OFFICE_CHAIN
from zhuli_flow.store import audit, whole_rows
from zhuli_flow.web.pages import directory as directory_page
from zhuli_flow.web.site import Site

OFFICE, CITY = "省科协学会学术部经办", "沈阳市科协经办"


def sound(name: str) -> str:
    """A definition of the samples under another name."""
    text = bootstrap.sample("new.yaml").read_text("utf-8")
    head, _, rest = text.partition("workflow: ")
    return f"{head}workflow: {name}\n{rest.partition(chr(10))[2]}"


@pytest.fixture
def text() -> str:
    return sound("leave_note")


def test_a_definition_is_checked_with_its_faults_at_their_lines_and_drawn(enter: Enter, text: str) -> None:
    browser = enter(OFFICE)
    page = browser.post("/office/edit", {"name": "leave_note", "text": text})
    assert "检查通过" in page.text, page.text[:600]
    assert "<svg" in page.html
    lines = text.splitlines()
    at = next(number for number, line in enumerate(lines, 1) if "kind: final" in line)
    faulty = "\n".join(line.replace("kind: final", "kind: finale") for line in lines)
    page = browser.post("/office/edit", {"name": "leave_note", "text": faulty})
    assert page.status == 422
    assert page.links[f"第 {at} 行"] == f"#L{at}"
    assert faulty.splitlines()[at - 1].strip() in page.text


def test_a_definition_is_installed_retired_and_used_again(site: Site, enter: Enter, text: str) -> None:
    browser = enter(OFFICE)
    page = browser.post("/office/install", {"name": "leave_note", "text": text})
    assert page.status == 200, page.text[:800]
    assert page.url.endswith("/office/workflows/leave_note")
    assert any(one.workflow == "leave_note" for one in workflows.in_use(site.office))
    browser.post("/office/workflows/leave_note/retire")
    assert {one.use for one in workflows.in_use(site.office) if one.workflow == "leave_note"} == {"retired"}
    browser.post("/office/workflows/leave_note/use")
    assert {one.use for one in workflows.in_use(site.office) if one.workflow == "leave_note"} == {"new"}
    assert "启用流程" in browser.get("/audit").text


def test_a_faulty_definition_leaves_the_book_as_it_was(site: Site, enter: Enter, text: str) -> None:
    page = enter(OFFICE).post("/office/install", {"name": "leave_note", "text": text.replace("kind: final", "kind: x")})
    assert page.status == 422
    assert not (site.office.home / "workflows" / "leave_note.yaml").exists()


def test_a_name_that_would_leave_the_book_is_refused(enter: Enter, text: str) -> None:
    for name in ("../x", "A", "x/y"):
        assert enter(OFFICE).post("/office/install", {"name": name, "text": text}).status == 422


def test_a_directory_is_imported_or_told_at_its_line(enter: Enter) -> None:
    browser = enter(OFFICE)
    good = (
        "organisations:\n  测试学会: {level: province, kind: society}\n"
        "people:\n  测试甲: {organisation: 测试学会, roles: [society]}\n"
    )
    page = browser.post("/office/directory", files=[("file", ("名录.yaml", good.encode()))])
    assert page.status == 200, page.text
    assert "机构：新增 1" in page.text
    assert "测试甲" in browser.get("/office/directory?find=测试甲").text
    bad = good.replace("level: province", "level: planet").replace("测试甲", "测试乙")
    page = browser.post("/office/directory", files=[("file", ("名录.yaml", bad.encode()))])
    assert page.status == 422
    assert page.links["第 2 行"] == "#L2"
    assert "测试乙" not in browser.get("/office/directory").text


def test_the_future_is_played_day_by_day_and_changes_nothing(site: Site, enter: Enter) -> None:
    browser = enter(OFFICE)
    until = site.office.today + timedelta(days=40)
    page = browser.get(f"/office/future?until={until}")
    assert page.status == 200
    assert browser.get(f"/office/future?until={until + timedelta(days=999)}").status == 422
    assert enter(CITY).get("/office/future").status == 200


@pytest.mark.parametrize("path", ["/office/install", "/office/workflows/zone_creation/retire", "/office/channels"])
def test_who_does_not_oversee_the_office_changes_nothing(enter: Enter, path: str, text: str) -> None:
    assert enter(CITY).post(path, {"name": "leave_note", "text": text}).status == 403
    assert enter(CITY).get("/office/edit/new").status == 403
    assert enter(CITY).get("/office/channels").status == 403


def test_in_a_real_home_nobody_but_the_administrator_changes_anything_from_a_page(
    site: Site, enter: Enter, text: str, tmp_path: Path
) -> None:
    browser = enter(OFFICE)
    site.office.rehearsal = False  # type: ignore[misc]
    answer = browser.post("/office/install", {"name": "leave_note", "text": text})
    assert answer.status in {401, 403}
    assert not (site.office.home / "workflows" / "leave_note.yaml").exists()


def test_in_a_real_home_the_administrator_changes_the_office_from_pages_on_record(
    site: Site, enter: Enter, text: str
) -> None:
    who = "系统管理员"
    people = f"people:\n  {who}: {{title: 系统管理员, organisation: 辽宁省科学技术协会, roles: [administrator]}}\n"
    assert enter(OFFICE).post("/office/directory", files=[("file", ("三员.yaml", people.encode()))]).status == 200
    browser, clerk = enter(who), enter(OFFICE)
    site.office.rehearsal = False  # type: ignore[misc]
    assert "由系统管理员在这里" in clerk.get("/office").text
    assert clerk.post("/office/channels").status == 403
    assert {"渠道", "体检"} <= browser.get("/office").links.keys()
    assert browser.get("/audit").status == 403, "the history is the auditor's to read"
    for path in ("/office/channels", "/office/health", "/office/edit/zone_creation"):
        assert browser.get(path).status == 200, path
    page = browser.post("/office/install", {"name": "leave_note", "text": text})
    assert page.status == 200, page.text[:800]
    assert any(one.workflow == "leave_note" for one in workflows.in_use(site.office))
    told = security.latest(site.office, 10)
    assert [(one.person, one.ok, one.note) for one in told if one.event == "administer"][:2] == [
        (who, True, "登记流程"),
        (OFFICE, False, "重新投递"),
    ]
    with site.office.database.read() as connection:
        bodies = [one.body.decode() for one in audit.entries(connection, OFFICE_CHAIN)]
    assert who in next(one for one in reversed(bodies) if "启用流程" in one)
    assert any("not_in_charge" in one and OFFICE in one for one in bodies)


def test_a_stuck_case_is_proposed_by_the_administrator_and_confirmed_on_its_page(site: Site, enter: Enter) -> None:
    who, office = "系统管理员", site.office
    people = f"people:\n  {who}: {{title: 系统管理员, organisation: 辽宁省科学技术协会, roles: [administrator]}}\n"
    assert enter(OFFICE).post("/office/directory", files=[("file", ("三员.yaml", people.encode()))]).status == 200
    case = open_case(office, "zone_creation", "法库县", CITY, {"leading_industries": "陶瓷"}).case
    administrator, clerk = enter(who), enter(OFFICE)
    assert "调整到哪个环节" not in clerk.get("/office/health").text
    assert "登记一名系统管理员" in clerk.get("/office/health").text
    office.rehearsal = False  # type: ignore[misc]
    assert "卡住的事项" in administrator.get("/office/health").text
    asked = {"case": case, "to": "区县调研", "why": "录入有误，推荐环节无人可办"}
    assert clerk.post("/office/relocate", asked).status == 403
    assert "没有环节“别处”" in administrator.post("/office/relocate", {**asked, "to": "别处"}).text
    assert f"已提请调整 {case} 的环节" in administrator.post("/office/relocate", asked).text
    answer = clerk.act(case, "核准调整环节", **{"opinion": "经核属实", "argument:to": "survey"})
    assert answer.status == 200, answer.text[:800]
    assert "区县调研" in clerk.get(f"/cases/{case}").text
    assert "系统管理员" in clerk.get(f"/cases/{case}?tab=history").text


def test_in_a_rehearsal_too_the_administrator_proposes_and_another_confirms(site: Site, enter: Enter) -> None:
    who, office = "系统管理员", site.office
    people = f"people:\n  {who}: {{title: 系统管理员, organisation: 辽宁省科学技术协会, roles: [administrator]}}\n"
    assert enter(OFFICE).post("/office/directory", files=[("file", ("三员.yaml", people.encode()))]).status == 200
    case = open_case(office, "zone_creation", "法库县", CITY, {"leading_industries": "陶瓷"}).case
    administrator, clerk = enter(who), enter(OFFICE)
    assert "调整到哪个环节" in administrator.get("/office/health").text
    asked = {"case": case, "to": "区县调研", "why": "录入有误"}
    assert clerk.post("/office/relocate", asked).status == 403
    assert f"已提请调整 {case} 的环节" in administrator.post("/office/relocate", asked).text
    answer = clerk.act(case, "核准调整环节", **{"opinion": "经核属实", "argument:to": "survey"})
    assert answer.status == 200, answer.text[:800]


def test_a_person_is_added_and_leaves_by_a_page_on_record(site: Site, enter: Enter) -> None:
    browser = enter(OFFICE)
    told = {"name": "新来的人", "title": "干事", "organisation": "沈阳市科学技术协会", "role": ["city_association"]}
    told["active"] = "1"
    page = browser.post("/office/directory/person", told)
    assert "已记入名录" in page.text, page.text
    assert enter("新来的人").get("/").status == 200
    form = browser.get("/office/directory/person?name=新来的人").form("/office/directory/person")
    assert form.values["role"] == ["city_association"]
    offered = browser.get("/office/directory/person").text
    assert all(title in offered for title in ("评估专家", "市科协", "系统管理员"))
    assert (form.values["title"], form.values["active"]) == (["干事"], ["1"])
    browser.post("/office/directory/person", {**told, "active": ""})
    assert "新来的人" not in browser.get("/office/directory").text
    form = browser.get("/office/directory/person?name=新来的人").form("/office/directory/person")
    assert "active" not in form.values
    with site.office.database.read() as connection:
        kept = [one.body.decode() for one in audit.entries(connection, OFFICE_CHAIN)]
    noted = [one for one in kept if "页面修改" in one]
    assert len(noted) == 2
    assert all(f"由“{OFFICE}”办理" in one or f'"person":"{OFFICE}"' in one for one in noted)


def test_what_a_directory_refuses_in_a_file_it_refuses_on_a_page(enter: Enter) -> None:
    browser = enter(OFFICE)
    told = {"name": "新来的人", "organisation": "没有的单位", "role": ["administrator", "office"], "active": "1"}
    page = browser.post("/office/directory/person", told)
    assert page.status == 422
    assert "不在名录中" in page.text
    assert "不能同时有其他角色" in page.text
    assert page.form("/office/directory/person").values["organisation"] == ["没有的单位"]
    page = browser.post("/office/directory/organisation", {"name": "某县科协", "level": "county", "city": "沈阳市"})
    assert page.status == 422
    assert "缺少 county" in page.text


def test_an_organisation_is_changed_by_a_page(enter: Enter) -> None:
    browser = enter(OFFICE)
    told = {"name": "某县科协", "level": "county", "city": "沈阳市", "county": "某县", "kind": "association"}
    assert "已记入名录" in browser.post("/office/directory/organisation", told).text
    assert "某县科协" in browser.get("/office/directory?find=某县科协").text
    assert enter(CITY).get("/office/directory/organisation").status == 403
    assert enter(CITY).post("/office/directory/organisation", told).status == 403


def test_one_person_is_read_by_his_name_however_many_there_are(
    site: Site, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: object) -> list[object]:
        raise AssertionError("everybody was read")

    monkeypatch.setattr(whole_rows, "people", never)
    monkeypatch.setattr(directory_page, "OFFERED", 3)
    browser = enter(OFFICE)
    page = browser.get(f"/office/directory/person?name={CITY}")
    assert page.form("/office/directory/person").values["organisation"] == ["沈阳市科学技术协会"]
    assert page.html.count("<option") == 0
    unit = browser.get("/office/directory/organisation?name=法库县").html
    assert unit.count('<option value="沈阳市"') == 1


def test_only_who_makes_or_moves_an_office_writes_its_settings() -> None:
    """Pages and other commands write no zhuli.toml; moving the database asks the 系统管理员 and is on record."""
    package = Path(zhuli_flow.__file__).parent
    writers = {
        str(one.relative_to(package))
        for one in package.rglob("*.py")
        if re.search(r"\b(text_of\(chosen|moved_to\()", one.read_text("utf-8"))
    }
    assert writers == {"bootstrap.py", "settings.py"}


def test_the_directory_comes_page_by_page_and_is_searched_where_it_stands(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = enter(CITY)
    whole = browser.get("/office/directory").text
    monkeypatch.setattr(directory, "SHOWN", 5)
    seen, path = list[str](), "/office/directory?find=评估专家"
    while path:
        page = browser.get(path)
        names = [word for word in page.text.split() if re.fullmatch(r"评估专家\d\d", word)]
        assert 0 < len(names) <= 5
        seen += names
        path = page.links.get("人员下一页", "")
    assert seen == sorted(set(seen))
    assert set(seen) == set(re.findall(r"评估专家\d\d", whole))
    found = browser.get("/office/directory?find=法库县")
    assert "法库县政府经办" in found.text
    assert "大连市科协经办" not in found.text
    assert "没有找到这样的人员" in browser.get("/office/directory?find=没有这个词").text
