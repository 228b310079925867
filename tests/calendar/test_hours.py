"""Close of business ends a last day where an office says so; ranges that name both their days."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from zhuli_flow.calendar import BusinessHours, Season, bundled, inclusive, read_hours
from zhuli_flow.errors import InvalidInput, Problem

SUMMER = Season((5, 1), (9, 30), time(17, 30))
WINTER = Season((10, 8), (2, 29), time(16, 30))


def on(text: str) -> date:
    return date.fromisoformat(text)


def test_an_office_that_says_nothing_closes_at_five_in_shanghai() -> None:
    assert BusinessHours().closing(on("2018-06-26")) == datetime(2018, 6, 26, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "closes"),
    [
        ("2018-04-30", "18:00"),
        ("2018-05-01", "17:30"),
        ("2018-09-30", "17:30"),
        ("2018-10-01", "18:00"),
        ("2018-10-08", "16:30"),
        ("2018-12-31", "16:30"),
        ("2019-01-01", "16:30"),
        ("2019-02-28", "16:30"),
        ("2020-02-29", "16:30"),
        ("2019-03-01", "18:00"),
    ],
)
def test_a_season_holds_on_both_its_days_and_over_new_year(day: str, closes: str) -> None:
    hours = BusinessHours(time(18), (SUMMER, WINTER))
    assert f"{hours.closes_at(on(day)):%H:%M}" == closes
    assert hours.closing(on(day)).astimezone(UTC).hour == int(closes[:2]) - 8


def told(closes: Any, seasons: Any) -> tuple[BusinessHours, list[str]]:
    problems: list[Problem] = []
    return read_hours(closes, seasons, "zhuli.toml: office", problems), [one.code for one in problems]


def test_hours_are_read_as_an_office_writes_them() -> None:
    summer, winter = (
        {"from": "05-01", "to": "09-30", "closes": "17:30"},
        {"from": "10-08", "to": "02-29", "closes": "16:30"},
    )
    assert told("18:00", [summer, winter]) == (BusinessHours(time(18), (SUMMER, WINTER)), [])
    assert told(None, ()) == (BusinessHours(), [])


@pytest.mark.parametrize(
    ("closes", "seasons", "codes"),
    [
        ("25:00", (), ["hour"]),
        ("9:00", (), ["hour"]),
        (17, (), ["hour"]),
        (None, "summer", ["type"]),
        (None, 5, ["type"]),
        (None, ["summer"], ["season"]),
        (None, [{"from": "05-01", "to": "09-30"}], ["season"]),
        (None, [{"from": "5-1", "to": "02-30", "closes": "x"}], ["month_day", "month_day", "hour"]),
        (None, [{"from": "05-01", "to": "09-30", "closes": "17:30"}] * 2, ["overlap"]),
        (
            None,
            [
                {"from": "12-01", "to": "02-01", "closes": "17:30"},
                {"from": "01-05", "to": "01-06", "closes": "17:00"},
                {"from": "06-01", "to": "12-01", "closes": "17:00"},
            ],
            ["overlap", "overlap"],
        ),
    ],
)
def test_bad_hours_are_told_all_at_once_and_never_guessed(closes: Any, seasons: Any, codes: list[str]) -> None:
    assert told(closes, seasons)[1] == codes


def test_an_instant_before_the_first_year_is_refused() -> None:
    with pytest.raises(InvalidInput):
        BusinessHours(time(1)).closing(date.min)


@pytest.mark.parametrize(
    ("first", "days", "last"),
    [
        ("2019-10-30", 5, "2019-11-05"),
        ("2023-05-19", 5, "2023-05-25"),
        ("2025-07-10", 3, "2025-07-14"),
        ("2018-09-28", 1, "2018-09-28"),
        ("2018-09-28", 3, "2018-09-30"),  # a weekend worked
        ("2018-10-01", 1, "2018-10-08"),  # begins on a rest day, which opens the range and does not count
    ],
)
def test_a_range_that_names_its_days_counts_the_first(first: str, days: int, last: str) -> None:
    found = inclusive(on(first), days, bundled())
    assert (found.day, found.provisional) == (on(last), False)
    assert "首日计入" in found.why[0]
    assert ("不算工作日" in found.why[0]) is not bundled().is_working(on(first))


def test_a_range_in_a_year_not_announced_is_provisional() -> None:
    assert inclusive(on("2030-05-06"), 5, bundled()).provisional


@pytest.mark.parametrize(
    ("first", "days"), [("2019-10-30", 0), ("2019-10-30", -1), ("0001-01-01", 5), ("9999-12-31", 9)]
)
def test_a_range_of_no_day_or_out_of_all_years_is_refused(first: str, days: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        inclusive(on(first), days, bundled())
    assert refused.value.fix
