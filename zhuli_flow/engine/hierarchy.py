"""The hierarchical machine of ``transitions`` itself, loaded once a step is asked for; the only importer of it.

Its package brings asyncio along; a list of cases asks no step and need not wait for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from transitions import MachineError
from transitions.extensions.nesting import HierarchicalMachine, NestedState

SEPARATOR = "/"
"""Between a compound state and the state in it, as the machine names them: ``in_force/valid``."""


class Place(NestedState):
    """A state as the machine names it: within its compounds, from the outermost on."""

    separator = SEPARATOR


class Hierarchy(HierarchicalMachine):
    """The machine of one definition. It holds no case: ``fire`` moves a token that is thrown away."""

    state_cls = Place

    def __init__(self, initial: str, states: Iterable[Any], edges: Iterable[Mapping[str, object]]) -> None:
        super().__init__(
            model=None,
            states=list(states),
            initial=initial,
            transitions=list(edges),
            auto_transitions=False,
            send_event=True,
        )

    def fire(self, token: object, trigger: str) -> bool:
        """Whether ``trigger`` moved the token, whose ``state`` then says where to; false where nothing is drawn."""
        try:
            return bool(self.trigger_event(token, trigger))
        except MachineError:
            return False
