"""When two cases are the same to the model: they stand in one step, and nothing that is still asked tells them apart.

What is asked no more from a step on is forgotten there: that keeps the number of positions small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from zhuli_flow.definitions.model.graph import edges, mains, reachable
from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.engine import evidence
from zhuli_flow.engine.expressions.standing import event_of, outdated, withheld
from zhuli_flow.engine.machine import sources
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.deadline import is_over
from zhuli_flow.modelcheck.abstraction import Model
from zhuli_flow.modelcheck.asked import asked_by, asked_of_deadlines, asked_of_laws
from zhuli_flow.modelcheck.conditions import Feature
from zhuli_flow.modelcheck.world import NOW

STALE, STRAIGHT = Feature("stale", ""), Feature("straight", "")


class Position(NamedTuple):
    """A step, and what stands of each of its features, in their order."""

    state: str
    stands: tuple[object, ...]


class Positions:
    """Gives every case its position; one for each model. Where no ``returns`` are walked nothing leads back."""

    def __init__(self, model: Model, *, returns: bool = True) -> None:
        self.model, self.workflow = model, model.workflow
        self._back = self.workflow.operations.get("return") if returns else None
        graph = control(self.workflow, returns=returns)
        self.ahead = {state: reachable([state], graph) for state in (START, *self.workflow.states)}
        by_event = {name: asked_by(self.workflow, event) for name, event in self.workflow.events.items()}
        self.features = {state: tuple(sorted(self._at(states, by_event))) for state, states in self.ahead.items()}

    def _at(self, states: set[str], by_event: Mapping[str, frozenset[Feature]]) -> set[Feature]:
        found = {STALE, STRAIGHT, *asked_of_laws(self.workflow)}
        for event in self.workflow.events.values():
            if not states.isdisjoint(mains(event.sources, self.workflow.regions)):
                found |= by_event[event.name]
        found |= asked_of_deadlines(self.workflow, states, found)
        if self.model.kept is not None:
            found &= self.model.kept | {STALE, STRAIGHT}
        if self._back and not states.isdisjoint(sources(self.workflow, self._back)):
            found |= {Feature("walked", name) for name in self._back.targets}
        regions = self.workflow.regions.values()
        return found | {Feature("beside", one.name) for one in regions if not states.isdisjoint(one.beside)}

    def of(self, case: Case) -> Position:
        """The position of a case: what stands in it of all that may be asked from its step on."""
        return Position(case.state, tuple([self._stands(case, one) for one in self.features[case.state]]))

    def _stands(self, case: Case, feature: Feature) -> object:
        kind, name, more = feature
        match kind:
            case "stale":
                return frozenset(self._stale(case))
            case "value" | "shown" | "done":
                return self._there(case, kind, name), self._gone(case, kind, name)
            case "times":
                return min(evidence.times(case, name), int(more))
            case "later":
                return _later(case, name, more)
            case "over":
                return _clock(case, name)
            case "walked":
                return any(visit.state == name for visit in case.path)
            case "beside":
                return case.regions.get(name, "")
        return case.applicant.kind if kind == "kind" else case.mark("straight_to")

    def _there(self, case: Case, kind: str, name: str) -> object:
        if kind == "value":
            return case.fields.get(name)
        if kind == "done":
            return bool(case.count(name))
        return name in case.fields or name.partition(".")[0] in case.body.get("notices", {})

    def _gone(self, case: Case, kind: str, name: str) -> bool:
        """Whether what is there does not count any more."""
        if not case.stale:
            return False
        return name in (outdated if kind == "done" else withheld)(self.workflow, case)

    def _stale(self, case: Case) -> Iterator[str]:
        """The stale evidence that anything asks about."""
        if not case.stale:
            return
        asked, bound = self.features[case.state], case.mark("straight_to")
        names = {one.name for one in asked if one.kind in {"value", "shown"}}
        done = {one.name for one in asked if one.kind in {"done", "later", "times"}}
        for key in case.stale:
            event, held = event_of(self.workflow, key), case.evidence.get(key)
            if event and held and (bound or event.name in done or not names.isdisjoint(held.gave)):
                yield key


def control(workflow: Workflow, *, returns: bool = True) -> dict[str, frozenset[str]]:
    """Which step follows which, by events, 退回 (with ``returns``) and 终止."""
    graph = dict(edges(workflow.events, workflow.compounds, workflow.regions))
    for name in ("return", "terminate") if returns else ("terminate",):
        operation = workflow.operations.get(name)
        for state in sources(workflow, operation) if operation else ():
            graph[state] = graph.get(state, frozenset()) | frozenset(operation.targets if operation else ())
    return graph


def _later(case: Case, name: str, since: str) -> int:
    """Which of two acts came last: 0 for neither done."""
    one, other = case.evidence.get(name), case.evidence.get(since)
    if one is None:
        return 0 if other is None else 1
    return 2 if other is None or one.act > other.act else 3


def _clock(case: Case, name: str) -> str:
    deadline = case.deadlines.get(name)
    if deadline is None or not deadline.live:
        return ""
    return "over" if is_over(deadline, NOW) else deadline.state
