"""When the lights of a case turn, told beforehand: what ``lights`` says at any moment until the next act."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from zhuli_flow.calendar import Calendar
from zhuli_flow.clock import local_date
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.deadlines.lights import yellow_from
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.deadline import Deadline, ends_at

_INSTANT = timedelta(microseconds=1)
T = TypeVar("T", date, datetime)


@dataclass(frozen=True, slots=True)
class Turns:
    """One light: yellow from a day on, red from an instant (UTC) on; neither: no running deadline of this sort.

    ``rests``: a deadline of this sort is suspended, which shows as 灰 where nothing runs.
    """

    yellow_on: date | None = None
    red_at: datetime | None = None
    rests: bool = False

    def word(self, now: datetime) -> str:
        """The light at ``now`` (UTC): 红、黄、绿、灰, or — without a live deadline."""
        if self.red_at is not None and now >= self.red_at:
            return "红"
        if self.yellow_on is None:
            return "灰" if self.rests else "—"
        return "黄" if local_date(now) >= self.yellow_on else "绿"


def light_days(workflow: Workflow, case: Case, calendar: Calendar) -> tuple[Turns, Turns]:
    """(step, whole case) under this calendar; the light of the whole case is its own deadline's alone."""
    sorts: tuple[list[Turns], list[Turns]] = ([], [])
    for name, deadline in case.deadlines.items():
        if deadline.live:
            sorts[workflow.deadlines[name].whole_case].append(_turns(workflow, name, deadline, calendar))
    return _soonest(sorts[False]), _soonest(sorts[True])


def _turns(workflow: Workflow, name: str, deadline: Deadline, calendar: Calendar) -> Turns:
    if deadline.state == "suspended":
        return Turns(rests=True)
    end = ends_at(deadline)
    red_at = end + _INSTANT if deadline.closes_at else end  # at the second of closing it is not over yet
    return Turns(yellow_from(workflow, workflow.deadlines[name], deadline, calendar), red_at)


def _soonest(found: Iterable[Turns]) -> Turns:
    soonest = Turns()
    for one in found:
        yellow_on, red_at = _first(soonest.yellow_on, one.yellow_on), _first(soonest.red_at, one.red_at)
        soonest = Turns(yellow_on, red_at, soonest.rests or one.rests)
    return soonest


def _first(one: T | None, other: T | None) -> T | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
