"""A definition as one hierarchical machine: which step follows which (``engine.hierarchy``).

Compound states are states of the machine with states inside: what may be done in any of them is drawn once, out of the
compound, and what leads back into one goes to the state that the token is bound for.

The machine holds no case: a slotted token carries the state through one trigger and is thrown away. Conditions are our
own callables, never names from a definition (a dotted name would be imported and called), automatic ``to_x`` triggers
are off, and no edge is drawn from a final state, whatever the definition asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.engine.edges import Edge, Regions, Token, edges, permitted, sources, unfinished

if TYPE_CHECKING:
    from zhuli_flow.engine.hierarchy import Hierarchy
    from zhuli_flow.engine.parallel import Drawn

__all__ = ["Topology", "sources", "topology", "unfinished"]

_SEPARATOR = "/"
_NONE: Regions = ()


class Topology:
    """The compiled machine of one definition version."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self._places = {START: START, **_places(workflow)}
        self._edges = tuple(edges(workflow))
        self._drawn = {(edge.trigger, source) for edge in self._edges for source in edge.sources}
        self._steps: dict[tuple[str, str, Regions, bool, str | None], tuple[str, Regions] | None] = {}

    @cached_property
    def _machine(self) -> Hierarchy:
        from zhuli_flow.engine.hierarchy import Hierarchy

        states, first = _nested(self.workflow, ""), START
        if not self.workflow.regions:
            return Hierarchy(first, [first, *states], (one for edge in self._edges for one in self._draw(edge)))
        from zhuli_flow.engine import parallel

        drawn = (one for edge in self._edges for one in self._draw_beside(edge))
        return Hierarchy(parallel.CASE, [parallel.states(self.workflow, states)], drawn)

    def _draw(self, edge: Edge) -> Iterator[Drawn]:
        target = self._places[edge.target] if edge.target else None
        for source in self._leaving(edge.sources):
            yield {"trigger": edge.trigger, "source": source, "dest": target, "conditions": [permitted, edge.bound]}

    def _draw_beside(self, edge: Edge) -> Iterator[Drawn]:
        """The same on the main line of a machine with regions, and what the edge does to these."""
        from zhuli_flow.engine import parallel

        target = parallel.main_place(self._places[edge.target]) if edge.target else None
        for source in self._leaving(parallel.main_line(self.workflow, edge)):
            yield parallel.transition(edge, parallel.main_place(source), target)
        yield from parallel.beside(self.workflow, edge)

    def _leaving(self, states: tuple[str, ...]) -> Iterator[str]:
        """Every compound of which all states are left, once for all of them, and each other state, by their places."""
        left = set(states)
        for name, compound in self.workflow.compounds.items():
            if left and left.issuperset(compound.states):
                left -= set(compound.states)
                yield self._places[name]
        yield from (self._places[state] for state in states if state in left)

    def leads(self, trigger: str, *places: str) -> bool:
        """Whether ``trigger`` is drawn from one of ``places`` at all."""
        return any((trigger, place) in self._drawn for place in places)

    def transitions(self, trigger: str) -> list[tuple[str, str | None]]:
        """The transitions drawn for ``trigger``, from and to, as the machine names its states; None: it stays."""
        return [(one.source, one.dest) for one in self._machine.get_transitions(trigger)]

    def step(self, trigger: str, state: str, *, permitted: bool = True, bound_for: str | None = None) -> str | None:
        """The state after ``trigger``; None when not drawn from here, not permitted, or bound for no drawn target."""
        found = self.walk(trigger, state, permitted=permitted, bound_for=bound_for)
        return found[0] if found else None

    def walk(
        self,
        trigger: str,
        state: str,
        begun: Regions = _NONE,
        *,
        permitted: bool = True,
        bound_for: str | None = None,
    ) -> tuple[str, Regions] | None:
        """The state after ``trigger`` and the regions ``begun`` by then and not ended; None as ``step`` says.

        Depends on nothing but its arguments, so that the machine is asked once for each of the few there are.
        """
        asked = (trigger, state, begun, permitted, bound_for)
        if asked not in self._steps:
            self._steps[asked] = self._walk(*asked)
        return self._steps[asked]

    def _walk(
        self, trigger: str, state: str, begun: Regions, permitted: bool, bound_for: str | None
    ) -> tuple[str, Regions] | None:
        if self.workflow.regions:
            from zhuli_flow.engine import parallel

            token = parallel.token(self.workflow, self._places[state], (state, begun), permitted, bound_for)
            if not self.leads(trigger, *token.stood):
                return None
            self._machine.fire(token, trigger)
            return parallel.position(token) if token.moved else None
        if (trigger, state) not in self._drawn:
            return None
        token = Token(self._places[state], permitted, bound_for)
        return (str(token.state).rpartition(_SEPARATOR)[2], _NONE) if self._machine.fire(token, trigger) else None


_COMPILED: dict[str, Topology] = {}


def topology(workflow: Workflow) -> Topology:
    """The compiled machine of ``workflow``; one per definition digest for the life of the process."""
    found = _COMPILED.get(workflow.digest)
    if found is None:
        found = _COMPILED[workflow.digest] = Topology(workflow)
    return found


def _nested(workflow: Workflow, within: str) -> list[str | Drawn]:
    """The states directly in the compound ``within`` (none: in no compound), compounds with what they hold."""
    inside = [one for one in workflow.compounds.values() if one.within == within]
    held = {name for one in inside for name in one.states}
    here = workflow.compounds[within].states if within else tuple(workflow.states)
    plain: list[str | Drawn] = [name for name in here if name not in held]
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
