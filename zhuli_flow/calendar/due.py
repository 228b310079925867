"""When a period ends, whether that is certain, and why: 民法典 200–204 on top of the calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from zhuli_flow.calendar.period import UNIT_NAMES, Period, day_at, shift
from zhuli_flow.calendar.workdays import WEEK, Calendar, days_of
from zhuli_flow.errors import InvalidInput

Roll = Literal["none", "next"]

_LISTED = 12
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A period's last day; ``provisional`` (暂定) when an unannounced day bears on it; ``why`` in Chinese lines.

    ``start`` and ``period`` are what was asked: with another calendar the same question may have another answer.
    """

    day: date
    provisional: bool
    why: tuple[str, ...]
    start: date
    period: Period


def due_date(start: date, period: Period, calendar: Calendar, roll: Roll = "none") -> Due:
    """The last day of ``period`` from ``start``, which is not counted (民法典201).

    Months and years end on the corresponding day, else the month's last (202); negative periods mirror this.
    ``roll="next"`` moves an end on a rest day to the next working day (203); "none" leaves it (204).
    Raises InvalidInput when the result leaves the years 1–9999.
    """
    in_working_days = period.unit == "wd"
    end = ends_on(start, period, calendar)
    day = calendar.next_working_day(end) if roll == "next" else end
    first, last = _counted(start, end) if in_working_days else (end, end)
    stays = roll == "none" and not in_working_days  # only that its year has no notice yet can be said of such a day
    provisional = not (calendar.is_announced(end) if stays else calendar.all_announced(first, max(last, day)))
    why = [_start_line(start, period), _end_line(start, end, period)] if period.count else [_named_line(start)]
    if in_working_days and period.count:
        why += _skipped_lines(first, last, calendar)
    why += _roll_lines(end, day, calendar, roll)
    if provisional:
        why.append(_provisional_line(first, max(last, day), calendar))
    why.append(f"日历版本 {calendar.version}，放假安排已公布至{spell(calendar.announced_through)}")
    return Due(day, provisional, tuple(why), start, period)


def ends_on(start: date, period: Period, calendar: Calendar) -> date:
    """``due_date(…).day`` without rolling, for those who do not ask why: reminders, lights."""
    return calendar.working_day_from(start, period.count) if period.unit == "wd" else shift(start, period)


def inclusive(first: date, days: int, calendar: Calendar) -> Due:
    """The last of ``days`` working days of which ``first`` is the first, as a publicity notice (公示) names them.

    A ``first`` that is a rest day opens the range but does not count. Raises InvalidInput below one day, or outside the
    years 1–9999.
    """
    if days < 1:
        raise InvalidInput(f"起止日都计入的期限不能是{days}个工作日", fix="至少写 1 个工作日，如 5wd")
    day_before = day_at(first.toordinal() - 1, first)
    found = due_date(day_before, Period(days, "wd"), calendar)
    counted = "" if calendar.is_working(first) else f"，但{calendar.describe(first)}，不算工作日"
    why = f"自{spell(first)}起，首日计入{counted}（起止日期由公告写明，民法典第二百零四条）"
    return replace(found, why=(why, *found.why[1:]))


def spell(day: date) -> str:
    """A date as people read it: 2018年9月27日（周四）."""
    return f"{day.year}年{day.month}月{day.day}日（{WEEK[day.weekday()]}）"


def _counted(start: date, end: date) -> tuple[date, date]:
    """The inclusive range of days a working-day count looks at."""
    if end > start:
        return start + _DAY, end
    return (end, start - _DAY) if end < start else (start, start)


def _named_line(day: date) -> str:
    return f"末日已经指明，是{spell(day)}，不另计算"


def _start_line(start: date, period: Period) -> str:
    direction = "往前推" if period.count < 0 else "起算"
    return f"自{spell(start)}{direction}，当日不计入（民法典第二百零一条）"


def _end_line(start: date, end: date, period: Period) -> str:
    length = f"{abs(period.count)}{UNIT_NAMES[period.unit]}"
    if period.unit in ("m", "y"):
        if end.day != start.day:
            return f"{length}，{end.year}年{end.month}月没有{start.day}日，以月末{spell(end)}为准（民法典第二百零二条）"
        return f"{length}，至对应日{spell(end)}（民法典第二百零二条）"
    rule = "只数工作日" if period.unit == "wd" else "自然日逐日计算"
    return f"{length}，{rule}，至{spell(end)}"


def _skipped_lines(first: date, last: date, calendar: Calendar) -> list[str]:
    """Rest days passed over, each with its reason (by kind when more than 12), and weekend days worked."""
    exceptions = calendar.exceptions(first, last)
    resting = (last - first).days + 1 - calendar.working_days_between(first - _DAY, last)
    worked = [_short(day) for day, _ in exceptions if day.weekday() >= 5]
    lines = [f"跳过{resting}天：{_reasons(first, last, resting, exceptions, calendar)}"] if resting else []
    if worked:
        shown = "、".join(worked[:_LISTED]) + ("等" if len(worked) > _LISTED else "")
        lines.append(f"调休上班、计入期限{len(worked)}天：{shown}")
    return lines


def _reasons(first: date, last: date, resting: int, exceptions: list[tuple[date, str]], calendar: Calendar) -> str:
    if resting <= _LISTED:
        return _each((day for day in days_of(first, last) if not calendar.is_working(day)), calendar)
    kinds = Counter(name for day, name in exceptions if day.weekday() < 5)
    weekends = resting - kinds.total()
    return "、".join([f"周六周日{weekends}天", *(f"平日{name}{count}天" for name, count in kinds.items())])


def _each(days: Iterable[date], calendar: Calendar) -> str:
    """Every day with its reason; days in a row with one reason share it."""
    runs: list[tuple[str, date, date]] = []
    for day in days:
        reason = calendar.describe(day)
        if runs and runs[-1][0] == reason and runs[-1][2] + _DAY == day:
            runs[-1] = (reason, runs[-1][1], day)
        else:
            runs.append((reason, day, day))
    return "；".join(
        f"{_short(first)}{f'至{_short(last)}' if last > first else ''}{reason}" for reason, first, last in runs
    )


def _roll_lines(end: date, day: date, calendar: Calendar, roll: Roll) -> list[str]:
    if calendar.is_working(end):
        return []
    reason = f"{_short(end)}是{calendar.describe(end)}"
    if roll == "none":
        return [f"{reason}；本期限不顺延（民法典第二百零四条）"]
    skipped = _each(days_of(end, day - _DAY), calendar)
    moved = f"最后一日逢休息日，顺延至下一工作日{spell(day)}（民法典第二百零三条）"
    return [f"{moved}，跳过{(day - end).days}天：{skipped}"]


def _provisional_line(first: date, last: date, calendar: Calendar) -> str:
    years = [year for year in range(first.year, last.year + 1) if not calendar.is_announced(date(year, 1, 1))]
    if not years:
        return f"暂定：{last.year + 1}年放假安排未收录，元旦放假和调休可能涉及{last.year}年最后几日，公布后须重算"
    named = f"{years[0]}年" if len(years) == 1 else f"{years[0]}年至{years[-1]}年间"
    return f"暂定：{named}放假安排未收录，按周末和法定固定节日推算，未计春节、清明、端午、中秋和调休，公布后须重算"


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"
