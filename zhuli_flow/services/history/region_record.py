"""The rows of regions beside the main line: kept by the act itself, and told anew from the history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.position import beside, running
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office
from zhuli_flow.store import region_places as rows
from zhuli_flow.store.region_places import RegionMove, RegionPlace
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.store.stays import Stay, seconds_between


def move(connection: Connection, before: tuple[Workflow, Case], after: tuple[Workflow, Case], at: str) -> None:
    """Note the states of regions that a case left and came to by what made it its present version (``at``: UTC)."""
    case = after[1]
    was, now = frozenset(running(*before).values()), frozenset(running(*after).values())
    for state in sorted(was - now):
        rows.leave(connection, RegionPlace(case.workflow, state, case.id, ""), case.version, at)
    rows.put(connection, [RegionPlace(case.workflow, state, case.id, at) for state in sorted(now - was)])


class Told(NamedTuple):
    """What the history of a case tells: the stays in states of regions that have ended, and where it stands now."""

    case_id: str
    ended: list[Stay]
    here: list[RegionPlace]


def told(connection: Connection, office: Office, workflow: str) -> Iterator[Told]:
    """Of every case of a workflow that ever stood in a region, by its entries."""
    if any(one.regions for one in lookup.every_version(connection, office, workflow)):
        for moves in rows.moves_by_case(connection, workflow):
            found = _told(workflow, moves, _definitions(connection, office, moves))
            if found.ended or found.here:
                yield found


def told_of(connection: Connection, office: Office, workflow: str, case_id: str) -> Told:
    """The same of one case."""
    if any(one.regions for one in lookup.every_version(connection, office, workflow)):
        moves = rows.moves_of(connection, case_id)
        return _told(workflow, moves, _definitions(connection, office, moves))
    return Told(case_id, [], [])


def _definitions(connection: Connection, office: Office, moves: Sequence[RegionMove]) -> list[Workflow]:
    """The definition by which the case lived after each of the moves."""
    digest, found = moves[-1].digest, list[Workflow]()
    for one in reversed(moves):
        found.append(lookup.definition(connection, office, digest))
        digest = one.migrated or digest
    return found[::-1]


def _told(workflow: str, moves: Sequence[RegionMove], definitions: Sequence[Workflow]) -> Told:
    begun, since, ended = dict[str, str](), dict[str, str](), list[Stay]()
    case_id = moves[0].case_id
    for one, book in zip(moves, definitions, strict=True):
        for section, region, _, new in one.changes:
            if section == "regions":
                begun.pop(region, None)
                begun |= {} if new is None else {region: str(new)}
        now = frozenset(beside(book, one.target, begun).values())
        for state in sorted(since.keys() - now):
            ended.append(Stay(workflow, state, seconds_between(since.pop(state), one.at), case_id, one.version))
        since |= dict.fromkeys(now - since.keys(), one.at)
    return Told(case_id, ended, [RegionPlace(workflow, state, case_id, at) for state, at in since.items()])
