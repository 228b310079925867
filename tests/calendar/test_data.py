"""The bundled years against two independent libraries, day by day, and against what their papers say."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from zhuli_flow.calendar import Calendar, bundled


def every_day(first_year: int, last_year: int) -> list[date]:
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def test_every_day_from_2007_agrees_with_chinesecalendar() -> None:
    differing = [d for d in every_day(2007, 2026) if bundled().is_working(d) != chinese_calendar.is_workday(d)]
    assert differing == []


def test_every_day_from_2010_agrees_with_holidays() -> None:
    china = holidays.country_holidays("CN", years=range(2010, 2027))
    differing = [d for d in every_day(2010, 2026) if bundled().is_working(d) != china.is_working_day(d)]
    assert differing == []


def test_the_years_2007_to_2026_are_announced_and_no_others() -> None:
    calendar = bundled()
    assert [data.year for data in calendar.years] == list(range(2007, 2027))
    assert calendar.announced_through == date(2026, 12, 31)
    assert calendar.is_announced(date(2026, 12, 31))
    assert not calendar.is_announced(date(2027, 1, 1))
    assert not calendar.is_announced(date(2006, 12, 29))


def test_every_year_names_its_notice_and_only_2008_is_still_without_a_number() -> None:
    assert all(data.papers[0].title.endswith(f"{data.year}年部分节假日安排的通知") for data in bundled().years)
    assert [data.year for data in bundled().years if data.papers[0].number is None] == [2008]
    assert all(data.provenance for data in bundled().years)
    assert "unverified" in next(data.provenance for data in bundled().years if data.year == 2008)


def test_a_number_carries_the_year_of_its_signing() -> None:
    numbered = [paper for data in bundled().years for paper in data.papers if paper.number and paper.issued]
    assert len(numbered) > 15
    assert all(f"〔{paper.issued.year}〕" in paper.number for paper in numbered)


def test_the_years_changed_in_their_course_carry_both_papers() -> None:
    changed = {data.year: data.papers[1].number for data in bundled().years if len(data.papers) > 1}
    assert changed == {2015: "国发明电〔2015〕1号", 2019: "国办发明电〔2019〕3号", 2020: "国办发明电〔2020〕1号"}


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2018, 6, 16), "周六"),
        (date(2018, 6, 19), "工作日"),
        (date(2018, 10, 1), "国庆节放假（国办发明电〔2017〕12号）"),
        (date(2018, 9, 30), "调休上班（国办发明电〔2017〕12号）"),
        (date(2018, 12, 31), "元旦放假（国办发明电〔2018〕15号）"),
        (date(2019, 5, 2), "劳动节放假（国办发明电〔2019〕3号）"),
        (date(2008, 10, 1), "国庆节放假（《国务院办公厅关于2008年部分节假日安排的通知》）"),
        (date(2027, 5, 1), "劳动节放假（法定，暂定）"),
        (date(2027, 5, 2), "劳动节放假（法定，暂定）"),
        (date(2027, 5, 8), "周六（暂定）"),
        (date(2027, 5, 10), "工作日（暂定）"),
    ],
)
def test_a_day_is_described_with_the_paper_that_decided_it(day: date, words: str) -> None:
    assert bundled().describe(day) == words


def test_unannounced_years_know_weekends_and_fixed_holidays_only() -> None:
    calendar = Calendar(())
    assert not calendar.is_working(date(2030, 10, 2))
    assert not calendar.is_working(date(2030, 5, 2))
    assert calendar.is_working(date(2018, 5, 2))  # the second day of 劳动节 came with the law of 2025
    assert not calendar.is_working(date(2030, 2, 2))
    assert calendar.is_working(date(2030, 2, 4))
    assert calendar.announced_through == date.min


def test_announced_through_stops_at_the_first_gap() -> None:
    without_2012 = Calendar(tuple(data for data in bundled().years if data.year != 2012))
    assert without_2012.announced_through == date(2011, 12, 31)
    assert without_2012.is_announced(date(2013, 1, 1))


def test_next_years_notice_has_the_last_word_on_this_december() -> None:
    until_2018 = Calendar(tuple(data for data in bundled().years if data.year <= 2018))
    assert until_2018.is_working(date(2018, 12, 31))
    assert not until_2018.is_working(date(2018, 12, 29))
    with_2019 = until_2018.with_year(next(data for data in bundled().years if data.year == 2019))
    assert not with_2019.is_working(date(2018, 12, 31))
    assert with_2019.is_working(date(2018, 12, 29))


def test_the_bundled_calendar_is_read_once() -> None:
    assert bundled() is bundled()
