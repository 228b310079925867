"""Evidence that every case needs on its way forward, and that a return lets one come through without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhuli_flow.definitions.model.workflow import SYSTEM, Workflow
from zhuli_flow.modelcheck.explore import Edge, Graph
from zhuli_flow.modelcheck.passes import Pass
from zhuli_flow.modelcheck.search import always, ever, shortest
from zhuli_flow.modelcheck.story import Finding
from zhuli_flow.modelcheck.trace import confirmed


def skipped(workflow: Workflow, passes: Sequence[Pass]) -> Iterator[Finding]:
    """Acts of people without which no case comes to an end or into force, but for one that was returned past them."""
    forward = [each for each in passes if each.graph.whole]
    back = [each for each in forward if each.explorer.scope.returns]
    if "return" not in workflow.operations or not back or len(forward) < len(passes):
        return
    acts = [event.name for event in workflow.events.values() if SYSTEM not in event.by]
    bits = {name: 1 << place for place, name in enumerate(acts)}
    told = set[str]()
    for goal in (one for one in workflow.states.values() if one.kind in {"final", "in_force"}):
        musts = _musts(forward, goal.name, bits)
        for name in (one for one in acts if bits[one] & musts and one not in told):
            ways = [_around(each.graph, goal.name, name) for each in back]
            way = next((one for one in ways if one and _really(workflow, back[0], one, name)), None)
            if way is not None:
                told.add(name)
                words = f"退回后可以不重新办理“{workflow.events[name].title}”就到“{goal.title}”，而不经退回时必须办理"
                fix = "让绕过它的操作也以它为条件（fired），或不让退回到它之前"
                yield Finding("evidence_skipped", ("operations", "return"), words, fix, way)


def _really(workflow: Workflow, each: Pass, way: tuple[Edge, ...], name: str) -> bool:
    """Whether the definition as written lets a case go this way, and the act counts no more at its end."""
    case = confirmed(workflow, each.explorer.world, way)
    return case is not None and name in case.stale


def _musts(passes: Sequence[Pass], goal: str, bits: dict[str, int]) -> int:
    """The acts that every way to ``goal`` without a return holds, by all passes: each does whatever cases can do."""
    found = 0
    for each in passes:
        graph = each.graph
        given = always(graph, lambda edge: bits.get(edge.outcome.act.name, 0), _forward)
        there = [given[number] for number, one in enumerate(graph.positions) if one.state == goal]
        reached = [one for one in there if one != -1]
        if not reached:
            return 0
        both = -1
        for one in reached:
            both &= one
        found |= both
    return found


def _forward(edge: Edge) -> bool:
    return edge.outcome.act.kind != "operation"


def _around(graph: Graph, goal: str, name: str) -> tuple[Edge, ...] | None:
    """A way to ``goal`` on which a return has made the act count no more, and nobody does it again."""

    def outdates(edge: Edge) -> bool:
        return edge.outcome.act.name == "return" and name in edge.outcome.outdated

    def does(edge: Edge) -> bool:
        return name in {edge.outcome.act.name, edge.outcome.act.to}

    open_ = ever(graph, lambda edge: int(outdates(edge)), lambda edge: int(does(edge)))
    if not any(open_[number] for number, one in enumerate(graph.positions) if one.state == goal):
        return None

    def follow(memory: int, edge: Edge) -> int | None:
        if edge.outcome.act.name == "terminate":
            return None
        return 1 if outdates(edge) else 0 if does(edge) else memory

    return shortest(graph, follow, lambda number, memory: bool(memory) and graph.positions[number].state == goal)
