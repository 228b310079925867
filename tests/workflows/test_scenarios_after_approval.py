"""The life of a zone after its approval: the registers of the sample, and the papers whose table is a register."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from tests.workflows.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.services.history import verify
from zhuli_flow.services.registers import register
from zhuli_flow.services.rehearsal.play import play_file
from zhuli_flow.store import notices

ASSOCIATION, OFFICE, HEAD = "辽宁省科学技术协会", "省科协学会学术部经办", "省科协主要负责人"


# ── The registers of the sample ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sample(stage: Callable[..., Stage]) -> Stage:
    played = stage()
    play_file(played.office, played.player.clock, bootstrap.sample("registers.scenario"))
    return played


def test_the_registers_of_the_sample_hold_what_its_story_tells(sample: Stage) -> None:
    office = sample.office
    matches = register.find(office, "matching.matches").rows
    contracts = register.find(office, "matching.contracts").rows
    assert (len(matches), len(contracts)) == (14, 8)
    assert sum(float(str(row["contract_amount"])) for row in contracts) == pytest.approx(2410.5)
    stations = register.find(office, "station.stations").rows
    assert [row["level"] for row in stations] == ["国家级", *["省级"] * 5]
    assert [row["applicant.name"] for row in stations if row["state"] == "已撤站"] == ["东港市"]
    assert len(register.find(office, "station.national").rows) == 1
    workstations = register.find(office, "workstation.workstations").rows
    assert [row["state"] for row in workstations] == ["建站期内", "已签协议、待申报"]
    assert len({row["academician"] for row in workstations}) == 1
    subsidies = register.find(office, "subsidy.subsidies").rows
    assert [row["state"] for row in subsidies] == ["已结清", "已结清", "已结清", "已收回"]
    assert sum(float(str(row["approved_amount"])) for row in subsidies) == 30
    assert verify.verify(office).ok
    assert verify.faults(office) == []


# ── Papers whose table is a register ─────────────────────────────────────────────────────────────────────────────────


def _table(played: Stage, label: str, variable: str) -> list[dict[str, Any]]:
    """The table of the only paper that a case has issued."""
    with played.office.database.read() as connection:
        (paper,) = notices.of_case(connection, played.player.case(label))
    return cast(list[dict[str, Any]], paper.variables[variable])


def test_the_notice_of_a_year_lists_the_subsidies_that_wait_in_that_year_and_no_others(
    stage: Callable[..., Stage],
) -> None:
    played = stage()
    played.play("""
引用 subsidy.steps
照做 有效期内
照做 对接成功 窑炉 某陶瓷公司 窑炉余热利用 FK-901 35
2019-03-07 09:00 照做 核定预算 2019 10
照做 核定预算 2020 10
照做 申请补助 甲 辽宁省硅酸盐学会 法库县 2019 8
照做 申请补助 乙 辽宁省硅酸盐学会 法库县 2020 5
照做 核定补助 甲 7.5
照做 核定补助 乙 5
办理 2019预算 下达补助 省科协主要负责人 addressees=各有关省级学会 report_by=2019-12-10
应为 甲 环节 已下达、待拨付
应为 乙 环节 已核定、待下达
""")
    (row,) = _table(played, "2019预算", "subsidies")
    assert {name: row[name] for name in ("society", "zone", "purpose", "amount")} == {
        "society": "辽宁省硅酸盐学会",
        "zone": "法库县",
        "purpose": "技术服务和服务站运行",
        "amount": "7.5",
    }


def test_the_circular_lists_the_grades_of_its_year_from_the_best_score_down(sample: Stage) -> None:
    scores = {"盘山县": ("59", "不合格"), "海城市": ("96", "优秀"), "瓦房店市": ("88.5", "良好")}
    acts = [f"2021-11-16 09:00 办理 {zone} 另定跟踪调度起始日 {OFFICE} tracking_since=2021-11-16" for zone in scores]
    acts += [f"2022-01-10 09:00 开启 appraisal {ASSOCIATION} {OFFICE} year=2021 year_to=2021-12-31 称 考核"]
    acts += [f"办理 考核 印发指标方案 {HEAD} indicators=对接40、服务站30、保障30 full_marks=100 附 scheme_paper"]
    for zone, (score, _) in scores.items():
        case = f"annual_assessment:{zone}"
        acts += [f"办理 {case} 报送年度自评 {zone}政府经办 self_score=90 summary=完成年度计划 附 annual_report"]
        acts += [f"办理 {case} 评定等次 {OFFICE} score={score} 意见 经考核评定。"]
    told = "basis_text=经考核确定等次。 good=机制健全 problems=进展不平衡 demands=完善计划 addressees=各市科学技术协会"
    sample.play("\n".join([*acts, f"2022-04-06 09:00 办理 考核 通报 {HEAD} {told}"]))
    rows = [(row["zone"], row["grade"]) for row in _table(sample, "考核", "results")]
    assert rows == [("海城市", "优秀"), ("瓦房店市", "良好"), ("盘山县", "不合格")]
