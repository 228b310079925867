"""When an office closes (下班): the instant at which a last day ends where there are business hours (民法典203 第二款).

Offices differ and many keep a summer and a winter table, so the hours are a setting of the office; 17:00 is this
program's default, not a rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from zhuli_flow.clock import SHANGHAI
from zhuli_flow.errors import InvalidInput, Problem

CLOSES = time(17)
_LEAP = 2000
_MONTH_DAY = re.compile(r"[0-9]{2}-[0-9]{2}")
_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_KEYS = ("from", "to", "closes")


@dataclass(frozen=True, slots=True)
class Season:
    """Days of every year, both ends included, on which the office closes at ``closes`` (Asia/Shanghai).

    ``first`` and ``last`` are (month, day); a ``last`` before ``first`` reaches over New Year.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    closes: time

    def holds(self, month: int, day: int) -> bool:
        """Whether that day of the year lies in the season."""
        if self.first <= self.last:
            return self.first <= (month, day) <= self.last
        return (month, day) >= self.first or (month, day) <= self.last


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When one office closes: by season, and ``closes`` on all other days. No day lies in two seasons."""

    closes: time = CLOSES
    seasons: tuple[Season, ...] = ()

    def closes_at(self, day: date) -> time:
        """The closing time of that date, Asia/Shanghai; whether it is a working day is the calendar's matter."""
        return next((season.closes for season in self.seasons if season.holds(day.month, day.day)), self.closes)

    def closing(self, day: date) -> datetime:
        """The UTC instant at which the office closes on ``day``. Raises InvalidInput outside the years 1–9999."""
        try:
            return datetime.combine(day, self.closes_at(day), SHANGHAI).astimezone(UTC)
        except OverflowError:
            raise InvalidInput(f"{day} 的下班时刻超出公元1年至9999年", fix="请核对日期") from None


def read_hours(closes: object, seasons: object, place: str, problems: list[Problem]) -> BusinessHours:
    """The hours in settings: ``closes`` as ``17:00`` (None: the default), ``seasons`` a list of from, to, closes.

    Every fault is added to ``problems`` at ``place``; what is faulty is left out of the answer.
    """
    usual = CLOSES if closes is None else _hour(closes, f"{place}.closes", problems)
    if not isinstance(seasons, Sequence) or isinstance(seasons, str):
        problems.append(Problem(f"{place}.hours", "type", "应是若干节", "每季写一节 [[office.hours]]"))
        seasons = ()
    found: list[Season] = []
    for number, told in enumerate(seasons, 1):
        season = _season(told, f"{place}.hours[{number}]", problems)
        if season is not None:
            _require_apart(season, found, f"{place}.hours[{number}]", problems)
            found.append(season)
    return BusinessHours(usual or CLOSES, tuple(found))


def _season(told: object, place: str, problems: list[Problem]) -> Season | None:
    if not isinstance(told, Mapping) or set(told) != set(_KEYS):
        fix = '写明 from、to、closes 三项，如 from = "05-01"、to = "09-30"、closes = "17:30"'
        problems.append(Problem(place, "season", "作息的一季写得不全或多了别的", fix))
        return None
    first, last = (_month_day(told[key], f"{place}.{key}", problems) for key in ("from", "to"))
    closes = _hour(told["closes"], f"{place}.closes", problems)
    return Season(first, last, closes) if first and last and closes else None


def _month_day(value: object, place: str, problems: list[Problem]) -> tuple[int, int] | None:
    try:
        if isinstance(value, str) and _MONTH_DAY.fullmatch(value):
            day = date.fromisoformat(f"{_LEAP}-{value}")
            return day.month, day.day
    except ValueError:
        pass  # 02-30: told below like every other text that is no day
    problems.append(Problem(place, "month_day", f"“{value}”不是月日", "写成加引号的 05-01 的样子"))
    return None


def _hour(value: object, place: str, problems: list[Problem]) -> time | None:
    if isinstance(value, str) and _HOUR.fullmatch(value):
        return time.fromisoformat(value)
    problems.append(Problem(place, "hour", f"“{value}”不是钟点", "写成加引号的 17:00 的样子"))
    return None


def _require_apart(season: Season, others: list[Season], place: str, problems: list[Problem]) -> None:
    for other in others:
        if any(one.holds(*end) for one, two in ((season, other), (other, season)) for end in (two.first, two.last)):
            problems.append(Problem(place, "overlap", "与前面的一季有重叠", "每一天只归一季；首尾两天都计入"))
            return
