"""How long cases stay in each state: the median and the longest, of stays that have ended and of those that go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from statistics import median
from typing import NamedTuple

from zhuli_flow.engine.authority.reach import EVERYTHING, Reach
from zhuli_flow.store import region_places, stays
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.store.stays import Ended

DAY_S = 86_400


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
