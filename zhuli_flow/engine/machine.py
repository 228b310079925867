"""A definition as one ``transitions`` Machine: which step follows which. The only importer of ``transitions``.

The machine holds no case: a slotted token carries the state through one trigger and is thrown away. Conditions are our
own callables, never names from a definition (a dotted name would be imported and called), automatic ``to_x`` triggers
are off, and no edge is drawn from a final state, whatever the definition asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, cast

from transitions import EventData, Machine, MachineError

from zhuli_flow.definitions.model.workflow import SAME, START, Operation, Workflow


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
        edges = list(_transitions(workflow))
        self._drawn = {(edge["trigger"], edge["source"]) for edge in edges}
        self._steps: dict[tuple[str, str, bool, str | None], str | None] = {}
        self._machine = Machine(
            model=None,
            states=[START, *workflow.states],
            initial=START,
            transitions=edges,
            auto_transitions=False,
            send_event=True,
        )

    def leads(self, trigger: str, state: str) -> bool:
        """Whether ``trigger`` is drawn from ``state`` at all."""
        return (trigger, state) in self._drawn

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
        token = Token(state, permitted, bound_for)
        try:
            moved = self._machine.events[trigger].trigger(token)
        except MachineError:
            return None
        return token.state if moved else None


_COMPILED: dict[str, Topology] = {}


def topology(workflow: Workflow) -> Topology:
    """The compiled machine of ``workflow``; one per definition digest for the life of the process."""
    found = _COMPILED.get(workflow.digest)
    if found is None:
        found = _COMPILED[workflow.digest] = Topology(workflow)
    return found


def _transitions(workflow: Workflow) -> Iterator[dict[str, Any]]:
    back = workflow.operations.get("return")
    returners = unfinished(workflow, back.sources) if back and "straight" in back.walk else ()
    for event in workflow.events.values():
        for source in unfinished(workflow, event.sources):
            target = source if event.target == SAME else event.target
            yield _edge(event.name, source, target, _unbound)
            for returner in returners if event.target != SAME else ():
                yield _edge(event.name, source, returner, partial(_bound_for, returner))
    yield from _returns(workflow, back)
    yield from _terminations(workflow, workflow.operations.get("terminate"))


def _returns(workflow: Workflow, back: Operation | None) -> Iterator[dict[str, Any]]:
    for source in unfinished(workflow, back.sources) if back else ():
        for target in back.targets if back else ():
            if target != source:
                yield _edge("return", source, target, partial(_bound_for, target))


def _terminations(workflow: Workflow, end: Operation | None) -> Iterator[dict[str, Any]]:
    for source in sources(workflow, end) if end else ():
        yield _edge("terminate", source, end.targets[0] if end else source, _unbound)


def sources(workflow: Workflow, operation: Operation) -> tuple[str, ...]:
    """The states an operation is allowed in: those written, or every unfinished one."""
    return unfinished(workflow, operation.sources or tuple(workflow.states))


def unfinished(workflow: Workflow, states: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``states`` that are not final: nothing leads out of a final one. START counts as unfinished."""
    return tuple(name for name in states if name == START or workflow.states[name].kind != "final")


def _edge(trigger: str, source: str, target: str, bound: Any) -> dict[str, Any]:
    return {"trigger": trigger, "source": source, "dest": target, "conditions": [_permitted, bound]}
