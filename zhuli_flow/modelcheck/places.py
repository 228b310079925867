"""Quotas whose places can never come free for who waits: those that hold them need room themselves, or keep them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhuli_flow.definitions.model.expressions import Ask, walk
from zhuli_flow.definitions.model.quota import Quota
from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.modelcheck.explore import Edge, Graph
from zhuli_flow.modelcheck.passes import Pass
from zhuli_flow.modelcheck.story import Finding


def places(workflow: Workflow, passes: Sequence[Pass]) -> Iterator[Finding]:
    """Each quota in which a case may wait for ever."""
    whole = [each for each in passes if each.graph.whole]
    if len(whole) < len(passes):
        return
    for quota in workflow.quotas.values():
        if any(_freed(workflow, each.graph, quota) for each in whole):
            continue
        stuck = [_waiting(workflow, each.graph, quota) for each in whole]
        if all(one is not None for one in stuck):
            each, number = whole[0], stuck[0] or 0
            holds = (
                "名额按曾经占用计，占满以后不再空出"
                if _counts(workflow, quota) == "ever"
                else "占着名额的事项自己也要等名额才能离开"
            )
            words = f"名额“{quota.title}”占满以后，等候的事项永远等不到：{holds}"
            fix = "给等候的事项留一条不要名额的出路，或让占用名额的事项能够离开"
            yield Finding("quota_deadlock", ("quotas", quota.name), words, fix, each.graph.path(number))


def _counts(workflow: Workflow, quota: Quota) -> object:
    return workflow.value(quota.counts)


def _freed(workflow: Workflow, graph: Graph, quota: Quota) -> bool:
    """Whether some case that holds a place can give it up while there is no room."""
    if _counts(workflow, quota) == "ever":
        return False
    holding = {name for name, state in workflow.states.items() if state.kind == "in_force"}
    inside = [number for number, one in enumerate(graph.positions) if one.state in holding]
    if not inside:
        return True
    seen, waiting = set(inside), list(inside)
    while waiting:
        for edge in graph.out[waiting.pop()]:
            if _without_room(workflow, edge, quota):
                if graph.positions[edge.target].state not in holding:
                    return True
                if edge.target not in seen:
                    seen.add(edge.target)
                    waiting.append(edge.target)
    return False


def _waiting(workflow: Workflow, graph: Graph, quota: Quota) -> int | None:
    """The first position in which a case waits for room and can neither end nor come into force without it."""
    kinds = {name: state.kind for name, state in workflow.states.items()}
    before: list[list[int]] = [[] for _ in graph.positions]
    for edges in graph.out:
        for edge in edges:
            if _without_room(workflow, edge, quota):
                before[edge.target].append(edge.source)
    ends = [at for at, one in enumerate(graph.positions) if kinds.get(one.state, "open") in {"final", "in_force"}]
    free, waiting = set(ends), list(ends)
    while waiting:
        for number in before[waiting.pop()]:
            if number not in free:
                free.add(number)
                waiting.append(number)
    return next((at for at, one in enumerate(graph.positions) if at not in free and one.state != START), None)


def _without_room(workflow: Workflow, edge: Edge, quota: Quota) -> bool:
    event = workflow.events.get(edge.outcome.act.name)
    if edge.outcome.crowded or event is None:
        return True
    asks = (node for guard in event.guards if not guard.warn for node in walk(guard.condition) if isinstance(node, Ask))
    return not any(node.kind == "room" and node.name == quota.name for node in asks)
