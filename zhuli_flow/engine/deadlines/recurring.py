"""Calendar periods (月、季、半年、年): the last day of the one that a day lies in."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""How many months each period has; every one begins in January or a whole number of periods after."""


def last_day(day: date, every: str) -> date:
    """The last day of the period that ``day`` lies in: 2019-02-01, ``quarter`` → 2019-03-31."""
    length = MONTHS[every]
    month = ((day.month - 1) // length + 1) * length
    return date(day.year, month, monthrange(day.year, month)[1])
