"""加签 and 减签: one seat more or less, and the signatures of the others stand."""

from tests.engine.desk import DESK, Desk
from zhuli_flow.calendar import bundled
from zhuli_flow.engine.deadlines.work_places import places

SIGNED = DESK.replace("sign: {all_of: [office, head]}", "sign: {all_of: [office, head, expert]}")


def _seats(desk: Desk) -> list[str]:
    return [one.seat for one in desk.case.body["signoffs"]["agree"].signatures]


def test_who_opened_a_sign_off_adds_a_person_and_nothing_given_is_void() -> None:
    desk = Desk().to("review")
    desk.do("agree", "甲", amount=6)
    desk.do("add_signer", "甲", person="丙", opinion="请财务会签")
    assert _seats(desk) == ["office"]
    assert "@丙" in {one.address for one in places(desk.workflow, desk.case, bundled())}
    desk.do("agree", "领导")
    assert desk.case.state == "review"
    desk.do("agree", "丙")
    assert desk.case.state == "ruling"


def test_an_added_person_who_is_taken_out_again_signs_nothing() -> None:
    desk = Desk().to("review")
    desk.do("agree", "甲", amount=6)
    desk.do("add_signer", "甲", person="丙")
    desk.do("drop_signer", "甲", person="丙")
    assert desk.refused("agree", "丙") == {"no_role"}
    desk.do("agree", "领导")
    assert desk.case.state == "ruling"


def test_one_of_several_named_people_is_taken_out_and_the_opener_signs_last() -> None:
    desk = Desk(SIGNED)
    desk.do("begin", "县", subject="标题", experts="专家、外人")
    for event, who in (("submit", "县"), ("accept", "甲")):
        desk.do(event, who)
    for who, given in (("甲", {"amount": 6}), ("领导", {}), ("专家", {})):
        desk.do("agree", who, **given)
    desk.do("drop_signer", "甲", person="外人", opinion="出国")
    assert _seats(desk) == ["head", "expert/专家"]
    assert any("再签一次" in one.text for one in desk.log[-1].messages)
    desk.do("agree", "甲")
    assert desk.case.state == "ruling"


def test_what_the_definition_asks_of_a_role_stays_and_only_the_opener_may() -> None:
    desk = Desk().to("review")
    assert desk.refused("add_signer", "甲", person="丙") == {"not_opened"}
    desk.do("agree", "甲", amount=6)
    assert desk.refused("drop_signer", "甲", person="领导") == {"bad_target"}
    assert desk.refused("add_signer", "领导", person="丙") == {"not_opened"}
    assert desk.refused("add_signer", "甲", person="没有此人") == {"unknown_person"}
    assert desk.refused("add_signer", "甲", person="丙", opinion="") == {"opinion_required"}
    desk.do("add_signer", "甲", person="丙")
    assert desk.refused("add_signer", "甲", person="丙") == {"bad_target"}
    desk.do("agree", "丙")
    assert desk.refused("drop_signer", "甲", person="丙") == {"already_signed"}


def test_the_last_named_person_of_a_role_is_not_taken_out() -> None:
    desk = Desk(SIGNED).to("review")
    desk.do("agree", "甲", amount=6)
    assert desk.refused("drop_signer", "甲", person="专家") == {"bad_target"}
