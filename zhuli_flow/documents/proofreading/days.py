"""Days and times of a text that cannot be: none that a calendar has, another day of the week, an end before its start.

Each finding is (what is wrong, what to do).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from zhuli_flow.documents.proofreading.ordinals import value_of
from zhuli_flow.documents.proofreading.writing import Wrong

_LEAP = 2024  # a day without a year may be 29 February
_DAY = r"(?:(\d{4})\s*年\s*)?(\d{1,2})\s*月\s*(\d{1,2})\s*日"
_WRITTEN = re.compile(rf"(?<![\d年])(?<!农历){_DAY}")
_DIGITS = re.compile(r"(?<![\d.])((?:19|20)\d{2})([-./])(\d{1,2})\2(\d{1,2})(?![\d.])")
_MONTH = re.compile(r"(?<!\d)(\d{4})年(\d{1,2})月(?!\s*\d)")
_SPAN = re.compile(r"(?<!\d)(?:(\d{4})年)?(\d{1,2})月\d{1,2}日?\s*(?:[—－\-~～至到])+\s*(\d{1,2})日")
_FROM_TO = re.compile(rf"{_DAY}(?:（[^（）]{{1,4}}）)?\s*(?:[—－\-~～至到])+\s*{_DAY}")
_OF_WEEK = re.compile(rf"{_DAY}\s*[（(](?:星期|周|礼拜)([一二三四五六日天])[）)]")
_TIME = re.compile(
    r"(?<![\d.])(\d{1,2})[时点](\d{1,2})分|(?:上午|下午|晚上?|中午|凌晨|日)\s*(\d{1,2})[:：](\d{2})(?!\d)"
)
_FIGURES = "〇一二三四五六七八九"
_CHINESE = re.compile(
    r"(?<!年)(?<!农历)(?:([一二][〇○零Ο0一二三四五六七八九]{3})年)?([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_WEEK = "一二三四五六日"


def impossible_days(text: str) -> Iterator[Wrong]:
    """Days, months and times that no calendar and no clock has; of a lunar calendar nothing is said."""
    for found in _days(text):
        if _day(*found[1:]) is None:
            yield f"没有{found[0]}这一天", "请核对日期"
    for whole, year, month in ((one[0], one[1], one[2]) for one in _MONTH.finditer(text)):
        if _day(year, month, "1") is None:
            yield f"没有{whole}", "请核对日期"
    for one in _TIME.finditer(text):
        hour, minute = int(one[1] or one[3]), int(one[2] or one[4])
        if hour > 24 or minute > 59 or (hour == 24 and minute):  # 24:00 is the end of a day
            yield f"没有{one[0]}这个时刻", "请核对时间"


def contradicted_days(text: str) -> Iterator[Wrong]:
    """Days of another day of the week than is written beside them, and periods that end before they begin."""
    for one in _OF_WEEK.finditer(text):
        day = _day(one[1], one[2], one[3]) if one[1] else None
        if day and _WEEK[day.weekday()] != one[4].replace("天", "日"):
            yield f"{one[0]}与日历不符，这一天是星期{_WEEK[day.weekday()]}", "请核对日期和星期"
    for one in _FROM_TO.finditer(text):
        start, end = _day(one[1], one[2], one[3]), _day(one[4] or one[1], one[5], one[6])
        if one[1] and start and end and end < start:
            fix = "请核对；跨年的期间，止日也写年份"
            yield f"“{one[0]}”的止日早于起日", fix


def _days(text: str) -> Iterator[tuple[str, str | None, str, str]]:
    """Every day that is written: as it stands there, its year if it has one, month and day in figures."""
    yield from ((one[0], one[1], one[2], one[3]) for one in _WRITTEN.finditer(text))
    yield from ((one[0], one[1], one[3], one[4]) for one in _DIGITS.finditer(text))
    yield from ((one[0], one[1], one[2], one[3]) for one in _SPAN.finditer(text))
    for one in _CHINESE.finditer(text):
        year = "".join(_digit(char) for char in one[1]) if one[1] else None
        yield one[0], year, str(value_of(one[2])), str(value_of(one[3]))


def _day(year: str | None, month: str, day: str) -> date | None:
    try:
        return date(int(year or _LEAP), int(month), int(day))
    except ValueError:
        return None


def _digit(char: str) -> str:
    return str(_FIGURES.find(char)) if char in _FIGURES else "0"
