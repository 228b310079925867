"""From recommendation to reply by people in browsers of their own, without scripts: the six steps of the programme."""

import re

import pytest

from tests.web.conftest import Browser, Enter, Page

PDF = b"%PDF-1.4\n% a letter\n%%EOF\n"
CITY, PARTY = "沈阳市科协经办", "沈阳市委组织部经办"
COUNTY, GOVERNMENT = "法库县委经办", "法库县政府经办"
OFFICE, HEAD = "省科协学会学术部经办", "省科协主要负责人"
EXPERTS = ["评估专家01", "评估专家02", "评估专家03", "评估专家04", "评估专家07"]


def paper(name: str) -> dict[str, tuple[str, bytes]]:
    return {name: (f"{name}.pdf", PDF)}


def done(page: Page) -> Page:
    assert page.status == 200, page.text
    assert "已办成" in page.text, page.text[:800]
    return page


@pytest.mark.slow
def test_a_county_is_recommended_assessed_and_approved_in_browsers(enter: Enter) -> None:
    city, party, county, government = map(enter, (CITY, PARTY, COUNTY, GOVERNMENT))
    office, head, society = enter(OFFICE), enter(HEAD), enter("辽宁省硅酸盐学会联络员")
    form = city.get("/cases/new?workflow=zone_creation").form("/cases")
    opened = done(city.send(form, applicant="法库县", field__leading_industries="陶瓷\n通用航空"))
    case = opened.url.split("/cases/")[1].split("?")[0]
    told = {
        "field__reason_features": "以陶瓷为主导",
        "field__reason_cluster": "集中连片",
        "field__reason_demand": "需求迫切",
        "field__recommendation_issuer": "市委组织部和市科协",
        "field__recommendation_date": "2018-10-08",
    }
    done(party.act(case, "联合推荐", paper("recommendation_letter"), **told))
    signing = city.get(f"/cases/{case}").links["联合推荐"]
    shown = city.get(f"/cases/{case}{signing.partition('#')[0]}")
    assert "待您签署的内容" in shown.text
    assert "以陶瓷为主导" in shown.text
    done(city.send(shown.form(f"/cases/{case}/acts/"), opinion="同意"))
    done(county.act(case, "启动调研", field__survey_departments="科技局"))
    covered = dict.fromkeys(("field__covers_industry", "field__covers_talent", "field__covers_enterprises"), "是")
    survey = {
        "field__survey_date": "2018-10-08",
        "field__directions": "共性技术攻关",
        "field__project_needs": "关键工艺改进",
        "field__goals": "三年内形成高地",
        "field__tasks": "建立学会服务站",
    }
    done(county.act(case, "报送调研成果、征求意见", paper("survey_report"), **covered, **survey))
    consent = {"field__consent_date": "2018-10-08", "field__consent_number": "沈组函1号", "opinion": "同意申报。"}
    done(party.act(case, "同意申报", paper("consent_letter"), **consent))
    request = {
        "field__request_genre": "请示",
        "field__request_title": "关于法库县创建“创新驱动助力示范区（县）”的请示",
        "field__request_number": "沈科协发〔2018〕1号",
        "field__request_date": "2018-10-08",
        "field__requesters": "沈阳市科学技术协会\n中共法库县委员会\n法库县人民政府",
        "field__addressee": "辽宁省科学技术协会",
    }
    done(city.act(case, "联合报送请示", paper("request_paper"), **request))
    done(county.act(case, "联合报送请示", opinion="同意"))
    done(government.act(case, "联合报送请示", opinion="同意"))
    checks = ("addressee_ok", "one_matter_ok", "signatures_ok", "number_ok", "attachments_ok")
    accept = {"field__received_on": "2018-10-08", **{f"field__{name}": "是" for name in checks}}
    done(office.act(case, "受理", **accept))
    visit = {"field__visit_from": "2018-10-08", "field__visit_until": "2018-10-08"}
    team = {"field__societies": "辽宁省硅酸盐学会", "field__experts": EXPERTS, "field__team_leader": [EXPERTS[0]]}
    done(office.act(case, "组织考察评估", **team, **visit))
    done(society.act(case, "登记实地考察", paper("visit_record"), field__visit_date="2018-10-08"))
    _scores(enter, case)
    leader = enter(EXPERTS[0])
    reports = {**paper("assessment_report"), **paper("signed_summary"), **paper("conflict_statements")}
    done(leader.act(case, "报出评估报告", reports, opinion="一致通过。"))
    done(office.act(case, "报出评估报告", opinion="提请研究。"))
    approval = {"field__meeting_date": "2018-10-08", "field__copies": "中共辽宁省委组织部"}
    trial = _tried(head, case, **approval, opinion="经研究，同意建立。")
    page = head.act(case, "批复同意", paper("meeting_minutes"), **approval, opinion="经研究，同意建立。")
    done(page)
    papers = office.get(f"/cases/{case}?tab=papers")
    assert "已印发" in papers.text
    issued = max(re.findall(r'"/papers/(\d+)"', papers.html), key=int)
    assert office.client.get(f"/papers/{issued}/pages/1.png").content == trial
    assert "第" in office.get(f"/cases/{case}?tab=history").text


def _tried(head: Browser, case: str, **values: object) -> bytes:
    """The first page of the reply on trial; nothing is done by looking at it, and nobody else can."""
    before = head.get(f"/cases/{case}?tab=history").text.count("第")
    form = head.asked(case, "批复同意")
    form.action = form.action.replace("/acts/", "/preview/")
    page = head.send(form, paper("meeting_minutes"), **values)
    assert page.status == 200, page.text
    assert "还没有办理" in page.text
    [first, *_] = re.findall(r'src="(/previews/[^"]+/1\.png)"', page.html)
    assert head.get(f"/cases/{case}?tab=history").text.count("第") == before
    assert "〔2018〕1号 待印发" not in head.get(f"/cases/{case}?tab=papers").text
    picture = head.client.get(first)
    assert picture.headers["content-type"] == "image/png"
    return picture.content


def _scores(enter: Enter, case: str) -> None:
    """Each expert fills in a sheet of his own, and sees nobody else's."""
    points = {"features": 18, "cluster": 17, "demand": 18, "goals": 17, "guarantee": 8, "societies": 8}
    for person in EXPERTS:
        expert = enter(person)
        sheet = {f"field__points_{name}": str(value) for name, value in points.items()}
        done(expert.act(case, "填写评分表", **sheet, field__conflict="否"))
        content = expert.get(f"/cases/{case}?tab=content")
        assert "密封" not in content.text
        assert content.url.endswith(f"/sheets/{case}?tab=content") == (person != EXPERTS[0])  # he leads the group
        own = expert.get("/sheets").text
        assert "我的评分表" in expert.get("/").text
        assert own.count("专家评分 ·") == 1
        assert ("18" in own, "密封" in own, "修改" in own) == (True, False, True)
    assert "没有请您填写的评分表" in enter("评估专家12").get("/sheets").text
