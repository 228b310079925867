"""Where cases stand in regions beside their main line, and since when: rows written by the act that took them there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import msgspec

from zhuli_flow.engine.authority.reach import EVERYTHING, Reach
from zhuli_flow.engine.model.json_values import Json
from zhuli_flow.store.case_filter import within
from zhuli_flow.store.sql.statements import Connection, Row, first, instant, rows, run, run_many, walk


class RegionPlace(NamedTuple):
    """A case of ``workflow`` is in ``state`` of a region since an instant (UTC text)."""

    workflow: str
    state: str
    case_id: str
    entered_at: str


class RegionMove(NamedTuple):
    """An act after which the main line of a case stood in ``target``, with its changes, as its entry tells them.

    ``migrated``: the digest of the definition that it took the case from ("": it did not); ``digest`` that of today.
    """

    case_id: str
    at: str
    version: int
    target: str
    changes: tuple[tuple[str, str, Json, Json], ...]
    migrated: str
    digest: str


_changes = msgspec.json.Decoder(tuple[tuple[str, str, Json, Json], ...]).decode


def moves_by_case(connection: Connection, workflow: str) -> Iterator[list[RegionMove]]:
    """Every act that moved the main line or a region of each case of a workflow, in order, a case at a time."""
    for _, found in groupby(walk(connection, "audit.region_moves", workflow=workflow), key=itemgetter(0)):
        yield [_move(row) for row in found]


def moves_of(connection: Connection, case_id: str) -> list[RegionMove]:
    """Every act that moved the main line or a region of one case, in order."""
    return [_move(row) for row in rows(connection, "audit.region_moves_of", case_id=case_id)]


def _move(row: Row) -> RegionMove:
    case_id, at, version, target, changes, migrated, digest = row
    return RegionMove(case_id, at, int(version), target, _changes(changes or "[]"), migrated or "", digest)


def leave(connection: Connection, place: RegionPlace, version: int, at: str) -> None:
    """Note the stay in a state of a region that a case leaves at an instant (UTC text), becoming ``version``."""
    there = {"workflow": place.workflow, "state": place.state, "case_id": place.case_id}
    run(connection, "stays.leave_region", {**there, "version": version, "at": at})
    run(connection, "stays.drop_region", there)


def put(connection: Connection, found: list[RegionPlace]) -> None:
    """Note where cases stand; one that is noted stays as it is."""
    run_many(connection, "stays.enter_region", found)


def has(connection: Connection, place: RegionPlace) -> bool:
    """Whether this place is noted, since this instant."""
    there = {"workflow": place.workflow, "state": place.state, "case_id": place.case_id}
    found = first(connection, "stays.in_region", **there)
    return found is not None and found[0] == place.entered_at


def count(connection: Connection) -> int:
    """How many places are noted."""
    found = first(connection, "stays.total_in_regions")
    return int(found[0]) if found else 0


def going_on(connection: Connection, workflow: str, now: datetime, reach: Reach = EVERYTHING) -> dict[str, list[int]]:
    """How long the cases of a workflow are in states of regions by ``now``, in seconds, by state."""
    found = defaultdict[str, list[int]](list)
    names, values = within(reach, "stays.region_readable")
    asked = ("stays.open_in_regions", *names)
    for state, seconds in rows(connection, asked, workflow=workflow, now=instant(now), **values):
        found[state].append(seconds)
    return found


def counts(connection: Connection, workflow: str, reach: Reach = EVERYTHING) -> Counter[str]:
    """How many cases of a workflow are in each state of a region."""
    names, values = within(reach, "stays.region_readable")
    return Counter(dict(rows(connection, ("stays.counts_in_regions", *names), workflow=workflow, **values)))
