"""One deadline counted again under another calendar, whatever it has been through."""

from dataclasses import replace
from datetime import date

import msgspec
import pytest
from msgspec import convert

from tests.engine.desk import CALENDAR, DESK, Desk
from zhuli_flow.calendar import Calendar
from zhuli_flow.engine.deadlines.recompute import Recomputed, recomputed
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.model.deadline import Deadline

YEAR = next(data for data in CALENDAR.years if data.year == 2018)
TUESDAY_OFF = CALENDAR.with_year(replace(YEAR, off={**YEAR.off, date(2018, 10, 9): "台风"}))
NAMED = DESK.replace("deadline: {until: until, then: expire}", "deadline: {until: until - 3wd, then: expire}")


def again(desk: Desk, calendar: Calendar = TUESDAY_OFF) -> dict[str, Recomputed]:
    facts = msgspec.structs.replace(desk.question("甲").facts, calendar=calendar)
    return {one.name: one for one in recomputed(CaseScope(desk.workflow, desk.case, facts))[1]}


def test_a_running_deadline_moves_and_says_by_what() -> None:
    moved = again(Desk().to("intake"))["intake"]
    assert (moved.kind, str(moved.old.due_on), str(moved.new.due_on)) == ("moved", "2018-10-15", "2018-10-16")
    assert (moved.old.version, moved.new.version, str(moved.new.set_on)) == (1, 2, "2018-10-08")
    assert (moved.old.calendar, moved.new.calendar) == (CALENDAR.version, TUESDAY_OFF.version)
    assert "台风" in str(moved.new.why)


def test_what_is_over_stays_as_it_was() -> None:
    desk = Desk().to("review")
    assert "intake" not in again(desk)
    assert desk.clock("intake")["state"] == "met"


@pytest.mark.parametrize("left", ["2018-10-08", "2018-10-10", "2018-12-20"])
def test_the_rest_of_a_suspended_one_is_counted_again(left: str) -> None:
    desk = Desk().to("review").on(left)
    desk.do("ask", "甲")
    rest = desk.clock("whole")["remaining"]
    found = again(desk).get("whole")
    used_up = rest == 0 or left == "2018-10-08"  # nothing left to give back, or no day counted yet
    assert (found is None) is used_up
    if found is not None:
        assert (found.kind, found.new.remaining, found.new.version) == ("rest", rest + 1, found.old.version)


def test_an_extension_granted_meanwhile_is_not_counted_twice() -> None:
    desk = Desk().to("review").on("2018-10-10")
    desk.do("ask", "甲")
    rest = desk.clock("whole")["remaining"]
    desk.do("longer", "甲")
    assert desk.clock("whole")["remaining"] == rest + 10
    assert again(desk, CALENDAR) == {}
    assert again(desk)["whole"].new.remaining == rest + 11


def test_one_resumed_with_nothing_left_stays_where_it_ended() -> None:
    desk = Desk().to("review").on("2018-12-20")
    desk.do("ask", "甲")
    desk.on("2018-12-25").do("repaired", "县")
    assert desk.clock("whole")["reckoning"] == {"from": "2018-12-25", "by": ["0wd"]}
    assert again(desk) == {}


def test_a_day_some_working_days_before_a_named_one_moves_with_the_calendar() -> None:
    desk = Desk(NAMED)
    desk.do("begin", "县", subject="请示", until="2018-10-11", amount="5")
    desk.to("valid")
    moved = again(desk)["valid"]
    assert (str(moved.old.due_on), str(moved.new.due_on)) == ("2018-10-08", "2018-09-30")
    assert again(desk, CALENDAR) == {}


def test_one_from_before_days_were_explained_stays_as_named() -> None:
    desk = Desk().to("intake")
    told = {name: part for name, part in desk.clock("intake").items() if name not in {"reckoning", "calendar"}}
    old = convert(told, Deadline)
    desk.case = desk.case.having(body={**desk.case.body, "deadlines": {"intake": old}})
    assert again(desk) == {}
