"""Calendar periods, recurring deadlines and closing hours, by the pure engine alone."""

from datetime import date, timedelta

import pytest

from tests.engine.desk import DESK, Desk, book
from zhuli_flow.clock import parse_instant, start_of_day
from zhuli_flow.engine.deadlines.recurring import last_day
from zhuli_flow.engine.model.deadline import Deadline, ends_at, is_over, spelled

YEARLY = DESK.replace(
    "deadline: {until: until, then: expire}", "deadline: {every: year, roll: next, met_by: [file]}"
).replace("  expire: {", "  file: {title: 年报, from: valid, to: same, by: county}\n  expire: {")


@pytest.mark.parametrize(
    ("day", "every", "last"),
    [
        ("2019-02-01", "month", "2019-02-28"),
        ("2020-02-29", "month", "2020-02-29"),
        ("2019-12-31", "month", "2019-12-31"),
        ("2019-01-01", "quarter", "2019-03-31"),
        ("2019-06-30", "quarter", "2019-06-30"),
        ("2019-07-01", "quarter", "2019-09-30"),
        ("2019-06-30", "half_year", "2019-06-30"),
        ("2019-07-01", "half_year", "2019-12-31"),
        ("2019-07-01", "year", "2019-12-31"),
        ("9999-12-31", "year", "9999-12-31"),
    ],
)
def test_the_last_day_of_a_calendar_period(day: str, every: str, last: str) -> None:
    assert last_day(date.fromisoformat(day), every) == date.fromisoformat(last)


def valid() -> Desk:
    desk = Desk(YEARLY).to("ruling")
    desk.do("approve", "领导")
    return desk


def test_what_meets_it_begins_the_next_period() -> None:
    desk = valid()
    assert desk.clock("valid")["due_on"] == "2019-01-02"  # 31 December 2018 is a day off
    desk.on("2018-12-20").do("file", "县")
    clock = desk.clock("valid")
    assert (clock["state"], clock["started_on"], clock["due_on"], clock["version"]) == (
        "running",
        "2019-01-01",
        "2019-12-31",
        2,
    )


def test_a_last_day_that_rolls_does_not_move_the_next_period() -> None:
    desk = valid().on("2022-03-01")
    for _ in range(4):
        desk.do("file", "县")
    assert desk.clock("valid")["due_on"] == "2023-01-03"  # 31 December 2022 is a Saturday, 2 January a day off
    desk.do("file", "县")
    assert (desk.clock("valid")["started_on"], desk.clock("valid")["due_on"]) == ("2023-01-01", "2024-01-02")


def test_what_passed_while_it_stood_still_is_not_owed() -> None:
    desk = valid()
    desk.do("suspend", "甲", opinion="停")
    desk.on("2021-05-06").do("resume", "甲")
    assert (desk.clock("valid")["state"], desk.clock("valid")["due_on"]) == ("running", "2021-12-31")


def test_a_day_ends_at_midnight_unless_business_closes_on_it() -> None:
    day = date(2018, 6, 26)
    plain = Deadline(1, "running", day, day, provisional=False, started_on=day)
    assert ends_at(plain) == parse_instant("2018-06-27T00:00:00")
    assert [is_over(plain, parse_instant(at)) for at in ("2018-06-26T23:59:59", "2018-06-27T00:00:00")] == [False, True]
    assert spelled(plain) == "2018年6月26日24:00前"
    closing = plain.but(closes_at="2018-06-26T09:00:00+00:00")
    instants = ("2018-06-26T16:59:59", "2018-06-26T17:00:00", "2018-06-26T17:00:01")
    assert [is_over(closing, parse_instant(at)) for at in instants] == [False, False, True]
    assert spelled(closing) == "2018年6月26日17:00前"


def test_overdue_looks_at_the_second_where_business_closes() -> None:
    text = DESK.replace("deadline: {within: 5wd, remind: [-2wd]}", "deadline: {within: 5wd, closes: business}")
    text = text.replace("to: closed, by: office}", "to: closed, by: office, when: [overdue intake: 未逾期]}", 1)
    desk = Desk(text).to("intake")
    assert desk.on("2018-10-15T17:00:00").refused("refuse", "甲") == {"guard"}
    assert desk.on("2018-10-15T17:00:01").do("refuse", "甲").after.state == "closed"


def test_a_day_that_moves_where_business_no_longer_closes_it_ends_at_midnight() -> None:
    desk = Desk(DESK.replace("within: 20wd,", "within: 20wd, closes: business,")).to("review")
    assert ends_at(desk.case.deadlines["whole"]).isoformat().endswith("T09:00:00+00:00")
    desk.workflow = book()  # a version that says nothing of business hours
    moved = desk.do("longer", "甲").after.deadlines["whole"]
    assert (moved.closes_at, ends_at(moved)) == ("", start_of_day(moved.due_on + timedelta(days=1)))


def test_it_begins_with_the_period_of_a_day_on_the_case_once_there_is_one() -> None:
    text = YEARLY.replace("{every: year, roll: next,", "{every: year, from: until,")
    text = text.replace(
        "file: {title: 年报, from: valid, to: same, by: county}",
        "file: {title: 年报, from: valid, to: same, by: county, fill: [until?]}",
    )
    desk = Desk(text)
    for event, who, given in (
        ("begin", "县", {"subject": "请示", "amount": "5"}),
        ("submit", "县", {}),
        ("accept", "甲", {}),
        ("agree", "甲", {"amount": "6"}),
        ("agree", "领导", {}),
        ("approve", "领导", {}),
    ):
        desk.do(event, who, **given)
    assert "valid" not in desk.case.section("deadlines")
    desk.on("2021-05-06").do("file", "县", until="2019-07-01")
    assert (desk.clock("valid")["started_on"], desk.clock("valid")["due_on"]) == ("2019-07-01", "2019-12-31")
    desk.do("file", "县", until="2018-01-01")  # the day has done its work
    assert (desk.clock("valid")["started_on"], desk.clock("valid")["due_on"]) == ("2020-01-01", "2020-12-31")
