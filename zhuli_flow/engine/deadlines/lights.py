"""Two lights, always with the word (绿、黄、红, 灰 when suspended): for the present step and for the whole case."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from zhuli_flow.calendar import Calendar, Period, ends_on, parse_period
from zhuli_flow.clock import local_date, start_of_day
from zhuli_flow.definitions.model.workflow import DeadlineRule, Workflow
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.deadline import Deadline, is_over

Word = Literal["红", "黄", "绿", "灰", "—"]
ORDER: tuple[Word, ...] = ("红", "黄", "绿", "灰", "—")


class Light(msgspec.Struct, frozen=True):
    """A light: the ``word``, its deadline, the last day, and how much is left (working days, negative: over).

    A suspended deadline has no last day, only a ``rest`` in words; its old last day says nothing any more.
    """

    word: Word = "—"
    deadline: str = ""
    title: str = ""
    due_on: str = ""
    left: int | None = msgspec.field(name="working_days_left", default=None)
    provisional: bool = False
    rest: str | UnsetType = UNSET
    count: str | UnsetType = UNSET
    """Which day of how many, in words; only of a limit counted in working days or days that is not over."""


def lights(
    workflow: Workflow, case: Case, today: date, calendar: Calendar, now: datetime | None = None
) -> tuple[Light, Light]:
    """(step, whole case): the most urgent deadline of each sort; that of the whole case is its own deadline's alone.

    ``now`` (UTC) tells whether business has closed on a last day; without it the day is taken from its beginning.
    """
    now = now or start_of_day(today)
    step: list[Light] = []
    whole: list[Light] = []
    for name, deadline in case.deadlines.items():
        if deadline.live:
            light = _light(workflow, name, deadline, today, calendar, over=is_over(deadline, now))
            (whole if workflow.deadlines[name].whole_case else step).append(light)
    return _worst(step), _worst(whole)


def light_of(workflow: Workflow, name: str, deadline: Deadline, now: datetime, calendar: Calendar) -> Light:
    """The light of one running or suspended deadline at ``now`` (UTC)."""
    return _light(workflow, name, deadline, local_date(now), calendar, over=is_over(deadline, now))


def _worst(found: list[Light]) -> Light:
    return min(found, key=lambda light: (ORDER.index(light.word), light.due_on), default=Light())


def _light(workflow: Workflow, name: str, deadline: Deadline, today: date, calendar: Calendar, *, over: bool) -> Light:
    rule, due_on = workflow.deadlines[name], deadline.due_on
    word: Word = "红" if over else "黄" if today >= yellow_from(workflow, rule, deadline, calendar) else "绿"
    if deadline.state == "suspended":
        return Light("灰", name, rule.title, rest=rest(deadline))
    left = calendar.working_days_between(today, due_on)
    shown = Light(word, name, rule.title, due_on.isoformat(), left, deadline.provisional)
    return shown if over else msgspec.structs.replace(shown, count=_count(deadline, today, left))


def yellow_from(workflow: Workflow, rule: DeadlineRule, deadline: Deadline, calendar: Calendar) -> date:
    """From which day a running deadline is yellow: so long before its last day, one of a step not before its late part.

    The part is one of the natural days that count, from the first to the last; what stood still does not.
    """
    ahead = workflow.period(workflow.yellow_case if rule.whole_case else workflow.yellow_step)
    day, (part, whole) = ends_on(deadline.due_on, Period(-ahead.count, ahead.unit), calendar), workflow.yellow_part
    if part == whole or rule.whole_case:
        return day
    spans = [(one.since, one.to or deadline.due_on) for one in deadline.spans if one.counted]
    length = sum((to - since).days for since, to in spans)
    return max(day, deadline.due_on - timedelta(days=length * part // whole))


def _count(deadline: Deadline, today: date, left: int) -> str | UnsetType:
    """``第 7/10 个工作日``: by the one period that the day was reckoned by; before its beginning nothing is told."""
    reckoning = deadline.reckoning
    if reckoning is None or len(reckoning.by) != 1 or reckoning.added or today < reckoning.start:
        return UNSET
    period = parse_period(reckoning.by[0])
    if period.unit == "wd" and period.count >= left:
        return f"第 {period.count - left}/{period.count} 个工作日"
    whole = (deadline.due_on - reckoning.start).days
    return f"第 {(today - reckoning.start).days}/{whole} 天" if period.unit == "d" and period.count else UNSET


def rest(deadline: Deadline) -> str:
    """What is left of a suspended deadline, in words: 已中止，剩余 2 个工作日."""
    by = deadline.reckoning.by if deadline.reckoning else ()
    unit = "个工作日" if by and by[0].endswith("wd") else "天"
    return f"已中止，剩余 {deadline.remaining} {unit}"
