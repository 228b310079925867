"""Lengths of time as offices write them, and the shift of a date by days or months (民法典 200–202)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import lru_cache
from typing import Literal, cast

from zhuli_flow.errors import InvalidInput

Unit = Literal["wd", "d", "m", "y"]

MOST = 9999
UNIT_NAMES: dict[Unit, str] = {"wd": "个工作日", "d": "日", "m": "个月", "y": "年"}
_WRITTEN = re.compile(r"(-?)([0-9]{1,4})(wd|d|m|y)")
_HOW_TO_WRITE = "写成数字加单位：5wd（工作日）、10d（自然日）、6m（月）、3y（年），提前用负号，如 -3m"


@dataclass(frozen=True, slots=True)
class Period:
    """``count`` units of working days, natural days, months or years; a negative count lies before its start.

    ``str`` gives the spelling ``parse_period`` reads. Raises InvalidInput when ``abs(count)`` exceeds 9999.
    """

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in UNIT_NAMES or abs(self.count) > MOST:
            raise _misspelt(f"{self.count}{self.unit}")

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


@lru_cache(1024)
def parse_period(text: str) -> Period:
    """The period written as ``5wd``, ``10d``, ``6m``, ``3y`` or ``-3m``; raises InvalidInput for anything else."""
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        raise _misspelt(text)
    sign, digits, unit = written.groups()
    return Period(int(sign + digits), cast(Unit, unit))


def shift(start: date, period: Period) -> date:
    """``start`` moved by a period of days, months or years; months end on the corresponding day, else the month's last.

    Raises InvalidInput when the result leaves the years 1–9999.
    """
    if period.unit == "d":
        return day_at(start.toordinal() + period.count, start)
    months = period.count * (12 if period.unit == "y" else 1)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise out_of_range(start)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def day_at(ordinal: int, start: date) -> date:
    """The date of a proleptic ordinal; raises InvalidInput, naming ``start``, outside the years 1–9999."""
    try:
        return date.min + timedelta(days=ordinal - 1)
    except OverflowError:
        raise out_of_range(start) from None


def out_of_range(start: date) -> InvalidInput:
    """The refusal of a period that leaves the years this calendar can write."""
    return InvalidInput(
        f"自{start.isoformat()}起算的期限超出公元1年至9999年，无法计算",
        fix="请核对起算日期和期限长度",
    )


def _misspelt(text: str) -> InvalidInput:
    return InvalidInput(f"期限“{text[:40]}”无法识别，或超过{MOST}", fix=_HOW_TO_WRITE)
