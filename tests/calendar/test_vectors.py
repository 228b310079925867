"""Dates worked out by hand and from the notices themselves: what offices will hold the program to."""

from dataclasses import replace
from datetime import date

import pytest

from zhuli_flow.calendar import Calendar, YearData, bundled, due_date, parse_period


def on(text: str) -> date:
    return date.fromisoformat(text)


def year_of(year: int) -> YearData:
    return next(data for data in bundled().years if data.year == year)


def first_notice(year: int, off_changed: dict[str, str | None], worked_changed: dict[str, bool]) -> Calendar:
    """The calendar as it stood before the year's mid-year change: some days given back, some worked again."""
    data = year_of(year)
    off = dict(data.off)
    for text, name in off_changed.items():
        off.pop(on(text), None)
        if name is not None:
            off[on(text)] = name
    worked = {day for day in data.worked if worked_changed.get(day.isoformat(), True)}
    worked |= {on(text) for text, kept in worked_changed.items() if kept}
    before = replace(data, papers=data.papers[:1], off=off, worked=frozenset(worked))
    return bundled().with_year(before)


@pytest.mark.parametrize(
    ("start", "period", "roll", "due"),
    [
        ("2018-09-27", "3y", "none", "2021-09-27"),
        ("2018-12-25", "3y", "none", "2021-12-25"),
        ("2018-12-25", "3y", "next", "2021-12-27"),
        ("2018-09-26", "3y", "next", "2021-09-26"),  # a Sunday, but a make-up working day
        ("2019-02-01", "3y", "none", "2022-02-01"),
        ("2019-02-01", "3y", "next", "2022-02-07"),
        ("2019-10-01", "3y", "none", "2022-10-01"),
        ("2019-10-01", "3y", "next", "2022-10-08"),  # a working Saturday
        ("2020-02-29", "3y", "none", "2023-02-28"),
        ("2020-04-30", "3y", "none", "2023-04-30"),
        ("2020-04-30", "3y", "next", "2023-05-04"),
        ("2021-12-25", "-3m", "next", "2021-09-26"),
        ("2021-05-31", "-3m", "none", "2021-02-28"),
        ("2021-08-31", "-6m", "none", "2021-02-28"),
        ("2018-09-27", "5wd", "none", "2018-10-09"),
        ("2018-09-28", "5wd", "none", "2018-10-10"),
        ("2018-06-16", "10d", "none", "2018-06-26"),
        ("2018-06-16", "6wd", "none", "2018-06-26"),
        ("2020-01-22", "5wd", "none", "2020-02-06"),
        ("2019-04-26", "3wd", "none", "2019-04-30"),
        ("2018-11-21", "15wd", "none", "2018-12-12"),
        ("2021-10-25", "20wd", "none", "2021-11-22"),
        ("2019-10-29", "5wd", "none", "2019-11-05"),
    ],
)
def test_a_period_of_the_record_ends_on_its_day(start: str, period: str, roll: str, due: str) -> None:
    found = due_date(on(start), parse_period(period), bundled(), roll)
    assert (found.day, found.provisional) == (on(due), False)


def test_a_three_year_end_in_an_unannounced_year_is_provisional_even_without_roll() -> None:
    found = due_date(on("2024-02-29"), parse_period("3y"), bundled())
    assert (found.day, found.provisional) == (on("2027-02-28"), True)
    assert any("暂定" in line and "2027年" in line for line in found.why)


@pytest.mark.parametrize(("start", "period"), [("2021-05-31", "-3m"), ("2021-08-31", "-6m")])
def test_a_reminder_on_a_rest_day_goes_out_the_working_day_before(start: str, period: str) -> None:
    end = due_date(on(start), parse_period(period), bundled()).day
    assert bundled().previous_working_day(end) == on("2021-02-26")


def test_working_days_between_count_the_last_day_and_not_the_first() -> None:
    assert bundled().working_days_between(on("2018-06-16"), on("2018-06-26")) == 6


def test_before_the_2020_extension_the_same_count_ended_two_days_earlier() -> None:
    before = first_notice(2020, {"2020-01-31": None, "2020-02-01": None, "2020-02-02": None}, {"2020-02-01": True})
    assert due_date(on("2020-01-22"), parse_period("5wd"), before).day == on("2020-02-04")
    assert before.version != bundled().version


def test_before_the_2019_change_the_same_count_ended_after_labour_day() -> None:
    given_back = {"2019-05-02": None, "2019-05-03": None, "2019-05-04": None}
    before = first_notice(2019, given_back, {"2019-04-28": False, "2019-05-05": False})
    assert due_date(on("2019-04-26"), parse_period("3wd"), before).day == on("2019-05-02")


def test_a_result_explains_start_skipped_days_worked_weekends_and_calendar() -> None:
    why = "\n".join(due_date(on("2018-09-27"), parse_period("5wd"), bundled()).why)
    assert "2018年9月27日（周四）" in why
    assert "第二百零一条" in why
    assert "跳过7天：10月1日至10月7日国庆节放假（国办发明电〔2017〕12号）" in why
    assert "调休上班、计入期限2天：9月29日、9月30日" in why
    assert bundled().version in why


def test_a_rolled_end_cites_the_clause_and_both_papers_of_the_days_it_passed() -> None:
    why = "\n".join(due_date(on("2020-01-01"), parse_period("23d"), bundled(), "next").why)
    assert "第二百零三条" in why
    assert "1月24日至1月30日春节放假（国办发明电〔2019〕16号）" in why
    assert "1月31日至2月2日春节放假（国办发明电〔2020〕1号）" in why


def test_an_end_that_is_not_moved_says_which_rest_day_it_is_and_why_it_stays() -> None:
    why = "\n".join(due_date(on("2018-12-25"), parse_period("3y"), bundled()).why)
    assert "12月25日是周六；本期限不顺延（民法典第二百零四条）" in why


def test_a_month_without_the_day_ends_on_its_last_and_says_so() -> None:
    found = due_date(on("2021-08-31"), parse_period("6m"), bundled())
    assert found.day == on("2022-02-28")
    assert any("2022年2月没有31日，以月末" in line for line in found.why)


def test_a_long_count_sums_its_rest_days_by_kind_instead_of_listing_them() -> None:
    found = due_date(on("2020-01-01"), parse_period("250wd"), bundled())
    skipped = next(line for line in found.why if line.startswith("跳过"))
    assert skipped.startswith("跳过119天：周六周日100天、平日春节放假6天")
    assert "月" not in skipped


def test_a_count_backwards_leaves_its_start_out() -> None:
    from_saturday = due_date(on("2021-12-25"), parse_period("-1wd"), bundled())
    assert from_saturday.day == on("2021-12-24")
    assert not any(line.startswith("跳过") for line in from_saturday.why)
    from_unannounced = due_date(on("2026-12-28"), parse_period("-1wd"), bundled())
    assert (from_unannounced.day, from_unannounced.provisional) == (on("2026-12-25"), False)


def test_the_zero_period_is_the_day_itself_and_rolls_like_any_other() -> None:
    assert due_date(on("2021-12-25"), parse_period("0d"), bundled()).day == on("2021-12-25")
    assert due_date(on("2021-12-25"), parse_period("0wd"), bundled(), "next").day == on("2021-12-27")
