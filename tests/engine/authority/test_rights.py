"""Who may act, and in whose name."""

from dataclasses import replace

import msgspec
import pytest

from tests.engine.desk import COUNTY, DESK, PEOPLE, PROVINCE, Desk, book
from zhuli_flow.definitions.model.workflow import Role
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR, capacity, in_scope, role_title
from zhuli_flow.engine.decide import is_about_right
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.people import Actor, Capacity, Organisation
from zhuli_flow.engine.model.refusal_codes import NO_RIGHT

OTHER = Organisation("乙县政府", "乙县政府", "county", "大连市", "乙县", "county")
CITY = Organisation("市科协", "市科协", "city", "沈阳市")


def right(desk: Desk, actor: Actor, role: str) -> Capacity | set[str]:
    found = capacity(desk.workflow, desk.case, actor, [role])
    return found if isinstance(found, Capacity) else {one.code for one in found}


@pytest.mark.parametrize(
    ("of", "unit", "may"),
    [
        ("county", COUNTY, True),
        ("county", OTHER, False),
        ("county", msgspec.structs.replace(COUNTY, level="city"), False),
        ("city", CITY, True),
        ("city", msgspec.structs.replace(CITY, city="大连市"), False),
        ("province", Organisation("省", "省", "province"), True),
        ("province", CITY, False),
        ("applicant", COUNTY, True),
        ("applicant", msgspec.structs.replace(COUNTY, id="别的"), False),
        ("any", OTHER, True),
    ],
)
def test_a_role_is_held_for_the_case_s_own_organisations(of: str, unit: Organisation, may: bool) -> None:
    desk = Desk(book(a=f"county: {{title: 区县, of: county}} -> county: {{title: 区县, of: {of}}}"))
    found = right(desk, Actor("某人", unit, frozenset({"county"})), "county")
    assert found == (Capacity("county") if may else {"not_own"})


def test_without_the_role_the_refusal_names_who_could_act() -> None:
    desk = Desk().to("intake")
    [refusal] = desk.ask("accept", "县")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.who) == ("no_role", ("省办",))
    assert role_title(desk.workflow, desk.case, "county") == "区县（甲县）"


def test_any_of_several_roles_will_do() -> None:
    desk = Desk().to("intake")
    assert capacity(desk.workflow, desk.case, PEOPLE["领导"], ["office", "head"]) == Capacity("head")


def test_only_the_system_acts_as_the_system() -> None:
    desk = Desk().to("valid")
    assert desk.refused("expire", "甲") == {"no_role"}
    assert right(desk, SYSTEM_ACTOR, "system") == Capacity("system")


def test_an_expert_acts_on_the_cases_that_name_him() -> None:
    desk = Desk().to("review")
    assert desk.refused("look", "专家") == {"not_own"}
    named = Desk()
    named.do("begin", "县", subject="请示", experts="专家")
    named.to("review").do("look", "专家")


def test_who_is_of_the_applicant_s_county_stays_out() -> None:
    desk = Desk()
    assert desk.refused("begin", "县", subject="请示", experts="专家、本县专家") == {"conflict_of_interest"}
    desk.do("begin", "县", subject="请示", experts="专家")
    desk.to("review")
    assert desk.refused("correct", "甲", experts="本县专家") == {"conflict_of_interest"}


def test_a_conflicted_person_s_substitute_is_conflicted_too() -> None:
    desk = Desk().to("review")
    open_to_all = replace(desk.workflow.roles["expert"], named_in=None)
    desk.workflow = replace(desk.workflow, roles={**desk.workflow.roles, "expert": open_to_all})
    assert right(desk, desk.people["专家"], "expert") == Capacity("expert")
    desk.entrust("本县专家", "外人")
    assert right(desk, desk.people["外人"], "expert") == {"conflict_of_interest"}


def test_a_substitute_acts_only_while_entrusted() -> None:
    desk = Desk().to("intake")
    assert desk.refused("accept", "代") == {"no_role"}
    desk.entrust("甲", "代")
    assert "accept" in desk.allowed("代")
    desk.ends_entrustment("代")
    assert desk.refused("accept", "代") == {"no_role"}


def test_a_substitute_has_no_more_right_than_the_absent_person() -> None:
    desk = Desk().to("intake")
    desk.people["县外"] = Actor("县外", OTHER, frozenset({"county"}))
    assert desk.entrust("县外", "代").refused("submit", "代") == {"wrong_state", "not_own"}


def test_tasks_are_handed_over_within_the_organisation_and_not_to_oneself() -> None:
    desk = Desk().to("intake")
    assert desk.refused("transfer", "甲", person="外人") == {"other_unit"}
    assert desk.refused("transfer", "甲", person="甲") == {"bad_target"}
    assert desk.refused("transfer", "甲", person="无此人") == {"unknown_person"}
    assert desk.refused("transfer", "甲") == {"unknown_person"}
    desk.do("transfer", "甲", person="乙")
    desk.people["甲二"] = msgspec.structs.replace(desk.people["甲"], person="甲二")
    assert desk.refused("transfer", "甲二", person="甲") == {"bad_target"}  # 甲 has it no more
    desk.do("accept", "甲二")  # a colleague of the same role is not bound


def test_who_is_named_in_person_cannot_pass_it_on() -> None:
    desk = Desk()
    desk.do("begin", "县", subject="请示", experts="专家")
    desk.to("review")
    assert desk.refused("transfer", "专家", person="外人") >= {"personal_duty"}
    assert "transfer" not in desk.allowed("专家")


def test_refusals_about_the_person_are_told_from_those_about_the_case() -> None:
    desk = Desk().to("intake")
    assert is_about_right(desk.ask("accept", "县"))
    assert not is_about_right(desk.ask("submit", "县"))
    assert {"no_role", "not_own", "delegated"} <= NO_RIGHT


def test_a_substitute_from_another_organisation_does_not_act_on_his_own_application() -> None:
    made = Desk().to("intake").entrust("甲", "县")
    assert made.refused("accept", "县") == {"conflict_of_interest"}
    made.entrust("甲", "丙")
    made.do("accept", "丙")
    assert made.case.state == "review"


def test_a_substitute_from_another_organisation_acts_on_no_case() -> None:
    made = Desk().to("intake").entrust("甲", "外人")
    assert made.refused("accept", "外人") == {"other_unit"}
    made.people["外人"] = msgspec.structs.replace(made.people["外人"], formerly=frozenset({PROVINCE.id}))
    made.do("accept", "外人")  # his organisation stands in the place of the giver's


def test_what_was_done_for_a_person_counts_as_done_by_him() -> None:
    text = DESK.replace("  subject: {title: 标题}", "  subject: {title: 标题}\n  taker: {title: 经手人}")
    accept = "accept: {title: 受理, from: intake, to: review, by: office"
    text = text.replace(accept, f"{accept}, set: {{taker: actor.person}}")
    approve = "approve: {title: 批准, from: ruling, to: valid, by: head"
    text = text.replace(approve, f"{approve}, when: [{{actor.person is not taker: 经手人不得自批}}]")
    text = text.replace("fill: [amount]}", "fill: [amount], keeps: {accept: 金额由会签议定}}")
    made = Desk(text).to("intake")
    made.people["领导"] = Actor("领导", PROVINCE, frozenset({"office", "head"}))
    made.people["别的领导"] = Actor("别的领导", PROVINCE, frozenset({"head"}))
    made.entrust("领导", "代").do("accept", "代")
    assert made.case.fields["taker"] == "代"
    made.do("agree", "甲", amount="6")
    made.do("agree", "领导")
    assert made.refused("approve", "领导") == {"guard"}  # 代 had accepted it in his name
    made.do("approve", "别的领导")
    assert made.case.state == "valid"


def test_a_right_that_is_no_longer_held_takes_nothing_back() -> None:
    made = Desk().to("intake").entrust("甲", "代")
    made.do("accept", "代")
    made.ends_entrustment("代")
    assert made.refused("withdraw", "代") == {"no_role"}
    made.people["甲"] = Actor("甲", PROVINCE, frozenset())
    assert made.refused("withdraw", "甲") == {"no_role"}
    assert made.case.state == "review"


def test_who_takes_back_what_his_substitute_did_does_so_in_his_own_right() -> None:
    made = Desk().to("intake").entrust("甲", "代")
    made.do("accept", "代")
    done = made.do("withdraw", "甲")
    assert (done.capacity.role, done.capacity.on_behalf_of, done.capacity.how) == ("office", "", "")
    made.do("accept", "代")
    assert made.do("withdraw", "代").capacity.on_behalf_of == "甲"


def test_who_is_named_under_an_earlier_name_of_his_unit_is_named() -> None:
    role = Role("county", "区县", named_in="parties")
    named = msgspec.structs.replace(Desk().case, body={"fields": {"parties": ["甲县政府"]}})
    district = Organisation("甲区政府", "甲区政府", "county", "沈阳市", "甲区")
    assert not in_scope(role, named, "县", district)
    assert in_scope(role, named, "县", district, frozenset({"甲县政府"}))


def test_nobody_stands_in_for_a_person_whom_a_field_names() -> None:
    desk = Desk()
    desk.people["同事"] = Actor("同事", desk.people["专家"].organisation, frozenset(), title="同事")
    desk.do("begin", "县", subject="请示", experts="专家")
    desk.to("review").entrust("专家", "同事")
    assert desk.refused("look", "同事") == {"personal_duty"}
    assert "look" not in desk.allowed("同事")
    desk.do("look", "专家")


def test_where_a_field_names_a_unit_a_substitute_of_the_unit_stands_in_and_it_is_handed_to_nobody() -> None:
    made = Desk(
        DESK.replace("experts: {title: 专家组, type: people}", "experts: {title: 承办单位, type: organisation}")
    )
    made.people["同事"] = Actor("同事", made.people["专家"].organisation, frozenset(), title="同事")
    made.do("begin", "县", subject="请示", experts="大学")
    made.to("review").entrust("专家", "同事")
    assert made.refused("transfer", "专家", person="同事") == {"personal_duty"}
    assert made.refused("delegate", "专家", person="同事") == {"personal_duty"}
    made.do("look", "同事")
