"""Regions (并行环节) as parallel states of the machine: the main line and every region side by side in one state.

A region that does not run stands in a state of its own, idle. One trigger moves the main line and every region that it
begins, ends, moves or leaves behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from zhuli_flow.definitions.model.graph import mains
from zhuli_flow.definitions.model.region import Region
from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.engine.edges import Edge, Regions, Token, moved, permitted, stands, unfinished
from zhuli_flow.engine.hierarchy import SEPARATOR

Drawn = Mapping[str, object]
"""A state or a transition as the library takes it."""
CASE, MAIN, IDLE = "Case", "Main", "Idle"
"""Names that no definition can have: its own begin with a small letter."""


def states(workflow: Workflow, nested: Sequence[str | Drawn]) -> Drawn:
    """The one state of the machine: beside the main line (``nested``) each region, idle or in one of its states."""
    main = {"name": MAIN, "children": [START, *nested], "initial": START}
    beside = ({"name": one.name, "children": [IDLE, *one.states], "initial": IDLE} for one in workflow.regions.values())
    return {"name": CASE, "parallel": [main, *beside]}


def main_place(place: str) -> str:
    """A place of the main line as the machine names it."""
    return SEPARATOR.join((CASE, MAIN, place))


def token(workflow: Workflow, place: str, at: tuple[str, Regions], allowed: bool, bound_for: str | None) -> Token:
    """A token at ``place`` of the main line and in the regions of ``at``, whose state is the main line's own name."""
    state, begun = at
    stood = frozenset({state, *(one for name, one in begun if state in workflow.regions[name].beside)})
    there = dict(begun)
    places = [main_place(place), *(_place(name, there.get(name, IDLE)) for name in workflow.regions)]
    return Token(places, allowed, bound_for, stood)


def position(walked: Token) -> tuple[str, Regions]:
    """Where a token stands, in the words of the definition."""
    found = dict(_parts(one) for one in walked.state)
    state = found.pop(MAIN)
    return state, tuple(sorted((name, one) for name, one in found.items() if one != IDLE))


def _parts(place: str) -> tuple[str, str]:
    _, track, *_, state = place.split(SEPARATOR)
    return track, state


def _place(region: str, state: str) -> str:
    return SEPARATOR.join((CASE, region, state))


def main_line(workflow: Workflow, edge: Edge) -> tuple[str, ...]:
    """The states of the main line out of which an edge is drawn: its own, and those beside which its regions run."""
    return unfinished(workflow, tuple(dict.fromkeys(mains(edge.sources, workflow.regions))))


def transition(edge: Edge, source: str, target: str | None) -> Drawn:
    """One transition of the machine, possible where the token stands in one of the edge's own sources."""
    conditions = [permitted, partial(stands, frozenset(edge.sources)), edge.bound]
    return {"trigger": edge.trigger, "source": source, "dest": target, "conditions": conditions, "before": moved}


def beside(workflow: Workflow, edge: Edge) -> Iterator[Drawn]:
    """What an edge does to each region."""
    for region in workflow.regions.values():
        for state, goes_to in _ways(workflow, region, edge).items():
            yield transition(edge, _place(region.name, state), _place(region.name, goes_to))


def _ways(workflow: Workflow, region: Region, edge: Edge) -> Mapping[str, str]:
    """Where each state of a region goes by an edge; those that stay are left out."""
    event = edge.event
    if _left(workflow, region, edge) or (event and region.name in event.ends):
        return dict.fromkeys(region.states, IDLE)
    if event is None:
        return {}
    if region.name in event.begins:
        return {IDLE: region.first}
    if event.target in region.states:
        return {state: event.target for state in event.sources if state in region.states and state != event.target}
    return {}


def _left(workflow: Workflow, region: Region, edge: Edge) -> bool:
    """Whether the main line goes by the edge to where the region does not run, to come back to it no more."""
    if edge.target is None or edge.target in region.beside:
        return False
    return not region.resumes or workflow.states[edge.target].kind == "final"
