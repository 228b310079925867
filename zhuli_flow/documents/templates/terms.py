"""How long a period of a paper is, in words, and its first day: computed from the days it runs from and to.

民法典 201, 203: the day that starts a period is not counted, so from 10 December to 10 December three years later are
three years that begin on the 11th. A period that names both days counts both.
"""

from __future__ import annotations

from datetime import date, timedelta

from zhuli_flow.support.wording import chinese_number

_FIGURES = "零一二三四五六七八九十"
_MOST_MONTHS = 1200


def term(start: str, end: str) -> dict[str, object]:
    """The period from ``start`` to ``end`` (ISO dates): ``words`` (三年, 六个月; "" when it is no whole months).

    ``first`` is its first day, ``later`` whether that is the day after ``start``.
    """
    last = date.fromisoformat(end)
    for later in (False, True):
        first = date.fromisoformat(start) + timedelta(days=later)
        months = (last + timedelta(days=1)).year * 12 + (last + timedelta(days=1)).month - first.year * 12 - first.month
        if 0 < months <= _MOST_MONTHS and _after(first, months) - timedelta(days=1) == last:
            return {"words": _in_words(months), "first": first.isoformat(), "later": later}
    return {"words": "", "first": start, "later": False}


def next_day(day: str) -> str:
    """The day after ``day`` (ISO dates)."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def years(words: str) -> int | None:
    """三 … 十二 (as in 三年) as a number; None for what is none."""
    ten = words.partition("十")
    if not ten[1]:
        return _FIGURES.index(words) if words in _FIGURES[1:10] and words else None
    tens, ones = (_FIGURES.index(part) if part else 0 for part in (ten[0], ten[2]))
    return (tens or 1) * 10 + ones


def _after(day: date, months: int) -> date:
    """The day of that number so many months later; the first of the next month where there is none."""
    whole = day.year * 12 + day.month - 1 + months
    try:
        return date(whole // 12, whole % 12 + 1, day.day)
    except ValueError:
        return date((whole + 1) // 12, (whole + 1) % 12 + 1, 1)


def _in_words(months: int) -> str:
    whole, rest = divmod(months, 12)
    return (f"{chinese_number(whole)}年" if whole else "") + (f"{chinese_number(rest)}个月" if rest else "")
