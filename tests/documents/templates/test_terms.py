"""Periods in words and their first day, whatever day they are counted from."""

import pytest

from zhuli_flow.documents.templates.terms import next_day, term, years


@pytest.mark.parametrize(
    ("start", "end", "words", "first", "later"),
    [
        ("2018-12-10", "2021-12-10", "三年", "2018-12-11", True),
        ("2018-12-10", "2021-12-09", "三年", "2018-12-10", False),
        ("2021-11-13", "2024-11-12", "三年", "2021-11-13", False),
        ("2018-01-01", "2018-06-30", "六个月", "2018-01-01", False),
        ("2018-01-01", "2019-06-30", "一年六个月", "2018-01-01", False),
        ("2018-01-01", "2018-06-15", "", "2018-01-01", False),
        ("2016-02-29", "2028-02-29", "十二年", "2016-03-01", True),
        ("2018-12-10", "2118-12-09", "一百年", "2018-12-10", False),
    ],
)
def test_a_period_of_whole_months_has_words_and_a_first_day(start, end, words, first, later):
    assert term(start, end) == {"words": words, "first": first, "later": later}


def test_words_are_read_back():
    assert [years(word) for word in ("三", "十", "十二", "二十", "三百", "")] == [3, 10, 12, 20, None, None]
    assert next_day("2018-12-31") == "2019-01-01"
