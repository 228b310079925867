"""Values that are written as text wherever a definition wants a length of time, a number or one of a few words."""

from __future__ import annotations

import re

from zhuli_flow.calendar import Period, parse_period
from zhuli_flow.errors import InvalidInput

MAX_SPAN = 366
"""So many reminders are a year of them, one each day."""


def as_period(value: object) -> Period | None:
    """The period that ``value`` spells; None when it spells none."""
    if not isinstance(value, str):
        return None
    try:
        return parse_period(value)
    except InvalidInput:
        return None


def is_period(value: object) -> bool:
    """Whether ``value`` spells a period."""
    return as_period(value) is not None


_SPAN = re.compile(r"(-?)(\d{1,3})(d|wd|m|y)\.\.(-?)(\d{1,3})(d|wd|m|y)")


def reminders(text: str) -> tuple[str, ...]:
    """``1d..60d`` → each of its days; one time stands for itself, and so does a span that does not go forward.

    Both ends have the same unit and lie on the same side of the last day; a span has at most ``MAX_SPAN`` reminders.
    """
    span = _SPAN.fullmatch(text)
    if span is None:
        return (text,)
    before, first, unit, after, last, other = span.groups()
    start, end = int(before + first), int(after + last)
    sides = {number > 0 for number in (start, end) if number}
    if unit != other or len(sides) > 1 or not 0 < end - start < MAX_SPAN:
        return (text,)
    return tuple(f"{number}{unit}" for number in range(start, end + 1))


FILE_TYPES = ("pdf", "ofd", "doc", "docx", "wps", "xls", "xlsx", "et", "csv", "txt", "jpg", "jpeg", "png", "zip")
"""Types of file that a material or a file field may accept."""
