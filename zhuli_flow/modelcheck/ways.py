"""The ways to do an event in the model: with which values, by whom, with room or without; the engine says which go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from math import prod
from typing import NamedTuple

from zhuli_flow.definitions.model.expressions import Ask, Name, walk
from zhuli_flow.definitions.model.workflow import SYSTEM, Event, Workflow
from zhuli_flow.engine.authority import signoffs
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.decide import decide
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.model.case import Attachment, Case, Json
from zhuli_flow.engine.model.decision import Command, Decision, Refusal
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.modelcheck.abstraction import Model
from zhuli_flow.modelcheck.world import World, paper

MOST_WAYS = 48
"""So many combinations of values are tried for one act; more are noted as not explored."""
OPINION = "办理。"


class Signed(NamedTuple):
    """One person's part in an act."""

    person: str
    command: Command


@dataclass(frozen=True, slots=True)
class Done:
    """An act that the engine accepted: who did what, the last decision on it, and whether it needed room."""

    parts: tuple[Signed, ...]
    decision: Decision
    crowded: bool = False


class _Signature(NamedTuple):
    """Who signed, and what the engine said."""

    person: str
    decision: Decision


class Ways:
    """Asks the engine about every way of doing an event; ``tries``: how many ways it has asked about so far."""

    def __init__(self, model: Model, world: World) -> None:
        self.model, self.world = model, world
        self.cut: set[str] = set()
        self.tries = 0
        self.followed: frozenset[str] = frozenset()
        self._looks_at = {name: _looks_at(event) for name, event in model.workflow.events.items()}
        self._asks_room = {name: _asks_room(event) for name, event in model.workflow.events.items()}

    def of(self, workflow: Workflow, case: Case, event: Event, refused: list[Refusal]) -> Iterator[Done]:
        """Every accepted way of doing ``event``; reasons against the others are added to ``refused``."""
        facts = [self.world.facts, self.world.crowded] if self._asks_room[event.name] else [self.world.facts]
        for room in facts:
            question = Question(workflow, case, self._first(event), room)
            for group in self._given(workflow, case, event, room):
                for given in group:
                    self.tries += 1
                    answer = self._do(question, event, given)
                    if isinstance(answer, Done):
                        yield answer
                        break
                    refused += answer

    def _first(self, event: Event) -> Actor:
        roles = event.by or tuple(signer.role for signer in (event.sign.signers if event.sign else ()))
        return self.world.holders[roles[0] if roles else SYSTEM][0]

    def _given(self, workflow: Workflow, case: Case, event: Event, facts: Facts) -> Iterator[Iterator[Command]]:
        """The commands to try, in groups: of one group that differs in nothing followed, one accepted is enough."""
        tried = dict(self._tried(workflow, case, event, facts))
        outer = {name: each for name, each in tried.items() if name in self.followed}
        inner = {name: each for name, each in tried.items() if name not in self.followed}
        materials = self._materials(workflow, event, case)
        for values in self._product(event, outer):
            more = self._product(event, inner)
            yield (Command(event.name, {**values, **others}, materials, OPINION) for others in more)

    def _product(self, event: Event, tried: Mapping[str, tuple[Json, ...]]) -> Iterator[Values]:
        if prod(map(len, tried.values())) > MOST_WAYS:
            self.cut.add(event.name)
        for values in islice(product(*tried.values()), MOST_WAYS):
            yield {name: value for name, value in zip(tried, values, strict=True) if value is not None}

    def _tried(
        self, workflow: Workflow, case: Case, event: Event, facts: Facts
    ) -> Iterator[tuple[str, tuple[Json, ...]]]:
        """The values to try for each field that is asked of this case; None: it is left out."""
        scope = CaseScope(workflow, case, facts)
        for ask in event.fill:
            asks = scope.asks(workflow.fields[ask.name])
            if asks is not False:
                yield ask.name, self._alternatives(event, ask.name, required=ask.required and asks is True)

    def _alternatives(self, event: Event, name: str, *, required: bool) -> tuple[Json, ...]:
        optional = () if required else (None,)
        if name not in self.followed and name not in self._looks_at[event.name]:
            return optional or (self.world.values[name],)
        return (*self.model.few.get(name, (self.world.values[name],)), *optional)

    def _materials(self, workflow: Workflow, event: Event, case: Case) -> dict[str, tuple[Attachment, ...]]:
        wanted = [ask for ask in event.attach if ask.required and (ask.anew or not case.materials.get(ask.name))]
        return {ask.name: (paper(workflow.materials[ask.name].accept),) for ask in wanted}

    def _do(self, question: Question, event: Event, command: Command) -> Done | tuple[Refusal, ...]:
        if event.sign is not None:
            return self._sign(question, event, command)
        against: tuple[Refusal, ...] = ()
        for role in event.by:
            for actor in self.world.holders[role]:
                answer = decide(Question(question.workflow, question.case, actor, question.facts), command)
                if isinstance(answer, Decision):
                    return Done((Signed(actor.person, command),), answer, _crowded(self.world, question))
                against = answer if not against or len(answer) < len(against) else against
        return against

    def _sign(self, question: Question, event: Event, command: Command) -> Done | tuple[Refusal, ...]:
        """Everybody signs, one after the other: who is before whom makes no difference to what comes of it."""
        parts: list[Signed] = []
        while True:
            answer = self._next_signature(question, event, command)
            if not isinstance(answer, _Signature):
                return answer
            decision = answer.decision
            parts.append(Signed(answer.person, command))
            if decision.kind == "move":
                return Done(tuple(parts), decision, _crowded(self.world, question))
            question = Question(question.workflow, decision.after, question.actor, question.facts)
            command = Command(event.name, opinion=OPINION)

    def _next_signature(self, question: Question, event: Event, command: Command) -> _Signature | tuple[Refusal, ...]:
        against: tuple[Refusal, ...] = ()
        for seat in self._seats(question, event):
            for actor in self.world.holders[seat.role]:
                if seat.person and seat.person not in {actor.person, actor.organisation.id}:
                    continue
                answer = decide(Question(question.workflow, question.case, actor, question.facts), command)
                if isinstance(answer, Decision):
                    return _Signature(actor.person, answer)
                against = answer if not against or len(answer) < len(against) else against
        return against

    def _seats(self, question: Question, event: Event) -> list[signoffs.Seat]:
        later = frozenset(ask.name for ask in event.fill)
        wanted = signoffs.seats_at(question.scope(), event, later) if event.sign else []
        given = {one.seat for one in signoffs.signatures(question.case, event.name)}
        return [seat for seat in wanted if seat.key not in given]


def _looks_at(event: Event) -> frozenset[str]:
    """The fields on which it depends whether the event can be done, and who signs."""
    trees: list[object] = [guard.condition for guard in event.guards]
    trees += [one.when for one in (event.sign.signers if event.sign else ()) if one.when is not None]
    nodes = [node for tree in trees for node in walk(tree)]
    asks = {node.name for node in nodes if isinstance(node, Ask)}
    return frozenset({node.text for node in nodes if isinstance(node, Name)} | asks)


def _crowded(world: World, question: Question) -> bool:
    return question.facts is world.crowded


def _asks_room(event: Event) -> bool:
    asks = (node for guard in event.guards for node in walk(guard.condition) if isinstance(node, Ask))
    return any(node.kind == "room" for node in asks)
