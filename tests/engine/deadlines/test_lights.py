"""When a light is yellow: so long before the last day, and never before the late part of a short limit."""

from datetime import date

import pytest

from tests.engine.desk import CALENDAR, DESK, Desk
from zhuli_flow.clock import start_of_day
from zhuli_flow.engine.deadlines.light_days import light_days
from zhuli_flow.engine.deadlines.lights import lights

HALF = DESK.replace("basis: 测试\n", "basis: 测试\nyellow: {at_most: 1/2}\n")


def words(desk: Desk, days: str) -> str:
    """The light of the step on these days of October 2018, as it is now and as it was told beforehand."""
    told = []
    for day in map(int, days.split()):
        today = date(2018, 10, day)
        step, _ = lights(desk.workflow, desk.case, today, CALENDAR)
        turns, _ = light_days(desk.workflow, desk.case, CALENDAR)
        assert turns.word(start_of_day(today)) == step.word
        told.append(step.word)
    return "".join(told)


def test_a_limit_of_five_working_days_is_yellow_from_its_first_day_by_default() -> None:
    assert words(Desk(DESK).to("intake"), "8 10 15 16") == "黄黄黄红"


def test_with_a_part_it_is_green_until_no_more_than_that_is_left() -> None:
    assert words(Desk(HALF).to("intake"), "8 9 11 12 15 16") == "绿绿绿黄黄红"


def test_a_long_limit_is_yellow_by_the_days_ahead_as_ever() -> None:
    plain, half = (Desk(text.replace("within: 5wd", "within: 20wd")).to("intake") for text in (DESK, HALF))
    assert words(plain, "26 29 30") == words(half, "26 29 30") == "绿黄黄"


def test_what_stood_still_does_not_count() -> None:
    """Suspended on its first day and resumed thirteen days later it has five days, of which two are its late part."""
    desk = Desk(HALF).to("intake")
    desk.do("suspend", "甲")
    desk.on("2018-10-21").do("resume", "甲")
    assert desk.clock("intake")["due_on"] == "2018-10-26"
    assert words(desk, "22 23 24") == "绿绿黄"


@pytest.mark.parametrize("part", ["0/2", "3/2", "half", "$spare"])
def test_a_part_that_is_none_is_refused(part: str) -> None:
    with pytest.raises(Exception, match="问题"):
        Desk(DESK.replace("basis: 测试\n", f"basis: 测试\nyellow: {{at_most: {part}}}\n"))
