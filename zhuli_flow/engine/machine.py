"""A definition as one hierarchical machine: which step follows which (``engine.hierarchy``).

Compound states are states of the machine with states inside: what may be done in any of them is drawn once, out of the
compound, and what leads back into one goes to the state that the token is bound for.

The machine holds no case: a slotted token carries the state through one trigger and is thrown away. Conditions are our
own callables, never names from a definition (a dotted name would be imported and called), automatic ``to_x`` triggers
are off, and no edge is drawn from a final state, whatever the definition asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from zhuli_flow.definitions.model.workflow import SAME, START, Operation, Workflow

if TYPE_CHECKING:
    from transitions import EventData

    from zhuli_flow.engine.hierarchy import Hierarchy


_SEPARATOR = "/"


class Token:
    """What travels through the machine: the state, whether the engine permits the step, and where it is bound for."""

    __slots__ = ("bound_for", "permitted", "state")

    def __init__(self, state: str, permitted: bool, bound_for: str | None) -> None:
        self.state, self.permitted, self.bound_for = state, permitted, bound_for


def _permitted(data: EventData) -> bool:
    return cast(Token, data.model).permitted


def _bound_for(target: str, data: EventData) -> bool:
    return cast(Token, data.model).bound_for == target


def _unbound(data: EventData) -> bool:
    return cast(Token, data.model).bound_for is None


class Topology:
    """The compiled machine of one definition version."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self._places = {START: START, **_places(workflow)}
        self._edges = tuple(_transitions(workflow))
        self._drawn = {(edge.trigger, source) for edge in self._edges for source in edge.sources}
        self._steps: dict[tuple[str, str, bool, str | None], str | None] = {}

    @cached_property
    def _machine(self) -> Hierarchy:
        from zhuli_flow.engine.hierarchy import Hierarchy

        drawn = (one for edge in self._edges for one in self._draw(edge))
        return Hierarchy(START, [START, *_nested(self.workflow, "")], drawn)

    def _draw(self, edge: _Edge) -> Iterator[dict[str, Any]]:
        """One transition out of every compound whose states all share it, and one out of each other state."""
        left = set(edge.sources)
        for name, compound in self.workflow.compounds.items():
            if left and left.issuperset(compound.states):
                left -= set(compound.states)
                yield self._transition(edge, self._places[name])
        for source in edge.sources:
            if source in left:
                yield self._transition(edge, self._places[source])

    def _transition(self, edge: _Edge, source: str) -> dict[str, Any]:
        target = self._places[edge.target] if edge.target else None
        return {"trigger": edge.trigger, "source": source, "dest": target, "conditions": [_permitted, edge.bound]}

    def leads(self, trigger: str, state: str) -> bool:
        """Whether ``trigger`` is drawn from ``state`` at all."""
        return (trigger, state) in self._drawn

    def transitions(self, trigger: str) -> list[tuple[str, str | None]]:
        """The transitions drawn for ``trigger``, from and to, as the machine names its states; None: it stays."""
        return [(one.source, one.dest) for one in self._machine.get_transitions(trigger)]

    def step(self, trigger: str, state: str, *, permitted: bool = True, bound_for: str | None = None) -> str | None:
        """The state after ``trigger``; None when not drawn from here, not permitted, or bound for no drawn target.

        Depends on nothing but its arguments, so that the machine is asked once for each of the few there are.
        """
        asked = (trigger, state, permitted, bound_for)
        if asked not in self._steps:
            self._steps[asked] = self._walk(*asked)
        return self._steps[asked]

    def _walk(self, trigger: str, state: str, permitted: bool, bound_for: str | None) -> str | None:
        if (trigger, state) not in self._drawn:
            return None
        token = Token(self._places[state], permitted, bound_for)
        return token.state.rpartition(_SEPARATOR)[2] if self._machine.fire(token, trigger) else None


_COMPILED: dict[str, Topology] = {}


def topology(workflow: Workflow) -> Topology:
    """The compiled machine of ``workflow``; one per definition digest for the life of the process."""
    found = _COMPILED.get(workflow.digest)
    if found is None:
        found = _COMPILED[workflow.digest] = Topology(workflow)
    return found


@dataclass(frozen=True, slots=True)
class _Edge:
    """What ``trigger`` does in each of ``sources``: it leads to ``target`` (none: it stays) where ``bound`` holds."""

    trigger: str
    sources: tuple[str, ...]
    target: str | None
    bound: Callable[[EventData], bool]


def _transitions(workflow: Workflow) -> Iterator[_Edge]:
    back = workflow.operations.get("return")
    returners = unfinished(workflow, back.sources) if back and "straight" in back.walk else ()
    for event in workflow.events.values():
        here = unfinished(workflow, event.sources)
        if event.target == SAME:
            yield _Edge(event.name, here, None, _unbound)
            continue
        yield _Edge(event.name, here, event.target, _unbound)
        held = workflow.compounds[event.history].states if event.history else ()
        for bound in dict.fromkeys((*returners, *held)):
            yield _Edge(event.name, here, bound, partial(_bound_for, bound))
    yield from _returns(workflow, back)
    yield from _terminations(workflow, workflow.operations.get("terminate"))


def _returns(workflow: Workflow, back: Operation | None) -> Iterator[_Edge]:
    for target in back.targets if back else ():
        here = unfinished(workflow, back.sources) if back else ()
        yield _Edge("return", tuple(name for name in here if name != target), target, partial(_bound_for, target))


def _terminations(workflow: Workflow, end: Operation | None) -> Iterator[_Edge]:
    if end is not None:
        yield _Edge("terminate", sources(workflow, end), end.targets[0], _unbound)


def _nested(workflow: Workflow, within: str) -> list[str | dict[str, Any]]:
    """The states directly in the compound ``within`` (none: in no compound), compounds with what they hold."""
    inside = [one for one in workflow.compounds.values() if one.within == within]
    held = {name for one in inside for name in one.states}
    here = workflow.compounds[within].states if within else tuple(workflow.states)
    plain: list[str | dict[str, Any]] = [name for name in here if name not in held]
    return [*plain, *({"name": one.name, "children": _nested(workflow, one.name)} for one in inside)]


def _places(workflow: Workflow) -> dict[str, str]:
    """Every state and compound by the name that the machine has for it."""
    places: dict[str, str] = {}
    for name, compound in workflow.compounds.items():  # the outer ones come first
        around = places.get(compound.within)
        places[name] = f"{around}{_SEPARATOR}{name}" if around else name
    inner = {name: compound.name for compound in workflow.compounds.values() for name in compound.states}
    for name in workflow.states:
        places[name] = f"{places[inner[name]]}{_SEPARATOR}{name}" if name in inner else name
    return places


def sources(workflow: Workflow, operation: Operation) -> tuple[str, ...]:
    """The states an operation is allowed in: those written, or every unfinished one."""
    return unfinished(workflow, operation.sources or tuple(workflow.states))


def unfinished(workflow: Workflow, states: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``states`` that are not final: nothing leads out of a final one. START counts as unfinished."""
    return tuple(name for name in states if name == START or workflow.states[name].kind != "final")
