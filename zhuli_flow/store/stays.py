"""How long cases were in each state: a row for each stay that has ended, written by the act that ended it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from zhuli_flow.engine.authority.reach import EVERYTHING, Reach
from zhuli_flow.store.audit import Move
from zhuli_flow.store.case_filter import within
from zhuli_flow.store.sql.statements import Connection, first, instant, rows, run, run_many


class Stay(NamedTuple):
    """A case was in ``state`` for ``seconds``; it left it by the act that made it ``version``."""

    workflow: str
    state: str
    seconds: int
    case_id: str
    version: int


class Ended(NamedTuple):
    """The ended stays in a state: how many there are, and the longest, in seconds."""

    number: int
    longest: int


def leave(connection: Connection, case_id: str, version: int, at: str) -> None:
    """Note the stay of a case that leaves its state at an instant (UTC text) and becomes ``version``.

    Its row in the lists still has the state that it leaves.
    """
    run(connection, "stays.leave", {"case_id": case_id, "version": version, "at": at})


def of_moves(workflow: str, moves: Sequence[Move]) -> tuple[list[Stay], str]:
    """The ended stays of one case by its changes of state, and the instant of the last change."""
    ended = [
        Stay(workflow, one.target, seconds_between(one.at, following.at), one.case_id, following.version)
        for one, following in pairwise(moves)
    ]
    return ended, moves[-1].at


def seconds_between(since: str, until: str) -> int:
    """The whole seconds between two instants (UTC, ISO text)."""
    return _second(until) - _second(since)


def _second(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())


def put(connection: Connection, found: Iterable[Stay], entered: Sequence[tuple[str, str]]) -> None:
    """Write ended stays, and since when each case is in its state: (instant as UTC text, case id)."""
    run_many(connection, "stays.put", list(found))
    run_many(connection, "case_rows.entered", entered)


def has(connection: Connection, stay: Stay) -> bool:
    """Whether this stay is noted."""
    return first(connection, "stays.has", **stay._asdict()) is not None


def count(connection: Connection) -> int:
    """How many stays are noted."""
    found = first(connection, "stays.total")
    return int(found[0]) if found else 0


def ended(connection: Connection, workflow: str, reach: Reach = EVERYTHING) -> dict[str, Ended]:
    """The ended stays of a workflow by state, of cases in this reach."""
    names, values = within(reach, "stays.readable")
    found = rows(connection, ("stays.counts", *names), workflow=workflow, **values)
    return {row[0]: Ended(row[1], row[2]) for row in found}


def ranked(
    connection: Connection, workflow: str, state: str, skip: int, limit: int, reach: Reach = EVERYTHING
) -> Iterator[int]:
    """Ended stays in seconds, the shortest first, from the one after ``skip`` on: a rank counted in the index."""
    names, whose = within(reach, "stays.readable")
    values = {"workflow": workflow, "state": state, "skip": skip, "limit": limit, **whose}
    return (row[0] for row in rows(connection, ("stays.ranked", *names), **values))


def going_on(connection: Connection, workflow: str, now: datetime, reach: Reach = EVERYTHING) -> dict[str, list[int]]:
    """How long the cases of a workflow are in their states by ``now``, in seconds, by state."""
    found = defaultdict[str, list[int]](list)
    names, values = within(reach, "cases.readable")
    for state, seconds in rows(connection, ("stays.open", *names), workflow=workflow, now=instant(now), **values):
        found[state].append(seconds)
    return found
