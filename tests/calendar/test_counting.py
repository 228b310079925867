"""Properties every count must keep, and ten thousand random periods against two independent oracles."""

import random
import timeit
from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from zhuli_flow.calendar import Period, bundled, due_date
from zhuli_flow.errors import InvalidInput

near_days = st.dates(date(2007, 1, 1), date(2026, 12, 31))
all_days = st.dates(date(1, 1, 1), date(9999, 12, 31))
calm = settings(deadline=None, max_examples=200)


@calm
@given(all_days, all_days, all_days)
def test_the_parts_of_a_count_add_up_to_the_whole(a: date, b: date, c: date) -> None:
    between = bundled().working_days_between
    assert between(a, c) == between(a, b) + between(b, c)


@calm
@given(st.dates(date(1990, 1, 1), date(2120, 12, 31)), st.integers(0, 400))
def test_a_count_equals_walking_every_day(after: date, days: int) -> None:
    walked = sum(bundled().is_working(after + timedelta(days=n)) for n in range(1, days + 1))
    assert bundled().working_days_between(after, after + timedelta(days=days)) == walked


@calm
@given(st.dates(date(100, 1, 1), date(9900, 12, 31)), st.integers(-9999, 9999).filter(bool))
def test_a_working_day_period_ends_on_a_working_day_at_exactly_that_count(start: date, count: int) -> None:
    calendar = bundled()
    day = due_date(start, Period(count, "wd"), calendar).day
    assert calendar.is_working(day)
    counted = (start, day) if count > 0 else (day - timedelta(days=1), start - timedelta(days=1))
    assert calendar.working_days_between(*counted) == abs(count)


@calm
@given(near_days.filter(lambda day: bundled().is_working(day)), st.integers(1, 2000))
def test_counting_forth_and_back_returns_to_a_working_start(start: date, count: int) -> None:
    there = due_date(start, Period(count, "wd"), bundled()).day
    assert due_date(there, Period(-count, "wd"), bundled()).day == start


@calm
@given(near_days, st.integers(1, 900), st.sampled_from(["d", "m", "y"]))
def test_natural_periods_mirror_except_where_a_month_was_too_short(start: date, count: int, unit: str) -> None:
    there = due_date(start, Period(count, unit), bundled()).day
    back = due_date(there, Period(-count, unit), bundled()).day
    assert back == start or (unit != "d" and there.day < start.day and back.day == there.day)


@calm
@given(all_days.filter(lambda day: 1 < day.year < 9999))
def test_the_nearest_working_days_enclose_a_rest_day_tightly(day: date) -> None:
    calendar = bundled()
    before, after = calendar.previous_working_day(day), calendar.next_working_day(day)
    assert before <= day <= after
    assert calendar.is_working(before)
    assert calendar.is_working(after)
    between = range((after - before).days - 1)
    assert not any(calendar.is_working(before + timedelta(days=1 + n)) for n in between)


@calm
@given(near_days, st.integers(-2000, 2000), st.sampled_from(["wd", "d", "m", "y"]), st.sampled_from(["none", "next"]))
def test_a_result_is_certain_only_inside_announced_years(start: date, count: int, unit: str, roll: str) -> None:
    calendar = bundled()
    try:
        due = due_date(start, Period(count, unit), calendar, roll)
    except InvalidInput:
        assert unit == "y"
        return
    assert due.provisional == (not calendar.is_announced(due.day))
    assert due.provisional == any(line.startswith("暂定") for line in due.why)


def test_a_count_through_unannounced_days_stays_provisional_when_it_ends_in_an_announced_year() -> None:
    due = due_date(date(2006, 12, 20), Period(30, "wd"), bundled())
    assert bundled().is_announced(due.day)
    assert due.provisional


def test_rolling_into_an_unannounced_year_is_provisional() -> None:
    calendar = bundled()
    until_2022 = type(calendar)(tuple(data for data in calendar.years if data.year <= 2022))
    due = due_date(date(2022, 12, 1), Period(30, "d"), until_2022, "next")
    assert (due.day, due.provisional) == (date(2023, 1, 2), True)
    assert not due_date(date(2022, 12, 1), Period(30, "d"), until_2022).provisional


def walk(start: date, count: int, working: set[date]) -> date:
    step = timedelta(days=1 if count > 0 else -1)
    day, left = start, abs(count)
    while left:
        day += step
        left -= day in working
    return day


def test_ten_thousand_random_periods_agree_with_both_oracles() -> None:
    days = [date(2010, 1, 1) + timedelta(days=n) for n in range((date(2026, 12, 31) - date(2010, 1, 1)).days + 1)]
    china = holidays.country_holidays("CN", years=range(2010, 2027))
    oracles = [{d for d in days if chinese_calendar.is_workday(d)}, {d for d in days if china.is_working_day(d)}]
    chance = random.Random(20180927)
    for _ in range(10_000):
        start = days[chance.randrange(1200, len(days) - 1200)]
        unit = chance.choice(["wd", "wd", "d", "m", "y"])
        most = {"wd": 260, "d": 700, "m": 30, "y": 3}[unit]
        count = chance.choice([-1, 1]) * chance.randint(1, most)
        roll = chance.choice(["none", "next"])
        found = due_date(start, Period(count, unit), bundled(), roll)
        assert not found.provisional
        for working in oracles:
            ends = {"d": relativedelta(days=count), "m": relativedelta(months=count), "y": relativedelta(years=count)}
            end = walk(start, count, working) if unit == "wd" else start + ends[unit]
            rolled = end if roll == "none" or end in working else walk(end, 1, working)
            assert found.day == rolled, (start, count, unit, roll)


@pytest.mark.parametrize(
    ("start", "count", "unit"),
    [
        (date(9999, 12, 30), 2, "d"),
        (date(9998, 1, 1), 24, "m"),
        (date(9990, 1, 1), 10, "y"),
        (date(9999, 12, 20), 20, "wd"),
        (date(1, 1, 20), -20, "wd"),
        (date(1, 1, 1), -1, "d"),
        (date(1, 5, 1), -5, "m"),
        (date(2018, 9, 27), 9999, "y"),
    ],
)
def test_a_period_that_leaves_the_calendar_is_refused_in_words(start: date, count: int, unit: str) -> None:
    with pytest.raises(InvalidInput, match="公元1年至9999年") as refused:
        due_date(start, Period(count, unit), bundled())
    assert refused.value.fix


def test_the_last_years_still_count() -> None:
    assert due_date(date(9998, 12, 31), Period(250, "wd"), bundled(), "next").day.year == 9999
    assert bundled().next_working_day(date(9999, 12, 31)) == date(9999, 12, 31)
    with pytest.raises(InvalidInput):
        bundled().previous_working_day(date(1, 1, 1))


def test_250_working_days_with_reasons_are_ten_times_faster_than_the_day_loop() -> None:
    def day_loop() -> date:
        day, left = date(2020, 1, 1), 250
        while left:
            day += timedelta(days=1)
            left -= chinese_calendar.is_workday(day)
        return day

    def ours() -> date:
        return due_date(date(2020, 1, 1), Period(250, "wd"), bundled()).day

    assert ours() == day_loop()
    loop_seconds = min(timeit.repeat(day_loop, number=3, repeat=3)) / 3
    our_seconds = min(timeit.repeat(ours, number=100, repeat=3)) / 100
    assert our_seconds * 10 <= loop_seconds


@pytest.mark.parametrize("year", [2007, 2018])
def test_the_last_days_of_a_year_wait_for_the_next_notice(year: int) -> None:
    everything = bundled()
    known = type(everything)(tuple(data for data in everything.years if data.year <= year))
    before, after = (due_date(date(year, 12, 28), Period(1, "wd"), one) for one in (known, everything))
    assert (before.provisional, after.provisional) == (True, False)
    assert before.day != after.day
    assert f"{year + 1}年放假安排未收录" in " ".join(before.why)
    assert known.describe(date(year, 12, 28)).endswith("（暂定）")
    assert not due_date(date(year, 12, 24), Period(1, "wd"), known).provisional


def test_no_notice_reaches_further_back_than_the_days_that_wait() -> None:
    earlier = [day for data in bundled().years for day in (*data.off, *data.worked) if day.year < data.year]
    assert earlier
    assert all((day.month, day.day) >= (12, 28) for day in earlier)


def test_a_day_that_is_named_is_said_to_be_named() -> None:
    why = due_date(date(2019, 1, 25), Period(0, "d"), bundled()).why
    assert why[0] == "末日已经指明，是2019年1月25日（周五），不另计算"
    assert not any("期限为零" in line or "0日" in line for line in why)
