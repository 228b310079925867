"""Deadlines that come again with every calendar period, and those that end at close of business."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.calls import called, issued
from tests.services.staging import Stage
from zhuli_flow.calendar import BusinessHours, read_hours
from zhuli_flow.clock import parse_instant
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.services.cases import open_deadlines, view
from zhuli_flow.services.cases.case_view import DueLine
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.history import verify
from zhuli_flow.store.case_filter import Filter


@pytest.fixture
def stage(home: Path) -> Iterator[Stage]:
    made = called(home)
    yield made
    assert verify.faults(made.office) == []
    made.office.database.close()


def running(stage: Stage) -> str:
    case = issued(stage)
    stage.do(case, "run", "甲")
    return case


def quarter(stage: Stage, case: str) -> tuple[object, ...]:
    found = stage.stored(case).case.deadlines["quarter"].json()
    return found["state"], found["started_on"], found["due_on"], found["version"]


def turns(stage: Stage, case: str) -> list[tuple[object, ...]]:
    """(first day, last day, effective at) of every turn of the quarter, in order."""
    found = stage.table(f"SELECT body FROM entry WHERE case_id = '{case}' AND event = 'turn' ORDER BY seq")
    told = []
    for (body,) in found:
        entry = json.loads(body)
        new = {key: value for section, key, _, value in entry["changes"] if section == "fields"}
        told.append((new["from_day"], new["until"], entry["effective_at"]))
    return told


def test_it_ends_with_the_period_and_begins_anew_for_the_next(stage: Stage) -> None:
    case = running(stage)
    assert quarter(stage, case) == ("running", "2018-10-08", "2018-12-31", 1)
    assert sweep(stage.on("2018-12-31").office).fired == 0
    assert sweep(stage.on("2019-01-01").office).fired == 1
    assert quarter(stage, case) == ("running", "2019-01-01", "2019-03-31", 2)
    assert sweep(stage.office).fired == 0


def test_reminders_are_those_of_the_present_period(stage: Stage) -> None:
    case = running(stage)
    assert sweep(stage.on("2018-12-24").office).reminders == 1
    sweep(stage.on("2019-01-01").office)
    assert sweep(stage.on("2019-03-22").office).reminders == 1  # 24 March 2019 is a Sunday
    assert sweep(stage.on("2019-03-25").office).reminders == 0
    assert quarter(stage, case)[2] == "2019-03-31"


def test_after_a_standstill_each_period_missed_is_dealt_with_once_the_oldest_first(stage: Stage) -> None:
    case = running(stage)
    assert sweep(stage.on("2019-08-05").office).fired == 3
    assert turns(stage, case) == [
        ("2018-10-08", "2018-12-31", "2018-12-31T16:00:00+00:00"),
        ("2019-01-01", "2019-03-31", "2019-03-31T16:00:00+00:00"),
        ("2019-04-01", "2019-06-30", "2019-06-30T16:00:00+00:00"),
    ]
    assert quarter(stage, case) == ("running", "2019-07-01", "2019-09-30", 4)
    assert sweep(stage.office).fired == 0


def test_it_ends_with_the_state(stage: Stage) -> None:
    case = running(stage)
    stage.do(case, "stop", "甲")
    assert quarter(stage, case)[0] == "met"
    assert sweep(stage.on("2019-01-01").office).fired == 0


def test_a_last_day_ends_at_close_of_business_to_the_second(stage: Stage) -> None:
    case = issued(stage)
    [told] = [one for one in map(DueLine.json, open_deadlines.due(stage.office, case_id=case)) if one["name"] == "open"]
    assert (told["due_on"], told["due_at"]) == ("2018-10-15", "2018-10-15T09:00:00+00:00")

    def light(at: str) -> object:
        stage.clock.set(parse_instant(at))
        return as_json(view.listed(stage.office, Filter(workflow="call")))[0]["light_step"]["word"]

    assert [light(f"2018-10-15T{at}") for at in ("16:59:59", "17:00:00", "17:00:01")] == ["黄", "黄", "红"]


def test_the_hour_is_that_of_the_season_and_stays_as_it_was_told(stage: Stage) -> None:
    stage.office.hours = read_hours("17:00", [{"from": "10-01", "to": "03-31", "closes": "16:30"}], "x", [])
    case = issued(stage)
    stage.office.hours = BusinessHours()
    stage.do(case, "pick", "甲", first="FB-2018-0001")
    assert stage.stored(case).case.fields["due_by"] == "2018年10月15日16:30前"


def test_a_day_without_business_hours_ends_at_midnight(stage: Stage) -> None:
    [told] = [
        one
        for one in map(DueLine.json, open_deadlines.due(stage.office, case_id=running(stage)))
        if one["name"] == "quarter"
    ]
    assert (told["due_on"], told["due_at"]) == ("2018-12-31", "2018-12-31T16:00:00+00:00")
