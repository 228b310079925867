"""The life of a zone after its approval: the registers of the sample, and the papers that want a table."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.workflows.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.documents.catalog import load_kinds, packaged_notices
from zhuli_flow.engine.case import Command, Json
from zhuli_flow.errors import RulesRefused
from zhuli_flow.services import browse, registers, verify
from zhuli_flow.services.advance import advance
from zhuli_flow.services.play import play_file

ASSOCIATION, COUNTY, OFFICE, HEAD = "辽宁省科学技术协会", "法库县", "省科协学会学术部经办", "省科协主要负责人"
CITY, PARTY, GOVERNMENT = "沈阳市科协经办", "法库县委经办", "法库县政府经办"


# ── The registers of the sample ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sample(stage: Callable[..., Stage]) -> Stage:
    played = stage()
    play_file(played.office, played.player.clock, bootstrap.sample("registers.scenario"))
    return played


def test_the_registers_of_the_sample_hold_what_its_story_tells(sample: Stage) -> None:
    office = sample.office
    matches = registers.find(office, "matching.matches").rows
    contracts = registers.find(office, "matching.contracts").rows
    assert (len(matches), len(contracts)) == (14, 8)
    assert sum(float(str(row["contract_amount"])) for row in contracts) == pytest.approx(2410.5)
    stations = registers.find(office, "station.stations").rows
    assert [row["level"] for row in stations] == ["国家级", *["省级"] * 5]
    assert [row["applicant.name"] for row in stations if row["state"] == "已撤站"] == ["东港市"]
    assert len(registers.find(office, "station.national").rows) == 1
    workstations = registers.find(office, "workstation.workstations").rows
    assert [row["state"] for row in workstations] == ["建站期内", "已签协议、待申报"]
    assert len({row["academician"] for row in workstations}) == 1
    subsidies = registers.find(office, "subsidy.subsidies").rows
    assert [row["state"] for row in subsidies] == ["已结清", "已结清", "已结清", "已收回"]
    assert sum(float(str(row["approved_amount"])) for row in subsidies) == 30
    assert verify.verify(office).ok
    assert verify.faults(office) == []


def test_the_steps_of_the_registers_play_within_the_sample_programme(stage: Callable[..., Stage]) -> None:
    """So that one demonstration may show both at the same moment."""
    played = stage()
    text = bootstrap.sample("programme.scenario").read_text(encoding="utf-8")
    steps = bootstrap.sample("registers.steps").read_text(encoding="utf-8")
    played.play(f"{text}\n{steps}\n照做 台账\n")
    office = played.office
    assert len(registers.find(office, "matching.contracts").rows) == 8
    assert len(registers.find(office, "station.stations").rows) == 6
    assert len(registers.find(office, "subsidy.subsidies").rows) == 4


# ── Papers with a table ──────────────────────────────────────────────────────────────────────────────────────────────


def _do(played: Stage, case: str, person: str, event: str, **values: Json) -> str:
    done = advance(played.office, case, person, Command(event, values))
    return next((str(one["number"]) for one in _papers(played, case, event)), done.case)


def _papers(played: Stage, case: str, event: str) -> list[dict[str, Any]]:
    history = browse.history(played.office, case)
    return [one for entry in history if entry["event"] == event for one in entry.get("notices") or []]


def _refused(played: Stage, case: str, person: str, event: str, **values: Json) -> str:
    with pytest.raises(RulesRefused) as refused:
        advance(played.office, case, person, Command(event, values))
    return "\n".join(one.because for one in refused.value.refusals if hasattr(one, "because"))


def _example(name: str, *columns: str) -> dict[str, Json]:
    """The sample of a kind of document, those of its variables that are named."""
    kind = load_kinds([packaged_notices()])[name]
    return {column: kind.sample[column] for column in columns}


GROUP = """
引用 zone_life.steps
照做 有效期内
2018-11-20 09:00 开启 leading_group 法库县 法库县委经办 zone=法库县 zone_name=法库县 reply_number=辽科协函〔2018〕901号 reply_date=2018-11-02 称 小组
"""  # noqa: E501
ORGANS = ["中共法库县委员会", "沈阳市科学技术协会"]


def _group(**more: Json) -> dict[str, Json]:
    told = _example("group_notice", "addressees", "copies", "members", "duties", "office_place", "office_head")
    told |= _example("group_notice", "departments", "printer")
    return {**told, "organs": ORGANS, "series": "法委发", **more}


def test_a_group_is_founded_by_a_notice_that_every_organ_signs(stage: Callable[..., Stage]) -> None:
    played = stage()
    played.play(GROUP)
    case = played.player.case("小组")
    few = _group(members=[{"role": "组长", "post": "县委主要负责人"}], organs=ORGANS[:1])
    told = _refused(played, case, PARTY, "establish", **few)
    assert "组成人员不足三行" in told
    assert "区县和市科协共同成立" in told
    advance(played.office, case, PARTY, Command("establish", _group()))
    assert browse.show(played.office, case)["state"] == "planned"
    assert _do(played, case, CITY, "establish") == "法委发〔2018〕1号"
    assert browse.show(played.office, case)["state"] == "established"


def test_a_plan_and_minutes_are_issued_by_a_group(stage: Callable[..., Stage]) -> None:
    played = stage()
    played.play(GROUP)
    case = played.player.case("小组")
    advance(played.office, case, PARTY, Command("establish", _group()))
    advance(played.office, case, CITY, Command("establish"))
    sample = _example("work_plan_notice", "addressees", "copies", "period", "goal", "principles", "tasks", "printer")
    plan: dict[str, Json] = {
        "plan_period": sample["period"],
        "plan_goal": sample["goal"],
        "plan_steps": sample["principles"],
        "plan_tasks": sample["tasks"],
        "organs": ["法库县人民政府", "沈阳市科学技术协会"],
        "series": "法政发",
        **{name: sample[name] for name in ("addressees", "copies", "printer")},
    }
    advance(played.office, case, GOVERNMENT, Command("adopt_plan", plan))
    assert _do(played, case, CITY, "adopt_plan") == "法政发〔2018〕1号"
    names = ("place", "chair", "progress", "matters", "present", "copies")
    held = _example("consultation_minutes", *names)
    minutes: dict[str, Json] = {
        "held_on": "2018-11-20",
        "held_place": held["place"],
        "held_chair": held["chair"],
        "held_period": "2018年第四季度",
        "held_progress": held["progress"],
        "matters": held["matters"],
        "attending": held["present"],
        "copies": held["copies"],
        "minutes_issuer": "法库县人民政府",
        "minutes_series": "法政纪",
    }
    wrong = {**minutes, "held_on": "2018-12-11", "next_on": "2018-12-11"}
    told = _refused(played, case, GOVERNMENT, "consult", **wrong)
    assert "协商日期晚于今天" in told
    assert "下次协商日期应在本次之后" in told
    assert _do(played, case, GOVERNMENT, "consult", **minutes) == "法政纪〔2018〕1号"


def test_no_group_is_founded_where_no_zone_is_in_force(stage: Callable[..., Stage]) -> None:
    played = stage()
    played.play(GROUP + "\n2018-12-11 照做 申请退出\n办理 法库县 同意退出 省科协主要负责人 意见 同意退出。")
    told = _refused(played, played.player.case("小组"), PARTY, "establish", **_group())
    assert "不在有效期内" in told


def test_the_group_of_the_province_has_neither_notice_nor_plan_of_a_zone(stage: Callable[..., Stage]) -> None:
    played = stage()
    played.play(f"""
2018-10-10 开启 leading_group {ASSOCIATION} {OFFICE} 称 省级
办理 省级 登记成立文件 {OFFICE} notice_title=关于成立领导小组的通知 notice_number=辽科协发〔2018〕913号 founded_on=2018-10-10 office_place=学会学术部 office_head=学会学术部负责人 附 founding_paper
""")  # noqa: E501
    assert _refused(played, played.player.case("省级"), PARTY, "adopt_plan")


def test_subsidies_are_sent_down_by_one_notice_that_lists_them_all(stage: Callable[..., Stage]) -> None:
    played = stage()
    played.play("""
引用 subsidy.steps
照做 有效期内
照做 对接成功 窑炉 某陶瓷公司 窑炉余热利用 FK-901 35
2019-03-07 09:00 照做 核定预算 2019 10
照做 申请补助 甲 辽宁省硅酸盐学会 法库县 2019 8
""")
    case = played.player.case("2019预算")
    row: dict[str, Json] = {"society": "辽宁省硅酸盐学会", "zone": COUNTY, "purpose": "技术服务", "amount": "8"}
    given: dict[str, Json] = {
        "addressees": ["各有关省级学会"], "copies": ["沈阳市科学技术协会"], "report_by": "2019-12-10", "details": [row]
    }  # fmt: skip
    assert "没有待下达的补助" in _refused(played, case, HEAD, "send_down", **given)
    played.play(
        "2019-03-08 09:00 办理 甲 审核同意 省科协学会学术部经办 意见 情况属实。".replace("甲", _own(played, "甲"))
    )
    for person, values in ((HEAD, {"approved_amount": "8"}), ("省委组织部经办", {})):
        advance(played.office, played.player.case("甲"), person, Command("approve", values))
    wrong = {**given, "report_by": "2019-03-08", "details": [row, {**row, "amount": "1"}]}
    told = _refused(played, case, HEAD, "send_down", **wrong)
    for words in ("项数与待下达的补助不符", "合计与核定的金额不符", "应在今天之后"):
        assert words in told
    number = _do(played, case, HEAD, "send_down", **given)
    assert number == "辽科协发〔2019〕1号"
    told_case = browse.show(played.office, played.player.case("甲"))
    assert told_case["state"] == "notified"
    fields = {one["name"]: one["value"] for one in told_case["fields"]}
    assert (fields["notice_number"], fields["report_by"]) == (number, "2019-12-10")


def _own(played: Stage, label: str) -> str:
    return played.player.case(label)


def test_the_circular_lists_every_grade_of_the_year(stage: Callable[..., Stage]) -> None:
    played = stage()
    played.play("""
引用 faku.steps
照做 有效期内
2018-12-10 办理 法库县 启动跟踪调度 省科协学会学术部经办 tracking_since=2019-01-01
2020-01-20 开启 appraisal 辽宁省科学技术协会 省科协学会学术部经办 year=2019 year_to=2019-12-31 称 考核
办理 考核 印发指标方案 省科协主要负责人 indicators=项目对接40、服务站30、保障30 full_marks=100 附 scheme_paper
""")
    case = played.player.case("考核")
    given = _example("appraisal_circular", "good", "problems", "demands", "addressees", "copies")
    given |= {"basis_text": "按照实施方案要求，省科协组织开展了年度绩效考核。"}
    row: dict[str, Json] = {"zone": COUNTY, "grade": "良好"}
    told = _refused(played, case, HEAD, "circulate", **given, results=[row])
    for words in ("还没有评定等次", "件数不符", "还有示范区没有评定"):
        assert words in told
    played.play("""
办理 annual_assessment:法库县 报送年度自评 法库县政府经办 summary=完成年度计划 附 annual_report
办理 annual_assessment:法库县 评定等次 省科协学会学术部经办 grade=良好 意见 良好。
""")
    assert _do(played, case, HEAD, "circulate", **given, results=[row]) == "辽科协发〔2020〕1号"
    assert browse.show(played.office, case)["state"] == "circulated"
