"""The states of a workflow as a graph: which event leads where, and what can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from zhuli_flow.definitions.model.compound import Compound
from zhuli_flow.definitions.model.region import Region, of_state
from zhuli_flow.definitions.model.workflow import SAME, Event

Edges = Mapping[str, frozenset[str]]
NONE: Mapping[str, Compound] = {}
NO_REGIONS: Mapping[str, Region] = {}


def edges(
    events: Mapping[str, Event],
    compounds: Mapping[str, Compound] = NONE,
    regions: Mapping[str, Region] = NO_REGIONS,
) -> Edges:
    """State (or START) → the states its events lead to; ``same`` leads nowhere new, history to any of its compound.

    What is done in a region and leads the main line on is drawn from every state that the region runs beside.
    """
    found: dict[str, set[str]] = {}
    for event in events.values():
        for source in mains(event.sources, regions):
            found.setdefault(source, set())
            if event.target not in {SAME, source} and of_state(regions, event.target) is None:
                found[source].add(event.target)
            if event.history in compounds:
                found[source] |= {state for state in compounds[event.history].states if state != source}
    return {source: frozenset(targets) for source, targets in found.items()}


def mains(sources: Iterable[str], regions: Mapping[str, Region]) -> Iterator[str]:
    """The states of the main line among ``sources``, and those beside which the others may be."""
    for source in sources:
        region = of_state(regions, source)
        yield from (source,) if region is None else region.beside


def reachable(start: Iterable[str], graph: Edges) -> set[str]:
    """Everything that some path from ``start`` arrives at, the start included."""
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        state = waiting.pop()
        if state not in seen:
            seen.add(state)
            waiting.extend(graph.get(state, ()))
    return seen


def earlier(
    sources: Iterable[str],
    unfinished: Iterable[str],
    events: Mapping[str, Event],
    regions: Mapping[str, Region] = NO_REGIONS,
) -> tuple[str, ...]:
    """The unfinished steps, in the order written, from which a path leads on to one of ``sources``."""
    graph, wanted = edges(events, regions=regions), set(sources)
    return tuple(state for state in unfinished if reachable(graph.get(state, ()), graph) & wanted)
