"""The yearly return beside what the system holds: stations, contracts, activities; the return of the period before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.desk import CALENDAR
from zhuli_flow.clock import parse_instant
from zhuli_flow.definitions.check import load
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.expressions.evaluate import condition
from zhuli_flow.engine.expressions.known_answers import differing, value_held
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.people import Organisation
from zhuli_flow.services.administration.workflows import parts_beside

ROOT = Path(__file__).resolve().parents[2]
SOCIETY = Organisation("机械学会", "辽宁省机械工程学会", "province", "", "", "society")
CITY = Organisation("大连科协", "大连市科学技术协会", "city", "大连市", "", "association")
PARK = Organisation("金普", "金普新区", "county", "大连市", "金普新区", "park")
OTHER = Organisation("法库", "法库县", "county", "沈阳市", "法库县", "county")
PERIOD = {"period_from": "2014-01-01", "period_to": "2018-05-31"}


def flow(name: str) -> Workflow:
    path = ROOT / "workflows" / f"{name}.yaml"
    return load(path.read_bytes(), name, parts=parts_beside(path))


FLOW, STATION, MATCHING, GROUP = map(flow, ("statistics_return", "station", "matching", "leading_group"))
ACTIVITY, ZONE = map(flow, ("activity", "zone_creation"))


def case(of: Workflow, number: int, applicant: Organisation, state: str, **fields: Json) -> tuple[Workflow, Case]:
    name = f"{of.prefix}-2018-{number:04}"
    return of, Case(name, of.name, of.version, of.digest, applicant, state, 1, "2018-06-01", {"fields": fields})


def station(
    number: int, applicant: Organisation, level: str, day: str, society: str = SOCIETY.id, state: str = "valid"
):
    return case(STATION, number, applicant, state, level=level, decision_date=day, society=society)


STATIONS = (
    station(1, PARK, "国家级", "2017-01-01"),
    station(2, PARK, "省级", "2017-01-01"),
    station(3, OTHER, "省级", "2017-01-01"),
    station(4, PARK, "省级", "2017-01-01", society="水产学会"),
    station(5, PARK, "省级", "2018-06-01"),
    station(6, PARK, "省级", "2017-01-01", state="closed"),
)
CONTRACTS = (
    case(MATCHING, 1, PARK, "accepted", society=SOCIETY.id, contract_date="2017-03-01", contract_amount="120.50"),
    case(MATCHING, 2, OTHER, "ended", society=SOCIETY.id, contract_date="2018-03-01", contract_amount="30"),
    case(MATCHING, 3, PARK, "signed", society="水产学会", contract_date="2018-05-31", contract_amount="9.5"),
    case(MATCHING, 4, PARK, "signed", society=SOCIETY.id, contract_date="2018-06-01", contract_amount="1000"),
    case(MATCHING, 5, PARK, "met", society=SOCIETY.id),
)
GROUPS = (
    case(GROUP, 1, PARK, "established", zone_name="金普新区示范区", founded_on="2018-01-01"),
    case(GROUP, 2, OTHER, "established", zone_name="法库示范区", founded_on="2018-01-01"),
)
ZONES = (
    case(ZONE, 1, PARK, "valid", reply_date="2018-01-01", budget_year=2018, budget_amount="60"),
    case(ZONE, 2, OTHER, "valid", reply_date="2018-01-01"),
)


def activity(number: int, applicant: Organisation, kind: str, day: str, state: str = "recorded", **more: Json):
    people: dict[str, Json] = {"people": 50, "national_experts": 1, "provincial_experts": 2}
    return case(ACTIVITY, number, applicant, state, kind=kind, held_on=day, **{**people, **more})


BIG: dict[str, Json] = {"national_societies": ["中国水产学会"], "people": 2000}
ACTIVITIES = (
    activity(1, CITY, "咨询活动", "2014-01-01"),
    activity(2, SOCIETY, "咨询活动", "2018-05-31", "filed", partners=[CITY.id]),
    activity(3, SOCIETY, "咨询活动", "2018-06-01"),
    activity(4, SOCIETY, "咨询活动", "2018-05-31", "void"),
    activity(5, SOCIETY, "咨询活动", "2018-05-31", "draft"),
    activity(6, SOCIETY, "学术活动", "2017-01-01", **BIG),
    activity(7, SOCIETY, "学术活动", "2017-02-01", **{**BIG, "people": 1999}),
    activity(8, SOCIETY, "学术活动", "2017-03-01", people=3000),
    activity(9, CITY, "走访调研", "2017-01-01", enterprises=["甲厂", "乙厂"]),
    activity(10, CITY, "走访调研", "2017-02-01", enterprises=["“甲厂”", "丙厂"]),
    activity(11, CITY, "对接活动", "2017-03-01", enterprises=["丁厂"], partners=[SOCIETY.id]),
    activity(12, CITY, "人才培养和引进", "2017-04-01"),
)


def scope(unit: Organisation, *before: tuple[Workflow, Case], empty: bool = False) -> CaseScope:
    own = case(FLOW, 9, unit, "filling", **PERIOD)[1]
    held = {"own_national": STATIONS, "own_provincial": STATIONS, "own_contracts": CONTRACTS, "own_groups": GROUPS}
    held |= {name: ACTIVITIES for name, one in FLOW.registers.items() if one.workflow == "activity"}
    held |= {"own_budgets": ZONES}
    registers = {"last": before, **({} if empty else held)}
    return CaseScope(FLOW, own, Facts(parse_instant("2018-06-20"), CALENDAR, registers=registers))


@pytest.mark.parametrize(
    ("unit", "national", "provincial", "contracts", "amount"),
    [(SOCIETY, 1, 2, 2, "150.5"), (CITY, 1, 2, 2, "130")],
    ids=["a society counts its own, wherever they are", "a city counts those in it, whosever they are"],
)
def test_stations_and_contracts_are_known(
    unit: Organisation, national: int, provincial: int, contracts: int, amount: str
) -> None:
    here = scope(unit)
    known = [value_held(FLOW.fields[name], here) for name in ("p13a", "p13b", "p18a", "p18b")]
    assert known == [national, provincial, contracts, amount]


@pytest.mark.parametrize(
    ("unit", "held"),
    [(CITY, (2, 0, 0, 6, 12, 3, 1, 1)), (SOCIETY, (1, 2, 1, 5, 10, 0, 1, 0))],
    ids=["a city", "a society"],
)
def test_activities_of_the_period_are_known_whether_led_or_joined(unit: Organisation, held: tuple[int, ...]) -> None:
    parts = ("p05a", "p11a", "p11b", "p12a", "p12b", "p16a", "p17a", "p22a")
    assert tuple(value_held(FLOW.fields[name], scope(unit)) for name in parts) == held


def test_of_who_registers_no_activities_nothing_is_known() -> None:
    silent = Organisation("锦州科协", "锦州市科学技术协会", "city", "锦州市", "", "association")
    assert {value_held(FLOW.fields[name], scope(silent)) for name in ("p05a", "p12a", "p16a", "p22a")} == {None}


def test_the_summary_of_the_province_counts_an_activity_and_an_enterprise_once() -> None:
    flow_of_summary = flow("summary_report")
    period: dict[str, Json] = {"period_from": PERIOD["period_from"], "period_until": PERIOD["period_to"]}
    own = case(flow_of_summary, 1, SOCIETY, "drafting", **period)[1]
    registers = {name: ACTIVITIES for name, one in flow_of_summary.registers.items() if one.workflow == "activity"}
    here = CaseScope(flow_of_summary, own, Facts(parse_instant("2018-06-20"), CALENDAR, registers=registers))
    drafted = value_held(flow_of_summary.fields["industries"], here)
    assert drafted == "登记在册的咨询活动2次。\n登记在册的走访调研企业3家（同一企业只计一家）。"
    assert value_held(flow_of_summary.fields["transfer"], here) == "登记在册的学会与企业对接活动1次。"


def test_money_set_aside_by_a_county_of_the_city_is_known_and_its_absence_is_not() -> None:
    elsewhere = Organisation("锦州科协", "锦州市科学技术协会", "city", "锦州市", "", "association")
    assert [value_held(FLOW.fields["p26a"], scope(unit)) for unit in (CITY, elsewhere)] == [True, None]
    [one] = differing(scope(CITY), FLOW.events["send"], {"p26a": False})
    assert one.because == "26a 是否列入当地财政预算填 否，系统登记为 是"


def test_the_leading_group_of_the_city_is_drafted() -> None:
    assert value_held(FLOW.fields["p24a"], scope(CITY)) == "金普新区示范区工作领导小组"


def test_an_office_that_keeps_no_stations_knows_nothing_of_them() -> None:
    here = scope(CITY, empty=True)
    assert [value_held(FLOW.fields[name], here) for name in ("p13a", "p18b", "p24a")] == [None, None, None]
    assert differing(here, FLOW.events["send"], {"p13a": 3, "p18a": 12}) == []


def test_the_return_that_differs_has_to_be_explained_and_the_draft_has_not() -> None:
    given: dict[str, Json] = {"p13a": 1, "p13b": 3, "p18a": 2, "p18b": "130.00"}
    [one] = differing(scope(CITY), FLOW.events["send"], given)
    assert (one.code, one.because) == ("differs_from_known", "13b 省级学会服务站数量填 3 个，系统登记为 2 个")
    assert differing(scope(CITY), FLOW.events["fill_in"], given) == []


def test_numbers_are_held_against_the_latest_return_of_an_earlier_period() -> None:
    def earlier(number: int, to: str, talks: int, unit: Organisation = CITY) -> tuple[Workflow, Case]:
        return case(FLOW, number, unit, "locked", period_to=to, p05a=talks)

    before = (
        earlier(1, "2016-05-31", 100),
        earlier(2, "2017-05-31", 10),
        earlier(3, "2018-05-31", 100),
        earlier(4, "2017-12-31", 100, SOCIETY),
    )
    here = scope(CITY, *before, empty=True)
    assert differing(here, FLOW.events["send"], {"p05a": 15}) == []
    [one] = differing(here, FLOW.events["send"], {"p05a": 16})
    assert one.code == "changed_much"
    assert one.because == "5a 咨询活动数量上次为 10 次，本次为 16 次，相差超过上次的 1/2"


def test_who_has_not_sent_is_reminded_every_day_for_two_months() -> None:
    after = [one for one in FLOW.deadlines["report"].remind if not one.startswith("-") and one != "0d"]
    assert after == [f"{day}d" for day in range(1, 61)]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"p27b": ["《人民日报》报道"]}, ["27b 所列主流媒体报道没有附全文"]),
        ({"p27b": ["《人民日报》报道"], "p27_files": ["剪报.jpg"]}, []),
        ({"p30a": 3}, ["30a 所报研究报告没有附全文"]),
        ({"p30a": 3, "p30_files": ["报告.pdf"]}, []),
        ({"p27a": 0, "p30a": 0}, []),
    ],
)
def test_what_is_named_without_its_full_text_is_told_and_stops_nobody(
    answers: dict[str, Json], told: list[str]
) -> None:
    own = case(FLOW, 9, SOCIETY, "filling", **PERIOD, **answers)[1]
    here = CaseScope(FLOW, own, Facts(parse_instant("2018-06-20"), CALENDAR))
    asked = [one for one in FLOW.events["send"].guards if "附全文" in one.say and one.clause != "附件 23"]
    unmet = [one for one in asked if condition(one.condition)(here) is not True]
    assert ([one.say for one in unmet], {one.warn for one in unmet} <= {True}) == (told, True)
