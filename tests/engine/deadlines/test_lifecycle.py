"""Deadlines of a case: every way one begins, moves, stands still and ends."""

from datetime import date

import pytest

from tests.engine.desk import CALENDAR, DESK, Desk
from zhuli_flow.engine.deadlines.lights import lights
from zhuli_flow.engine.deadlines.reminders import next_look, reminders


def test_a_deadline_opens_with_its_state_and_is_met_by_going_on() -> None:
    desk = Desk().to("intake")
    assert (desk.clock("intake")["state"], desk.clock("intake")["due_on"]) == ("running", "2018-10-15")
    desk.on("2018-10-10").do("accept", "甲")
    assert desk.clock("intake")["state"] == "met"
    assert desk.clock("intake")["spans"] == [{"from": "2018-10-08", "counted": True, "to": "2018-10-10"}]


def test_it_is_cancelled_not_met_when_the_way_goes_back() -> None:
    desk = Desk().to("intake").on("2018-10-10")
    desk.do("return", "甲", to="draft")
    assert desk.clock("intake")["state"] == "cancelled"


def test_where_it_is_suspended_the_days_left_are_kept() -> None:
    desk = Desk().to("review").on("2018-10-15").do("ask", "甲").after
    whole = desk.deadlines["whole"]
    assert (whole.state, whole.remaining) == ("suspended", 15)


def test_it_goes_on_from_the_day_the_case_comes_back() -> None:
    desk = Desk().to("review").on("2018-10-15")
    desk.do("ask", "甲")
    desk.on("2018-11-15").do("repaired", "县")
    whole = desk.clock("whole")
    assert (whole["state"], whole["due_on"], whole["version"]) == ("running", "2018-12-06", 2)
    assert "remaining" not in whole
    assert [span["counted"] for span in whole["spans"]] == [True, False, True]


def test_one_overdue_when_suspended_has_nothing_left() -> None:
    desk = Desk().to("review").on("2018-12-20")
    desk.do("ask", "甲")
    assert desk.clock("whole")["remaining"] == 0
    desk.on("2018-12-25").do("repaired", "县")
    assert desk.clock("whole")["due_on"] == "2018-12-25"


def test_it_is_extended_once() -> None:
    desk = Desk().to("review")
    desk.do("longer", "甲")
    assert (desk.clock("whole")["due_on"], desk.clock("whole")["version"]) == ("2018-11-19", 2)
    desk.do("longer", "甲")
    assert desk.clock("whole")["due_on"] == "2018-11-19"


def test_an_extension_while_suspended_is_not_lost() -> None:
    desk = Desk().to("review")
    desk.do("ask", "甲")
    desk.do("longer", "甲")
    assert desk.clock("whole")["remaining"] == 30
    desk.on("2018-10-15").do("repaired", "县")
    assert desk.clock("whole")["due_on"] == "2018-11-26"


def test_a_restart_counts_from_the_beginning() -> None:
    desk = Desk(DESK.replace("clock: {extend: {whole: 10wd}}", "clock: {restart: whole}")).to("review")
    desk.on("2018-10-22").do("longer", "甲")
    whole = desk.clock("whole")
    assert (whole["started_on"], whole["due_on"], whole["version"]) == ("2018-10-22", "2018-11-19", 2)


@pytest.mark.parametrize(("change", "state"), [("suspend", "suspended"), ("cancel", "cancelled")])
def test_an_event_may_suspend_or_cancel(change: str, state: str) -> None:
    desk = Desk(DESK.replace("clock: {extend: {whole: 10wd}}", f"clock: {{{change}: whole}}")).to("review")
    desk.do("longer", "甲")
    assert desk.clock("whole")["state"] == state


def test_an_event_may_meet_it_early() -> None:
    desk = Desk(DESK.replace("whole_case: true", "whole_case: true, met_by: [longer]")).to("review")
    desk.do("longer", "甲")
    assert desk.clock("whole")["state"] == "met"
    desk.do("agree", "甲", amount="6")
    desk.do("agree", "领导")
    assert desk.clock("whole")["state"] == "met"  # it does not begin anew on the way


def test_it_may_count_from_a_date_on_the_case() -> None:
    text = DESK.replace("deadline: {within: 5wd, remind: [-2wd]}", "deadline: {from: until, within: 3m}")
    desk = Desk(text).to("intake")
    assert desk.clock("intake")["due_on"] == "2019-06-01"
    dateless = Desk(text)
    dateless.do("begin", "县", subject="请示")
    dateless.do("submit", "县")
    assert "intake" not in dateless.case.section("deadlines")


def test_one_that_could_not_be_computed_opens_once_it_can() -> None:
    desk = Desk(DESK.replace("longer: {title: 延期, ", "longer: {title: 延期, fill: [until], "))
    desk.workflow = desk.workflow
    text = DESK.replace("deadline: {within: 5wd, remind: [-2wd]}", "deadline: {until: until}").replace(
        "reply: {title: 答复,",
        "date_it: {title: 定日, from: intake, to: same, by: office, fill: [until!]}\n  reply: {title: 答复,",
    )
    desk = Desk(text)
    desk.do("begin", "县", subject="请示")
    desk.do("submit", "县")
    assert "intake" not in desk.case.section("deadlines")
    desk.do("date_it", "甲", until="2019-01-02")
    assert desk.clock("intake")["due_on"] == "2019-01-02"
    desk.do("date_it", "甲", until="2019-01-03")
    assert (desk.clock("intake")["due_on"], desk.clock("intake")["version"]) == ("2019-01-03", 2)


def test_a_corrected_date_keeps_the_extension() -> None:
    text = DESK.replace("clock: {extend: {whole: 10wd}}", "clock: {extend: {valid: 10d}}").replace(
        "from: [review, repair], to: same, by: office, clock", "from: valid, to: same, by: office, clock"
    )
    desk = Desk(text).to("valid")
    desk.do("longer", "甲")
    assert desk.clock("valid")["due_on"] == "2019-03-11"
    desk.do("correct", "甲", until="2019-04-01")
    assert desk.clock("valid")["due_on"] == "2019-04-11"


@pytest.mark.parametrize(("roll", "due"), [("none", "2019-03-02"), ("next", "2019-03-04")])
def test_a_last_day_of_rest_rolls_only_where_the_definition_says(roll: str, due: str) -> None:
    desk = Desk(DESK.replace("until: until, then", f"until: until + 1d, roll: {roll}, then")).to("valid")
    assert desk.clock("valid")["due_on"] == due


def test_the_whole_case_stands_still_and_goes_on() -> None:
    desk = Desk().to("intake").on("2018-10-09")
    desk.do("suspend", "甲")
    assert {desk.clock(name)["state"] for name in ("intake", "whole")} == {"suspended"}
    desk.on("2018-10-16").do("resume", "甲")
    assert (desk.clock("intake")["due_on"], desk.clock("whole")["due_on"]) == ("2018-10-22", "2018-11-12")
    assert not any("held" in desk.clock(name) for name in ("intake", "whole"))


def test_a_reminder_on_a_day_of_rest_goes_out_on_the_working_day_before() -> None:
    desk = Desk(DESK.replace("remind: [-2wd]", "remind: [-2wd, -2d, 0d]")).to("intake")
    planned = reminders(desk.workflow, "intake", desk.case.deadlines["intake"], CALENDAR)
    assert [(one.offset, one.day.isoformat()) for one in planned] == [
        ("-2wd", "2018-10-11"),
        ("-2d", "2018-10-12"),  # Saturday the 13th
        ("0d", "2018-10-15"),
    ]


def test_reminders_from_before_the_day_was_known_are_not_owed() -> None:
    desk = Desk(DESK.replace("remind: [-2wd]", "remind: [-30d, -2wd]")).to("intake")
    assert [one.offset for one in reminders(desk.workflow, "intake", desk.case.deadlines["intake"], CALENDAR)] == [
        "-2wd"
    ]


def test_the_next_look_is_the_next_day_with_something_to_do() -> None:
    desk = Desk().to("intake")
    flow, clock = desk.workflow, desk.case.deadlines["intake"]
    assert next_look(flow, "intake", clock, CALENDAR) == date(2018, 10, 11)
    assert next_look(flow, "intake", clock, CALENDAR, date(2018, 10, 11)) == date(2018, 10, 16)
    assert next_look(flow, "intake", clock, CALENDAR, date(2018, 10, 16)) is None
    assert next_look(flow, "intake", clock.but(state="suspended"), CALENDAR) is None


@pytest.mark.parametrize(
    ("day", "step", "whole"),
    [
        ("2018-10-08", "黄", "黄"),
        ("2018-10-15", "黄", "黄"),
        ("2018-10-16", "红", "黄"),  # the light of the whole case is its own deadline's
    ],
)
def test_two_lights_with_their_words(day: str, step: str, whole: str) -> None:
    desk = Desk().to("intake")
    found = lights(desk.workflow, desk.case, date.fromisoformat(day), CALENDAR)
    assert tuple(light.word for light in found) == (step, whole)


def test_a_light_is_green_in_good_time_and_grey_when_suspended() -> None:
    desk = Desk(DESK.replace("within: 5wd", "within: 30wd").replace("within: 20wd", "within: 1y")).to("intake")
    assert [one.word for one in lights(desk.workflow, desk.case, date(2018, 10, 9), CALENDAR)] == ["绿", "绿"]
    desk.do("suspend", "甲")
    assert [one.word for one in lights(desk.workflow, desk.case, date(2018, 10, 9), CALENDAR)] == ["灰", "灰"]
    ended = Desk().to("closed")
    assert [one.word for one in lights(ended.workflow, ended.case, date(2018, 10, 9), CALENDAR)] == ["—", "—"]
