"""Where a case lies as work: who owes, who may, by which day; and nowhere once there is nothing to do."""

from tests.engine.desk import CALENDAR, DESK, Desk
from zhuli_flow.engine.deadlines.work_places import NO_DAY, WorkPlace, places


def lies(desk: Desk) -> dict[str, tuple[bool, str]]:
    return {one.address: (one.owed, one.due_on) for one in places(desk.workflow, desk.case, CALENDAR)}


def test_who_owes_a_deadline_lies_by_its_day_who_only_may_by_the_first_that_runs() -> None:
    desk = Desk().to("intake")
    day = min(one.due_on for one in desk.case.deadlines.values()).isoformat()
    assert lies(desk)["office@province"] == (True, day)
    assert all(owed or due == day for owed, due in lies(desk).values())


def test_without_a_deadline_the_day_is_behind_every_other() -> None:
    desk = Desk()
    desk.do("begin", "县", subject="标题")
    assert places(desk.workflow, desk.case, CALENDAR) == {WorkPlace("county@county/甲县", owed=False, due_on=NO_DAY)}


def test_who_has_signed_has_it_no_more_unless_something_else_is_to_be_done() -> None:
    desk = Desk(DESK.replace("from: [review, repair], to: same, by: office", "from: repair, to: same, by: office"))
    desk.to("review")
    assert {"office@province", "head@province"} <= lies(desk).keys()
    desk.do("agree", "领导", amount=6)
    assert "head@province" not in lies(desk)
    assert lies(desk)["office@province"][0]


def test_signers_in_order_have_it_one_after_the_other() -> None:
    ordered = DESK.replace("sign: {all_of: [office, head]}", "sign: {all_of: [head, expert], ordered: true}")
    desk = Desk(ordered)
    desk.do("begin", "县", subject="标题", experts="专家、外人")
    for event, who in (("submit", "县"), ("accept", "甲")):
        desk.do(event, who)
    assert lies(desk)["head@province"][0]
    desk.do("agree", "领导", amount=6)
    assert "head@province" not in lies(desk)
    assert lies(desk)["expert@named/专家"][0]
    assert not lies(desk).get("expert@named/外人", (False, ""))[0]


def test_a_condition_on_a_signer_that_another_day_may_meet_keeps_the_seat() -> None:
    for when, lasts in (("amount > 9", False), ("today > 2030-01-01", True)):
        signed = DESK.replace("all_of: [office, head]", f"all_of: [office, head if {when}]")
        desk = Desk(signed)
        desk.do("begin", "县", subject="标题", amount=6)
        for event, who in (("submit", "县"), ("accept", "甲")):
            desk.do(event, who)
        assert ("head@province" in lies(desk)) is lasts


def test_a_suspended_case_lies_where_it_may_be_resumed_and_an_ended_one_nowhere() -> None:
    desk = Desk().to("intake")
    desk.do("suspend", "甲", opinion="等待来函")
    assert lies(desk) == {"office@province": (False, NO_DAY)}
    ended = Desk().to("intake")
    ended.do("refuse", "甲")
    assert not lies(ended)
