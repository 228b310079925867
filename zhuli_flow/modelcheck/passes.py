"""Exploring in several passes where one would be too wide: conditions that have nothing to do with each other, apart.

Each pass follows some groups of features and leaves conditions on all others open, so that each still does everything
that cases can do: what is impossible in one of them is impossible. What hangs on two groups together is not seen.

Returns are walked in a pass of their own. Which steps a case was in matters to it only where it may be returned to one
that it can also go past; where that makes too many positions, such steps are returned to in a pass each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from zhuli_flow.definitions.model.graph import reachable
from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.engine.expressions.values import typed
from zhuli_flow.engine.machine import sources
from zhuli_flow.modelcheck.abstraction import Model, model_of
from zhuli_flow.modelcheck.asked import asked_by, asked_of_laws, named_by
from zhuli_flow.modelcheck.conditions import Feature, Kept, looked_at
from zhuli_flow.modelcheck.explore import Explorer, Graph, Scope
from zhuli_flow.modelcheck.positions import Positions, control
from zhuli_flow.modelcheck.world import World, world_of

AT_ONCE = Scope(1_200, upholding=False, all_or_nothing=True, tries=10_000)
"""Where there are more positions, or more ways to do what is done in them, the definition is explored in passes."""
FORWARD = Scope(8_000, returns=False, upholding=False)
BACK = Scope(4_000, upholding=False)
FAR = Scope(12_000, upholding=False)
"""Of returns to the steps that no case goes past."""
SURE = Scope(8_000)
"""For what was found amiss in a narrower scope."""
_WIDEST = 1_000
_MANY = 6
"""So many steps that can be gone past double the positions of returns so often that one pass is not even tried."""
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pass:
    """One exploration: what it followed (``model.kept``), how far it went, and what it found."""

    explorer: Explorer
    graph: Graph

    @property
    def model(self) -> Model:
        return self.explorer.model


@dataclass(frozen=True, slots=True)
class Study:
    """A definition to explore, and the small world for it; ``told`` hears how many positions of how many are done."""

    workflow: Workflow
    world: World
    values: Mapping[str, object]
    told: Told | None = None

    def explore(self, kept: Kept, scope: Scope) -> Pass:
        """One pass, following ``kept`` (None: everything)."""
        explorer = Explorer(model_of(self.workflow, self.values, kept), self.world, scope, self.told)
        return Pass(explorer, explorer.run())

    def passes(self) -> tuple[Pass, ...]:
        """One pass, if the definition is small enough; else one for each part, and one for what returns do."""
        whole = self.explore(None, AT_ONCE)
        if whole.graph.whole:
            return (whole,)
        workflow, positions = whole.model.workflow, whole.explorer.positions
        forward = Positions(whole.model, returns=False)
        parts = [self.explore(one, FORWARD) for one in groups(workflow, forward, whole.model.few)]
        done = {one for each in positions.features.values() for one in each if one.kind == "done"}
        return (*parts, *self._returns(_base(workflow) | done))

    def _returns(self, kept: Kept) -> Iterator[Pass]:
        """One pass, if that does it; else one for the steps that no case goes past, and one for each of the others."""
        past = gone_past(self.workflow)
        if len(past) <= _MANY:
            whole = self.explore(kept, BACK)
            if whole.graph.whole or not past:
                yield whole
                return
        always = [one for one in self.workflow.operations["return"].targets if one not in past]
        yield self._returning(always).explore(kept, FAR)
        for one in past:
            yield self._returning([one]).explore(kept, BACK)

    def _returning(self, targets: Sequence[str]) -> Study:
        """The same, with 退回 to these steps only."""
        flow = self.workflow
        narrowed = replace(flow.operations["return"], targets=tuple(targets))
        digest = f"{flow.digest}/return/{','.join(targets)}"
        return replace(self, workflow=replace(flow, operations={**flow.operations, "return": narrowed}, digest=digest))


def study(workflow: Workflow, told: Told | None = None) -> Study:
    """The study of a checked definition."""
    world = world_of(workflow)
    values = {name: typed(one, world.values[name]) for name, one in workflow.fields.items()}
    return Study(workflow, world, values, told)


def gone_past(workflow: Workflow) -> tuple[str, ...]:
    """The steps that 退回 may lead to, of which a case that may be returned has been in some and gone past others."""
    operation, graph = workflow.operations.get("return"), control(workflow, returns=False)
    if operation is None:
        return ()
    found = []
    for target in operation.targets:
        without = {state: follows - {target} for state, follows in graph.items() if state != target}
        both = reachable([START], without) & reachable([target], graph)
        if not both.isdisjoint(sources(workflow, operation)):
            found.append(target)
    return tuple(found)


def _base(workflow: Workflow) -> frozenset[Feature]:
    """The fields that name people: without them nobody could act."""
    return frozenset(one for event in workflow.events.values() for one in named_by(workflow, event))


def groups(workflow: Workflow, positions: Positions, few: Mapping[str, tuple[bool | str, ...]]) -> list[Kept]:
    """The features in as few parts as stay narrow in every step; what is asked together stays together."""
    base = _base(workflow)
    asked = frozenset(one for each in positions.features.values() for one in each)
    packed: list[set[Feature]] = []
    for cluster in sorted(_clusters(workflow, base, asked), key=lambda one: (-len(one), sorted(one))):
        room = (each for each in packed if _width(positions, few, each | cluster) <= _WIDEST)
        found = next(room, None)
        if found is None:
            packed.append(set(cluster))
        else:
            found |= cluster
    return [base.union(each) for each in packed]


def _width(positions: Positions, few: Mapping[str, tuple[bool | str, ...]], kept: set[Feature]) -> int:
    """How many positions there may be in the widest step, at most."""
    return max(prod(_size(one, few) for one in features if one in kept) for features in positions.features.values())


def _size(feature: Feature, few: Mapping[str, tuple[bool | str, ...]]) -> int:
    if feature.kind == "times":
        return int(feature.more) + 1
    sizes = {"value": len(few.get(feature.name, ())) + 1, "later": 3, "over": 3}
    return sizes.get(feature.kind, 2)


def _clusters(workflow: Workflow, base: frozenset[Feature], asked: frozenset[Feature]) -> list[frozenset[Feature]]:
    """What is asked together, by an event, about a deadline or by the laws that hold always."""
    found: list[frozenset[Feature]] = []
    for each in _together(workflow):
        joined = (each - base) & asked
        if joined:
            touching = [one for one in found if not one.isdisjoint(joined)]
            found = [one for one in found if one.isdisjoint(joined)] + [joined.union(*touching)]
    return found


def _together(workflow: Workflow) -> Iterator[frozenset[Feature]]:
    for event in workflow.events.values():
        yield asked_by(workflow, event)
    yield frozenset(asked_of_laws(workflow))
    for rule in workflow.deadlines.values():
        trees = (*rule.until, *([rule.start] if rule.start is not None else []))
        hung = {one for tree in trees for one in looked_at(workflow, tree)}
        yield frozenset({Feature("over", rule.name), *hung})
