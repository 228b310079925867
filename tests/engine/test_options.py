"""A button and a refusal never differ: what options allow, decide accepts, given what the option says it needs."""

from typing import Any

import pytest

from tests.engine.desk import DESK, PEOPLE, Desk
from zhuli_flow.definitions.model.workflow import OPERATIONS
from zhuli_flow.engine import stale_refusals
from zhuli_flow.engine.model.decision import Decision, Needs
from zhuli_flow.engine.model.json_values import as_json

GIVEN: dict[str, dict[str, Any]] = {
    "begin": {"subject": "请示"},
    "agree": {"amount": "6"},
    "transfer": {"person": "丙"},
    "delegate": {"person": "丙"},
    "copy": {"person": "丙"},
    "add_signer": {"person": "丙"},
    "correct": {"amount": "8"},
}
STATES = ["start", "draft", "intake", "review", "ruling", "valid", "closed"]
TWISTS = ["plain", "signed", "suspended", "delegated", "transferred", "returned"]


def twisted(state: str, twist: str) -> Desk | None:
    """The case in ``state``, with something going on; None where that can't be."""
    desk = Desk().to(state)
    steps: dict[str, tuple[str, str, dict[str, Any]]] = {
        "signed": ("agree", "甲", {"amount": "6"}),
        "suspended": ("suspend", "甲", {}),
        "delegated": ("delegate", "甲", {"person": "乙"}),
        "transferred": ("transfer", "甲", {"person": "乙"}),
        "returned": ("return", "领导", {"to": "intake", "walk": "straight"}),
    }
    if twist != "plain":
        event, person, given = steps[twist]
        if not isinstance(desk.ask(event, person, **given), Decision):
            return None
        desk.do(event, person, **given)
    return desk


@pytest.mark.parametrize("twist", TWISTS)
@pytest.mark.parametrize("state", STATES)
def test_what_is_offered_is_accepted_and_what_is_not_is_refused(state: str, twist: str) -> None:
    desk = twisted(state, twist)
    if desk is None:
        return
    for person in (*PEOPLE, "system"):
        for name, option in desk.options(person).items():
            given = GIVEN.get(name, {})
            if name in {"transfer", "delegate"} and person == "县":
                given = {"person": "县二"}
            if name == "return":
                targets = desk.refused("return", person, to="nowhere") if not option.allowed else set()
                given = {"to": "draft" if desk.case.state != "draft" else "intake"} if not targets else {}
            if name == "uphold":
                given = {"what": next((key for key in desk.case.stale if desk.case.evidence[key].by == person), "")}
            later = name == "agree" and desk.case.section("signoffs")
            answer = desk.ask(name, person, **({} if later else given))
            assert option.allowed is isinstance(answer, Decision), (person, name, option.because, answer)
            if not option.allowed:
                told = {one.code for one in answer}
                assert {one.code for one in option.because} <= told


def test_an_option_tells_what_it_needs() -> None:
    desk = Desk().to("review")
    needs = desk.options("甲")["agree"].needs
    assert as_json(needs.fields) == [
        {"name": "amount", "title": "金额", "type": "int", "unit": "", "choices": [], "required": True, "present": True}
    ]
    desk.do("agree", "甲", amount="6")
    assert desk.options("领导")["agree"].needs == Needs()  # a later signer adds a signature and gives nothing else


def test_a_guard_on_what_is_yet_to_be_given_closes_no_button() -> None:
    text = DESK.replace("by: office}\n  refuse", "by: office, fill: [amount], when: [amount > 9: 太少]}\n  refuse")
    desk = Desk(text).to("intake")
    assert "accept" in desk.allowed("甲")
    assert desk.refused("accept", "甲", amount="9") == {"guard"}


def test_what_needs_evidence_given_again_is_not_offered_whatever_is_yet_to_be_given() -> None:
    text = DESK.replace("from: draft, to: intake, by: county}", "from: draft, to: intake, by: county, fill: [until!]}")
    text = text.replace(
        "by: office}\n  refuse", "by: office, fill: [received!], when: [until <= received: 签收过早]}\n  refuse"
    ).replace(
        "  until: {title: 截止日, type: date}",
        "  until: {title: 截止日, type: date}\n  received: {title: 签收日, type: date}",
    )
    desk = Desk(text)
    desk.do("begin", "县", subject="标题")
    desk.do("submit", "县", until="2018-10-08")
    assert "accept" in desk.allowed("甲")
    desk.do("correct", "甲", subject="另一标题")
    assert {one.code for one in desk.options("甲")["accept"].because} == {"stale_evidence"}
    assert desk.refused("accept", "甲", received="2018-10-09") == {"stale_evidence"}


def test_who_gives_evidence_again_is_who_has_to_sign_it_here() -> None:
    desk = Desk(DESK.replace("sign: {all_of: [office, head]}", "sign: {all_of: [office, head if amount > 9]}"))
    desk.to("review")
    desk.do("agree", "甲", amount=1)
    desk.do("return", "领导", to="review", walk="again")
    (refusal,) = stale_refusals.refusals(desk.question("甲"), desk.case, ["agree"])
    assert refusal.who == ("省办",)


def test_all_reasons_are_told_at_once() -> None:
    text = DESK.replace("by: office}\n  refuse", "by: office, fill: [until!], when: [amount > 9: 太少]}\n  refuse")
    desk = Desk(text).to("draft")
    assert desk.refused("accept", "县", seen=0) == {"stale_version", "wrong_state", "no_role", "missing_field", "guard"}


def test_a_warning_refuses_nothing_and_is_told() -> None:
    text = DESK.replace(
        "by: office}\n  refuse", "by: office, when: [{check: amount > 9, say: 偏少, warn: true}]}\n  refuse"
    )
    desk = Desk(text).to("intake")
    assert [one.because for one in desk.options("甲")["accept"].warnings] == ["偏少"]
    assert [one.because for one in desk.do("accept", "甲").warnings] == ["偏少"]


def test_the_loser_of_a_race_is_told_who_moved_it_and_to_what() -> None:
    desk = Desk().to("intake")
    seen = desk.case.version
    desk.do("accept", "甲")
    [stale, place] = desk.ask("accept", "甲", seen=seen)
    assert "环节“审核”（最近由甲于 2018-10-08 办理“受理”）" in stale.because
    assert "（最近由甲于 2018-10-08 办理“受理”）" in place.because


def test_an_unknown_word_is_answered_with_the_nearest() -> None:
    [refusal] = Desk().to("intake").ask("acept", "甲")
    assert (refusal.code, refusal.fix) == ("unknown_event", "是否要办理 accept？")


def test_operations_a_definition_does_not_open_do_not_exist() -> None:
    text = DESK[: DESK.index("operations:")].replace("  ended: {title: 终止, kind: final}\n", "")
    desk = Desk(text).to("intake")
    assert not OPERATIONS.keys() & desk.options("甲").keys()
    assert desk.refused("suspend", "甲") == {"unknown_event"}


@pytest.mark.parametrize("blank", ["", "  ", []])
def test_a_required_field_left_blank_is_missing(blank: Any) -> None:
    desk = Desk()
    assert desk.refused("begin", "县", subject=blank) & {"missing_field", "bad_value"}


def test_a_value_that_cannot_be_read_is_told_once() -> None:
    desk = Desk().to("review")
    assert desk.refused("agree", "甲", amount="多") == {"bad_value"}
    assert desk.refused("agree", "甲", amuont="6") == {"unknown_field"}


def test_who_may_withdraw_is_what_the_definition_says() -> None:
    desk = Desk(DESK.replace("withdraw: {by: holder}", "withdraw: {by: county, from: [intake, review]}")).to("intake")
    desk.do("accept", "甲")
    assert desk.refused("withdraw", "甲") == {"no_role"}
    earlier = Desk(DESK.replace("withdraw: {by: holder}", "withdraw: {by: county}")).to("intake")
    earlier.do("withdraw", "县")


def test_one_open_case_and_the_right_kind_of_applicant() -> None:
    desk = Desk(DESK.replace("{kinds: [county]}", "{kinds: [park], one_open_case: true}"))
    desk.elsewhere = "WB-2018-0007"
    assert desk.refused("begin", "县", subject="请示") == {"wrong_applicant", "duplicate_case"}


def test_an_act_may_be_done_so_many_times_and_no_more() -> None:
    desk = Desk(DESK.replace("clock: {extend", "at_most: 1, clock: {extend")).to("review")
    desk.do("longer", "甲")
    assert desk.refused("longer", "甲") == {"limit_reached"}
