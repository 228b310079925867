"""What a due deadline needs, reminders, an end told once, the system's act, a clock in doubt."""

from collections.abc import Collection
from datetime import datetime, timedelta

import pytest

from tests.engine.desk import DESK, Desk
from zhuli_flow.clock import UTC
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.deadlines import due_plan
from zhuli_flow.engine.deadlines.due_plan import Alike, Plan

NOON = datetime(2018, 11, 1, 4, tzinfo=UTC)


def _plan(desk: Desk, name: str, sent: Collection[str] = (), doubt: str = "") -> Plan | None:
    question = desk.question(SYSTEM_ACTOR.person)
    version = desk.clock(name)["version"] if name in desk.case.section("deadlines") else 1
    found = due_plan.due(desk.workflow, desk.case, name, version, question.facts, sent, Alike())
    return due_plan.plan(found, doubt) if found else None


def test_a_reminder_goes_to_whose_move_it_is_and_the_next_day_is_the_day_after_the_last() -> None:
    desk = Desk(DESK).to("intake").on("2018-10-11")
    plan = _plan(desk, "intake")
    assert plan is not None
    assert plan.reminders == (("-2wd", False),)
    assert [seat.role for seat in plan.notifications[0].seats] == ["office"]
    assert (str(plan.next_on), plan.event) == ("2018-10-16", "")
    again = _plan(desk, "intake", {"-2wd"})
    assert again is not None
    assert again.notifications == ()


def test_an_end_is_told_once_beside_the_reminder_that_a_standstill_missed() -> None:
    desk = Desk(DESK).to("intake").on("2018-10-17")
    plan = _plan(desk, "intake")
    assert plan is not None
    assert [one.event for one in plan.notifications] == ["remind", "overdue"]
    assert [one.urgent for one in plan.notifications] == [False, True]
    after = _plan(desk, "intake", {one for one, _ in plan.reminders})
    assert after == Plan((), ())


def test_what_the_system_does_waits_for_a_person_while_the_clock_is_in_doubt() -> None:
    desk = Desk(DESK).to("valid").on("2019-03-02")
    sure, held = _plan(desk, "valid"), _plan(desk, "valid", doubt="时钟早于上次巡检时")
    assert sure is not None
    assert held is not None
    assert (sure.event, sure.held) == ("expire", "")
    assert held.event == "expire"
    assert "时钟早于上次巡检时" in held.held
    assert [one.event for one in held.notifications] == ["overdue", "hold"]
    asked = _plan(desk, "valid", {"overdue", "hold"}, "时钟早于上次巡检时")
    assert asked is not None
    assert (asked.notifications, bool(asked.held)) == ((), True)


def test_a_deadline_that_moved_or_no_longer_runs_needs_nothing() -> None:
    desk = Desk(DESK).to("intake")
    facts = desk.question("甲").facts
    assert due_plan.due(desk.workflow, desk.case, "intake", 2, facts, (), Alike()) is None
    desk.do("accept", "甲")
    assert _plan(desk, "intake") is None
    assert _plan(desk, "valid") is None


@pytest.mark.parametrize(
    ("later", "odd"),
    [
        (timedelta(0), ""),
        (timedelta(minutes=-5), ""),
        (timedelta(minutes=-6), "早于"),
        (timedelta(days=1), ""),
        (timedelta(days=3, hours=1), "晚了 3 天多"),
    ],
)
def test_a_clock_is_in_doubt_when_it_stands_back_or_has_leapt(later: timedelta, odd: str) -> None:
    told = due_plan.doubt(NOON, NOON + later)
    assert odd in told
    assert bool(told) is bool(odd)


PRESSED = DESK.replace("within: 5wd, remind: [-2wd]", "within: 5wd, overdue: {tell: [head], again: 3wd, at_most: 2}")


def test_once_it_is_over_who_owes_it_is_pressed_by_rule_and_no_more_often() -> None:
    desk = Desk(PRESSED).to("intake").on("2018-10-18")
    plan = _plan(desk, "intake", {"overdue"})
    assert plan is not None
    (told,) = plan.notifications
    assert (plan.reminders, told.urgent, str(plan.next_on)) == ((("again:1", False),), True, "2018-10-23")
    assert told.title.startswith("督办（第 1 次）")
    assert [seat.role for seat in told.seats] == ["office"]
    second = _plan(desk.on("2018-10-23"), "intake", {"overdue", "again:1"})
    assert second is not None
    assert (second.reminders, second.next_on) == ((("again:2", False),), None)
    assert [seat.role for seat in second.notifications[0].seats] == ["office", "head"]  # those above hear of the last


def test_an_answer_leaves_out_the_next_pressing_and_tells_who_hears_of_the_delay() -> None:
    desk = Desk(PRESSED).to("intake")
    assert desk.refused("answer", "甲", opinion="正在办理") == {"nothing_to_answer"}
    desk.on("2018-10-17")
    assert desk.refused("answer", "县", opinion="正在办理") == {"nothing_to_answer"}
    assert desk.refused("answer", "甲", opinion="") == {"opinion_required"}
    desk.do("answer", "甲", opinion="材料正在核对")
    assert [(one.role, "材料正在核对" in one.text) for one in desk.log[-1].messages] == [("head", True)]
    left_out = _plan(desk.on("2018-10-18"), "intake", {"overdue"})
    assert left_out is not None
    assert (left_out.reminders, left_out.notifications) == ((), ())
    second = _plan(desk.on("2018-10-23"), "intake", {"overdue"})
    assert second is not None
    assert len(second.notifications) == 1


def test_pressing_ends_when_the_work_is_done() -> None:
    desk = Desk(PRESSED).to("intake").on("2018-10-17")
    desk.do("accept", "甲")
    assert _plan(desk.on("2018-10-18"), "intake", {"overdue"}) is None
