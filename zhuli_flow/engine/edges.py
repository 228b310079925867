"""What a definition draws: each trigger with the states it leads out of and the one it leads to; what a token carries.

Nothing is drawn from a final state, whatever the definition asks for. Conditions are our own callables, never names
from a definition (a dotted name would be imported and called).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from zhuli_flow.definitions.model.region import of_state
from zhuli_flow.definitions.model.workflow import SAME, Event, Operation, Workflow

if TYPE_CHECKING:
    from transitions import EventData

Regions = tuple[tuple[str, str], ...]
"""The regions begun and not ended, each with its state, in the order of their names."""


class Token:
    """What travels through the machine: the state, whether the engine permits the step, and where it is bound for.

    ``state`` is a list while regions run beside the main line; ``stood`` is where it stood before, ``moved`` whether
    anything took it on.
    """

    __slots__ = ("bound_for", "moved", "permitted", "state", "stood")

    def __init__(
        self, state: str | list[str], permitted: bool, bound_for: str | None, stood: frozenset[str] = frozenset()
    ) -> None:
        self.state, self.permitted, self.bound_for, self.stood, self.moved = state, permitted, bound_for, stood, False


@dataclass(frozen=True, slots=True)
class Edge:
    """What ``trigger`` does in each of ``sources``: it leads to ``target`` (none: it stays) where ``bound`` holds.

    ``event`` is what the definition says of it; none for an operation.
    """

    trigger: str
    sources: tuple[str, ...]
    target: str | None
    bound: Callable[[EventData], bool]
    event: Event | None = None


def _token(data: EventData) -> Token:
    return cast(Token, data.model)


def permitted(data: EventData) -> bool:
    """Whether the engine permits the step."""
    return _token(data).permitted


def stands(places: frozenset[str], data: EventData) -> bool:
    """Whether the token stood in one of ``places`` before the trigger."""
    return not places.isdisjoint(_token(data).stood)


def moved(data: EventData) -> None:
    """Note that a transition took the token on."""
    _token(data).moved = True


def _bound_for(target: str, data: EventData) -> bool:
    return _token(data).bound_for == target


def _unbound(data: EventData) -> bool:
    return _token(data).bound_for is None


def edges(workflow: Workflow) -> Iterator[Edge]:
    """Every edge of a definition: its events, 退回 and 终止."""
    back = workflow.operations.get("return")
    returners = unfinished(workflow, back.sources) if back and "straight" in back.walk else ()
    for event in workflow.events.values():
        here = unfinished(workflow, event.sources)
        if event.target == SAME or of_state(workflow.regions, event.target):
            yield Edge(event.name, here, None, _unbound, event)
            continue
        yield Edge(event.name, here, event.target, _unbound, event)
        held = workflow.compounds[event.history].states if event.history else ()
        for bound in dict.fromkeys((*returners, *held)):
            yield Edge(event.name, here, bound, partial(_bound_for, bound), event)
    yield from _returns(workflow, back)
    yield from _terminations(workflow, workflow.operations.get("terminate"))


def _returns(workflow: Workflow, back: Operation | None) -> Iterator[Edge]:
    for target in back.targets if back else ():
        here = unfinished(workflow, back.sources) if back else ()
        yield Edge("return", tuple(name for name in here if name != target), target, partial(_bound_for, target))


def _terminations(workflow: Workflow, end: Operation | None) -> Iterator[Edge]:
    if end is not None:
        yield Edge("terminate", sources(workflow, end), end.targets[0], _unbound)


def sources(workflow: Workflow, operation: Operation) -> tuple[str, ...]:
    """The states an operation is allowed in: those written, or every unfinished one."""
    return unfinished(workflow, operation.sources or tuple(workflow.states))


def leaves(workflow: Workflow, operation: Operation, state: str) -> bool:
    """Whether ``state`` is one of the ``sources``, without listing these."""
    return state in (operation.sources or workflow.states) and bool(unfinished(workflow, (state,)))


def unfinished(workflow: Workflow, states: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``states`` that are not final: nothing leads out of a final one. START counts as unfinished."""
    return tuple(name for name in states if name not in workflow.states or workflow.states[name].kind != "final")
