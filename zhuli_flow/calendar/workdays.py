"""Which days are worked, why, and how to count them without walking the year.

The week gives the pattern; notices (and, for years not yet announced, the fixed statutory holidays) give the
exceptions. Counting is closed arithmetic on the week plus a bisect in the sorted exceptions.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate

from zhuli_flow.calendar.period import day_at, out_of_range
from zhuli_flow.calendar.year import Paper, YearData, statutory
from zhuli_flow.errors import InvalidInput

WEEK = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
_NEAR = (2004, 2100)
_LATE_DECEMBER = 28
"""From this day of December on the next year's notice has the last word: what belongs to 元旦 was as early as the 29th
(2007, 2018), and no notice there is reaches further back (a test reads them all)."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """What a notice says of one day."""

    working: bool
    name: str
    paper: Paper


@dataclass(frozen=True, slots=True)
class _Index:
    """Working days of a span of ordinals: ``exceptions`` leave the week's pattern, ``sums`` are running totals."""

    first: int
    last: int
    exceptions: list[int]
    sums: list[int]

    def through(self, ordinal: int) -> int:
        """Working days up to and including ``ordinal``, from an arbitrary zero: only differences mean something."""
        weeks, rest = divmod(ordinal, 7)  # ordinal 1 is a Monday
        return weeks * 5 + min(rest, 5) + self.sums[bisect_right(self.exceptions, ordinal)]

    def nth(self, start: int, count: int) -> int | None:
        """The ordinal ``count`` working days after (before) ``start``; None when it lies outside the span."""
        target = self.through(start) + count if count > 0 else self.through(start - 1) + count + 1
        if not self.through(self.first - 1) < target <= self.through(self.last):
            return None
        low, high = self._bracket(start, count, target)
        return low + bisect_left(range(low, high + 1), target, key=self.through)

    def _bracket(self, start: int, count: int, target: int) -> tuple[int, int]:
        """Between which ordinals the answer lies: no day counts twice, and half of the days or more are worked."""
        if count > 0:
            near = min(start + 2 * count + 30, self.last)
            return start + count, near if self.through(near) >= target else self.last
        near = max(start + 2 * count - 30, self.first)
        return near if self.through(near - 1) < target else self.first, start + count


@dataclass(frozen=True, eq=False, repr=False)
class Calendar:
    """The announced years and the rules for all others; immutable, its indexes are made when first asked for.

    A day of a year without a notice is judged by weekends and fixed statutory holidays only, and is never
    ``is_announced``. Raises InvalidInput when a year is given twice, or a question leaves the years 1–9999.
    """

    years: tuple[YearData, ...]

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.years, key=lambda data: data.year))
        if len({data.year for data in ordered}) != len(ordered):
            raise InvalidInput("同一年的放假安排给了两份", fix="每年只保留一份最新的安排")
        object.__setattr__(self, "years", ordered)

    def __repr__(self) -> str:
        return f"<Calendar {self.version}>"

    def with_year(self, data: YearData) -> Calendar:
        """A new calendar in which ``data`` adds or replaces its year."""
        return Calendar((*(kept for kept in self.years if kept.year != data.year), data))

    @cached_property
    def digests(self) -> Mapping[int, str]:
        """The digest of what each announced year says, by year; hashed once for the life of this calendar."""
        return {data.year: data.sha256 for data in self.years}

    @cached_property
    def version(self) -> str:
        """The last announced year and a digest of every day and paper: equal versions count alike."""
        digest = hashlib.sha256("".join(self.digests.values()).encode()).hexdigest()
        return f"{self.years[-1].year if self.years else 0}-{digest[:8]}"

    @cached_property
    def announced_through(self) -> date:
        """The last day before the first gap in the announced years; ``date.min`` when there are none."""
        if not self.years:
            return date.min
        year = self.years[0].year
        while year + 1 in self._announced:
            year += 1
        return date(year, 12, 31)

    def is_announced(self, day: date) -> bool:
        """Whether the notice of this day's year is in the calendar."""
        return day.year in self._announced

    def is_certain(self, day: date) -> bool:
        """Whether no notice still to come may change this day; a year's last days lie in the next notice too."""
        return self.all_announced(day, day)

    def all_announced(self, first: date, last: date) -> bool:
        """Whether all notices that may speak of a day of an inclusive range are in the calendar."""
        late = (last.month, last.day) >= (12, _LATE_DECEMBER)
        return all(year in self._announced for year in range(first.year, last.year + (2 if late else 1)))

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day; only a best estimate when it is not announced."""
        mark = self._marks.get(day)
        if mark is not None:
            return mark.working
        return day.weekday() < 5 and (self.is_announced(day) or statutory(day) is None)

    def describe(self, day: date) -> str:
        """Why the day is worked or not, in Chinese, with the number of the notice; 暂定 when not announced."""
        mark = self._marks.get(day)
        if mark is not None:
            return f"{mark.name}（{mark.paper.cite}）"
        weekend = WEEK[day.weekday()] if day.weekday() >= 5 else ""
        if self.is_certain(day):
            return weekend or "工作日"
        festival = statutory(day)
        return f"{festival}放假（法定，暂定）" if festival else f"{weekend or '工作日'}（暂定）"

    def next_working_day(self, day: date) -> date:
        """``day`` itself when worked, else the first working day after it."""
        return day if self.is_working(day) else self.working_day_from(day, 1)

    def previous_working_day(self, day: date) -> date:
        """``day`` itself when worked, else the last working day before it."""
        return day if self.is_working(day) else self.working_day_from(day, -1)

    def working_days_between(self, after: date, through: date) -> int:
        """Working days in ``(after, through]``; negative when ``through`` comes first, so that parts add up."""
        index = self._covering(min(after, through), max(after, through))
        return index.through(through.toordinal()) - index.through(after.toordinal())

    def working_day_from(self, start: date, count: int) -> date:
        """The ``count``-th working day after ``start`` (before it, when negative); ``start`` itself for zero."""
        return _working_day_from(self, start, count) if count else start

    def _nth(self, start: date, count: int) -> date:
        ordinal = start.toordinal()
        found = self._covering(start, start).nth(ordinal, count)
        if found is None:
            found = self._far.nth(ordinal, count)
        if found is None:
            raise out_of_range(start)
        return day_at(found, start)

    def exceptions(self, first: date, last: date) -> list[tuple[date, str]]:
        """Days of an inclusive range that leave the week's pattern, each with its holiday's name or 调休上班."""
        index = self._covering(first, last)
        low = bisect_left(index.exceptions, first.toordinal())
        high = bisect_right(index.exceptions, last.toordinal())
        days = (date.fromordinal(ordinal) for ordinal in index.exceptions[low:high])
        return [(day, self._name(day)) for day in days]

    def _name(self, day: date) -> str:
        mark = self._marks.get(day)
        return mark.name if mark else f"{statutory(day)}放假"

    @cached_property
    def _announced(self) -> frozenset[int]:
        return frozenset(data.year for data in self.years)

    @cached_property
    def _marks(self) -> Mapping[date, _Mark]:
        """Every day a notice names. Years ascend, so next year's notice has the last word on this December."""
        marks: dict[date, _Mark] = {}
        for data in self.years:
            for day, name in data.off.items():
                marks[day] = _Mark(False, f"{name}放假", data.paper_for(day))
            for day in data.worked:
                marks[day] = _Mark(True, "调休上班", data.paper_for(day))
        return marks

    @cached_property
    def _near(self) -> _Index:
        return self._index(*_NEAR)

    @cached_property
    def _far(self) -> _Index:
        """All years there are: made only for questions outside the near ones."""
        return self._index(1, MAXYEAR)

    def _covering(self, first: date, last: date) -> _Index:
        inside = _NEAR[0] < first.year and last.year < _NEAR[1]
        return self._near if inside else self._far

    def _index(self, first: int, last: int) -> _Index:
        found = sorted(self._departures(first, last))
        return _Index(
            date(first, 1, 1).toordinal(),
            date(last, 12, 31).toordinal(),
            [ordinal for ordinal, _ in found],
            list(accumulate((delta for _, delta in found), initial=0)),
        )

    def _departures(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Ordinals of days that leave the weekly pattern, with +1 (worked weekend) or -1 (weekday off)."""
        for day, mark in self._marks.items():
            if first <= day.year <= last and mark.working != (day.weekday() < 5):
                yield day.toordinal(), 1 if mark.working else -1
        for year in range(first, last + 1):
            if year not in self._announced:
                for day in (date(year, month, number) for month, number in _FIXED):
                    if day.weekday() < 5 and statutory(day):
                        yield day.toordinal(), -1


def days_of(first: date, last: date) -> Iterator[date]:
    """Every date of an inclusive range, in order."""
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


@lru_cache(1 << 12)
def _working_day_from(calendar: Calendar, start: date, count: int) -> date:
    """Of many cases the same days are asked again and again; a calendar never changes."""
    return calendar._nth(start, count)  # noqa: SLF001 - its own
