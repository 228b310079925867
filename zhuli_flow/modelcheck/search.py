"""The shortest sequence of acts on which something is remembered beside the position: a field not given, a return."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from zhuli_flow.definitions.model.graph import mains
from zhuli_flow.definitions.model.workflow import Event
from zhuli_flow.modelcheck.explore import Edge, Graph
from zhuli_flow.modelcheck.passes import Pass

Path = tuple[Edge, ...]
Follow = Callable[[int, Edge], int | None]
"""What is remembered before an act, and the act: what is remembered after it; None where it is not to be walked."""


def shortest(
    graph: Graph, follow: Follow, found: Callable[[int, int], bool], starts: Iterable[int] = ()
) -> Path | None:
    """The acts from a start (the unopened cases unless written) to the first position and memory that ``found`` likes.

    Memory begins with 0. None where no way leads there.
    """
    begin = [(number, 0) for number in starts or _unopened(graph)]
    into: dict[tuple[int, int], tuple[tuple[int, int], Edge] | None] = dict.fromkeys(begin)
    for here in begin:
        if found(*here):
            return ()
    waiting = list(begin)
    for here in waiting:
        for edge in graph.out[here[0]]:
            memory = follow(here[1], edge)
            there = (edge.target, memory or 0)
            if memory is None or there in into:
                continue
            into[there] = here, edge
            if found(*there):
                return _back(into, there)
            waiting.append(there)
    return None


def _unopened(graph: Graph) -> list[int]:
    return [number for number, edge in enumerate(graph.into) if edge is None]


def _back(into: dict[tuple[int, int], tuple[tuple[int, int], Edge] | None], there: tuple[int, int]) -> Path:
    way: list[Edge] = []
    step = into[there]
    while step is not None:
        here, edge = step
        way.append(edge)
        step = into[here]
    return tuple(reversed(way))


def way_to(event: Event, passes: Sequence[Pass]) -> Path:
    """The shortest way to where an event may be asked for; nothing where no pass comes there."""
    for each in passes:
        places = set(mains(event.sources, each.model.workflow.regions))
        found = next((at for at, one in enumerate(each.graph.positions) if one.state in places), None)
        if found is not None:
            return each.graph.path(found)
    return ()


def always(graph: Graph, given: Callable[[Edge], int], walked: Callable[[Edge], bool]) -> list[int]:
    """For every position the bits that are ``given`` on each way there; all bits (-1) where no way is walked."""
    found = [-1] * len(graph.positions)
    waiting = _unopened(graph)
    for number in waiting:
        found[number] = 0
    while waiting:
        number = waiting.pop()
        for edge in graph.out[number]:
            if walked(edge) and (new := found[edge.target] & (found[number] | given(edge))) != found[edge.target]:
                found[edge.target] = new
                waiting.append(edge.target)
    return found


def ever(graph: Graph, put: Callable[[Edge], int], taken: Callable[[Edge], int]) -> list[int]:
    """For every position the bits that some way there has ``put`` and not ``taken`` since."""
    found, waiting = [0] * len(graph.positions), list(range(len(graph.positions)))
    while waiting:
        number = waiting.pop()
        for edge in graph.out[number]:
            new = found[edge.target] | ((found[number] & ~taken(edge)) | put(edge))
            if new != found[edge.target]:
                found[edge.target] = new
                waiting.append(edge.target)
    return found
