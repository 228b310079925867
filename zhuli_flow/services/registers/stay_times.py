"""How long cases stay in each state: the median and the longest, of stays that have ended and of those that go on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import accumulate
from statistics import median
from typing import NamedTuple

from zhuli_flow.engine.authority.reach import EVERYTHING, Reach
from zhuli_flow.store import region_places, stays
from zhuli_flow.store.counts import DAY_S, Counts
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.store.stays import Ended


@dataclass(frozen=True, slots=True)
class Times:
    """The stays in one state, those that go on counted until now; days are natural days."""

    stays: int
    median_days: float
    longest_days: float


def times(connection: Connection, workflow: str, now: datetime, reach: Reach = EVERYTHING) -> dict[str, Times]:
    """By state, of regions too, of the cases in this reach; a state in which no case ever was is not there."""
    ended, going_on = stays.ended(connection, workflow, reach), stays.going_on(connection, workflow, now, reach)
    going_on |= region_places.going_on(connection, workflow, now, reach)
    look = _Look(connection, workflow, reach)
    return {
        state: _times(look, state, ended.get(state, Ended(0, 0)), sorted(going_on.get(state, [])))
        for state in {*ended, *going_on}
    }


class _Look(NamedTuple):
    """Whose stays are looked at."""

    connection: Connection
    workflow: str
    reach: Reach


def _times(look: _Look, state: str, ended: Ended, going_on: Sequence[int]) -> Times:
    number = ended.number + len(going_on)
    longest = max((ended.longest, *going_on[-1:]))
    middle = _middle(look, state, ended.number, going_on)
    return Times(number, round(middle / DAY_S, 1), round(longest / DAY_S, 1))


def _middle(look: _Look, state: str, ended: int, going_on: Sequence[int]) -> float:
    """The median: of the ended stays only those are read among which it must lie, however the others go on."""
    number = ended + len(going_on)
    first = max(0, (number - 1) // 2 - len(going_on))
    near = list(stays.ranked(look.connection, look.workflow, state, first, len(going_on) + 2, look.reach))
    both = list(merge(near, going_on))
    place = (number - 1) // 2 - first
    return median(both[place : place + (2 if number % 2 == 0 else 1)])


def kept_times(index: Counts, workflow: str, now: datetime) -> dict[str, Times]:
    """The same from the counts of all cases: what is read grows with the days there were, not with the cases."""
    states = {*index.kept_apart(workflow, "stay"), *index.kept_apart(workflow, "since")}
    return {state: _Spans(index, workflow, state, int(now.timestamp())).times() for state in states}


class _Spans:
    """The stays in one state: those that have ended by their length, those that go on by when they began."""

    def __init__(self, index: Counts, workflow: str, state: str, now: int) -> None:
        self._ended, self._since = (_Seconds(index, workflow, kind, state) for kind in ("stay", "since"))
        self._now, self._number = now, self._ended.number + self._since.number
        ended, since = index.end(workflow, "stay", state, last=True), index.end(workflow, "since", state, last=False)
        self._longest = max(ended, now - since if self._since.number else 0)

    def times(self) -> Times:
        """How many there are, the median and the longest."""
        middle = (self._nth((self._number + 1) // 2) + self._nth(self._number // 2 + 1)) / 2
        return Times(self._number, round(middle / DAY_S, 1), round(self._longest / DAY_S, 1))

    def _nth(self, place: int) -> int:
        """The stay at a place, from 1, the shortest first."""
        return bisect_left(range(self._longest + 1), place, key=self._up_to)

    def _up_to(self, seconds: int) -> int:
        """How many stays are no longer."""
        begun_before = self._since.below(self._now - seconds)
        return self._ended.below(seconds + 1) + self._since.number - begun_before


class _Seconds:
    """How many cases are counted below a number of seconds: by days, and within the one day that is asked."""

    def __init__(self, index: Counts, workflow: str, kind: str, state: str) -> None:
        self._of, self._within = (index, workflow, kind, state), dict[int, list[tuple[int, int]]]()
        days = index.tallies(workflow, f"{kind}_day", state)
        self._days = [int(one.key) for one in days]
        self._before = [0, *accumulate(one.cases for one in days)]
        self.number = self._before[-1]

    def below(self, seconds: int) -> int:
        """How many lie below."""
        day = seconds // DAY_S
        place = bisect_left(self._days, day)
        inside = self._inside(day) if place < len(self._days) and self._days[place] == day else ()
        return self._before[place] + sum(cases for at, cases in inside if at < seconds)

    def _inside(self, day: int) -> list[tuple[int, int]]:
        found = self._within.get(day)
        if found is None:
            index, workflow, kind, state = self._of
            first, last = (f"{at:012d}" for at in (day * DAY_S, (day + 1) * DAY_S - 1))
            told = index.tallies(workflow, kind, state, first, last)
            found = self._within[day] = [(int(one.key), one.cases) for one in told]
        return found
