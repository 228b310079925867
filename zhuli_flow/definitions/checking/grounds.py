"""Acts that themselves change what another act was done for, and need that act: what they give takes away their ground.

Such an act is refused, or voids what it needs, as soon as it gives what somebody has seen before in another wording:
seldom meant where nothing says what the other act rests on (``rests_on``). Asked of every way that steps may be walked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from zhuli_flow.definitions.model.expressions import Aggregate, Ask, Condition, Junction, Name, Not, walk
from zhuli_flow.definitions.model.graph import edges, mains, reachable
from zhuli_flow.definitions.model.law import EveryOfOneRound, NeverBefore
from zhuli_flow.definitions.model.workflow import (
    SAME,
    START,
    SYSTEM,
    AdvanceCase,
    Event,
    IssueNotice,
    OpenCase,
    SetField,
    Workflow,
)

_OUTWARD = (IssueNotice, OpenCase, AdvanceCase)


class Undermined(NamedTuple):
    """``event`` needs ``ground`` and gives ``names``, which whoever did ``ground`` may have had before the eyes."""

    event: Event
    ground: Event
    names: tuple[str, ...]


def undermined(workflow: Workflow) -> Iterator[Undermined]:
    """Every act that changes what its own ground rests on, where nothing says what that is."""
    look = _Look(workflow)
    for event in workflow.events.values():
        for name in _needed(workflow, event):
            ground = workflow.events[name]
            if ground is event or not look.may_go_stale(ground, event) or not look.follows(event, ground):
                continue
            names = [name for name in _asked(event) if look.seen(name, ground, event)]
            if names:
                yield Undermined(event, ground, tuple(names))


def _asked(event: Event) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ask.name for ask in (*event.fill, *event.attach)))


def _needed(workflow: Workflow, event: Event) -> dict[str, None]:
    """The events that an act needs: by its conditions, by laws, and for the values that its conditions look at."""
    found = dict[str, None]()
    for guard in (one for one in event.guards if not one.warn):
        found |= dict.fromkeys(_fired(guard.condition, wanted=True))
        for name in set(_named(guard.condition)).difference(_asked(event)):
            givers = (one.name for one in workflow.events.values() if name == one.sheet or name in _asked(one))
            found |= dict.fromkeys(givers)
    for law in workflow.laws:
        if isinstance(law, NeverBefore) and law.event == event.name:
            found[law.first] = None
        elif isinstance(law, EveryOfOneRound) and law.event == event.name:
            found |= dict.fromkeys(law.others)
    return {name: None for name in found if name in workflow.events}


def _fired(condition: Condition, *, wanted: bool) -> Iterator[str]:
    """The events that a condition wants done."""
    if isinstance(condition, Not):
        yield from _fired(condition.part, wanted=not wanted)
    elif isinstance(condition, Junction):
        for part in condition.parts:
            yield from _fired(part, wanted=wanted)
    elif isinstance(condition, Ask) and condition.kind == "fired" and wanted:
        yield condition.name


def _named(condition: Condition) -> Iterator[str]:
    for node in walk(condition):
        if isinstance(node, Name):
            yield node.text
        elif isinstance(node, Aggregate):
            yield node.source


class _Look:
    """One workflow as a graph of its steps."""

    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow
        self._graph = edges(workflow.events, workflow.compounds, workflow.regions)

    def may_go_stale(self, ground: Event, event: Event) -> bool:
        """Whether ``event`` can make ``ground`` stale at all, and nothing says what ``ground`` rests on."""
        if ground.rests_on or ground.name in event.keeps or ground.by == (SYSTEM,):
            return False
        decided = self._kinds(event) == {"in_force"} and "in_force" not in self._kinds(ground)
        return not decided and not any(isinstance(effect, _OUTWARD) for effect in ground.effects)

    def follows(self, event: Event, ground: Event) -> bool:
        """Whether ``event`` can come after ``ground``."""
        return not reachable(self._after(ground), self._graph).isdisjoint(self._places(event))

    def seen(self, name: str, ground: Event, event: Event) -> bool:
        """Whether something else can have given ``name`` before ``ground``, in its step or one come to earlier."""
        own = name in _asked(ground)
        if own and ground.sign is None and self._hands(ground) & self._hands(event):
            return False
        return any(
            one is not ground
            and not (one is event and event.at_most == 1)
            and name in self._given(one)
            and self.follows(ground, one)
            and self._earlier(one, ground)
            for one in self._workflow.events.values()
        )

    def _earlier(self, one: Event, ground: Event) -> bool:
        for place in self._places(ground):
            before = reachable([START], {state: to - {place} for state, to in self._graph.items()})
            for source in self._places(one):
                if source == place or (source in before and place in reachable([source], self._graph)):
                    return True
        return False

    def _places(self, event: Event) -> frozenset[str]:
        return frozenset(mains(event.sources, self._workflow.regions))

    def _after(self, event: Event) -> frozenset[str]:
        if event.history:
            return frozenset(self._workflow.compounds[event.history].states)
        stays = event.target == SAME or event.target not in self._workflow.states
        return self._places(event) if stays else frozenset({event.target})

    def _kinds(self, event: Event) -> set[str]:
        states = self._workflow.states
        return {states[place].kind for place in self._places(event) if place in states}

    @staticmethod
    def _given(event: Event) -> set[str]:
        return {*_asked(event), *(one.name for one in event.effects if isinstance(one, SetField))}

    @staticmethod
    def _hands(event: Event) -> set[str]:
        return {one.role for one in event.sign.signers} if event.sign else set(event.by)
