"""Days and times that cannot be, each beside one that can."""

import pytest

from zhuli_flow.documents.proofreading import days


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("于2018年2月29日", 1),
        ("于2020年2月29日", 0),
        ("于2月30日", 1),
        ("于13月1日", 1),
        ("于2018年11月31日和12月31日", 1),
        ("于三十十月五日", 1),
        ("于十月三十十日", 1),
    ],
)
def test_days_that_no_calendar_has(text, count):
    assert len(list(days.impossible_days(text))) == count


@pytest.mark.parametrize(
    "text",
    [
        "2018-02-30",
        "2018.2.30",
        "2018年 2 月 30 日",
        "２０１８年２月３０日",
        "1900年2月29日",
        "2018年13月",
        "二〇一八年二月三十日",
        "4月30—31日",
        "9月28日至31日",
        "12时60分",
        "上午9时75分",
        "下午25:00",
        "24时10分",
    ],
)
def test_days_and_times_that_cannot_be(text):
    assert len(list(days.impossible_days(f"定于{text}举行"))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "2020-02-29",
        "2月29日",
        "2018年12月",
        "农历二月三十日",
        "农历2月30日",
        "9月28日至10月2日",
        "24时00分",
        "下午24:00",
        "2018.1",
        "比例为30:70",
        "二〇二四年二月二十九日",
        "12月31日至次年1月3日",
    ],
)
def test_days_and_times_that_can_be(text):
    assert list(days.impossible_days(f"定于{text}举行")) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2018年12月10日（星期二）", 1),
        ("2018年12月10日（周一）", 0),
        ("2018年12月9日（星期天）", 0),
        ("12月10日（周二）", 0),
        ("2018年6月1日至2018年5月1日", 1),
        ("2018年12月20日至1月10日", 1),
        ("2018年12月20日至2019年1月10日", 0),
        ("2018年6月1日（周五）—6月3日（周日）", 0),
    ],
)
def test_days_that_contradict_the_calendar_or_one_another(text, count):
    assert len(list(days.contradicted_days(text))) == count
