"""What comes of an act: asked of the engine once for all positions that do not differ in anything the act touches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from zhuli_flow.clock import start_of_day
from zhuli_flow.definitions.model.graph import mains
from zhuli_flow.definitions.model.workflow import HOLDER, SYSTEM, Event
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.decide import decide
from zhuli_flow.engine.machine import sources, topology
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.deadline import is_over
from zhuli_flow.engine.model.decision import Command, Decision, Refusal
from zhuli_flow.modelcheck.abstraction import Model
from zhuli_flow.modelcheck.conditions import Feature
from zhuli_flow.modelcheck.ways import OPINION, Done, Signed, Ways
from zhuli_flow.modelcheck.world import NOW, World

PASSED = (start_of_day(NOW.date()) - timedelta(days=1)).isoformat(timespec="seconds")
"""When a deadline that is over by decree has ended."""


@dataclass(frozen=True, slots=True)
class Act:
    """What is done: an ``event`` (in a variant of the definition), an ``operation``, or a deadline ``passes``."""

    kind: str
    name: str
    variant: int = 0
    to: str = ""
    walk: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way in which an act went: by whom and how, the step after it, and what it changed of the features.

    ``gave``: the fields and materials that stand after it by its doing; ``crowded``: though there was no room;
    ``outdated``: the acts, of those done before, that count no more since; ``applicant``: its
    kind of unit.
    """

    act: Act
    parts: tuple[Signed, ...]
    state: str
    changed: Mapping[Feature, object]
    gave: frozenset[str]
    crowded: bool
    outdated: frozenset[str] = frozenset()
    applicant: str = ""

    @property
    def by_system(self) -> bool:
        """Whether no person takes part."""
        return self.act.kind == "passes" or all(part.person == SYSTEM for part in self.parts)


class Doing:
    """Does acts on cases of the model, by the engine."""

    def __init__(self, model: Model, world: World) -> None:
        self.model, self.world, self.workflow = model, world, model.workflow
        self.ways = Ways(model, world)

    def ways_of(self, case: Case, act: Act, refused: list[Refusal]) -> Iterator[tuple[Done | None, Case]]:
        """Every way in which the act is accepted, with the case after it."""
        if act.kind == "passes":
            yield None, passed(case, act.name)
            return
        if act.kind == "event":
            flow = self.model.variants[act.variant]
            found = self.ways.of(flow, case, flow.events[act.name], refused)
        else:
            found = self._operation(case, act, refused)
        for done in found:
            yield done, _in_time(case, done.decision.after)

    def again(self, case: Case, outcome: Outcome) -> Case:
        """The case after an act that was found possible before. LookupError when it is refused now: a bug."""
        act = outcome.act
        if act.kind == "passes":
            return passed(case, act.name)
        flow, after = self.model.variants[act.variant], case
        facts = self.world.crowded if outcome.crowded else self.world.facts
        for person, command in outcome.parts:
            answer = decide(Question(flow, after, self.world.actor(person), facts), command)
            if not isinstance(answer, Decision):
                raise LookupError(f"{act}: {[one.because for one in answer]}")  # noqa: TRY004  (not a type: a verdict)
            after = answer.after
        return _in_time(case, after)

    def _operation(self, case: Case, act: Act, refused: list[Refusal]) -> Iterator[Done]:
        values = {"to": act.to, "walk": act.walk} if act.name == "return" else {}
        values = {"what": act.to} if act.name == "uphold" else values
        for person in self._people(case, act):
            command = Command(act.name, dict(values), opinion=OPINION)
            answer = decide(Question(self.workflow, case, self.world.actor(person), self.world.facts), command)
            if isinstance(answer, Decision):
                yield Done((Signed(person, command),), answer)
                return
            refused += answer

    def _people(self, case: Case, act: Act) -> list[str]:
        if act.name == "uphold":
            return [
                one.by for key, one in case.evidence.items() if key.partition("/")[0] == act.to and one.by != SYSTEM
            ]
        roles = self.workflow.operations[act.name].by
        if HOLDER in roles:
            roles = Question(self.workflow, case, SYSTEM_ACTOR, self.world.facts).holders()
        named = [one.person for role in roles for one in self.world.holders.get(role, ())]
        return named or list(self.world.facts.people)

    def acts(self, case_state: str) -> Iterator[Act]:
        """What may be tried in a step, whatever else stands there."""
        for event in self.workflow.events.values():
            places = [one for one in event.sources if case_state in mains([one], self.workflow.regions)]
            if topology(self.workflow).leads(event.name, *places):
                for variant in range(len(self.model.variants) if event.name in self.model.varying else 1):
                    yield Act("event", event.name, variant)
        back, end = (self.workflow.operations.get(name) for name in ("return", "terminate"))
        if back is not None and case_state in sources(self.workflow, back):
            for target in (one for one in back.targets if one != case_state):
                yield from (Act("operation", "return", to=target, walk=walk) for walk in back.walk)
        if end is not None and case_state in sources(self.workflow, end):
            yield Act("operation", "terminate")


def passed(case: Case, name: str) -> Case:
    """The case once the last day of a deadline is over."""
    live = case.deadlines
    gone = live[name].but(closes_at=PASSED, version=live[name].next_version)
    return case.having(body={**case.body, "deadlines": {**live, name: gone}})


def _in_time(before: Case, after: Case) -> Case:
    """``after``, where a deadline that was given another day is not over any more."""
    moved = {
        name: deadline.but(closes_at="")
        for name, deadline in after.deadlines.items()
        if deadline.closes_at == PASSED and (old := before.deadlines.get(name)) and old.version != deadline.version
    }
    if not moved:
        return after
    return after.having(body={**after.body, "deadlines": {**after.deadlines, **moved}})


def its_time(model: Model, case: Case, event: Event) -> bool:
    """The system does what follows a deadline once that is over, and not before."""
    rules = [rule for rule in model.workflow.deadlines.values() if rule.then == event.name]
    if event.by != (SYSTEM,) or not rules or not all(follows(model, rule.name) for rule in rules):
        return True
    live = (case.deadlines.get(rule.name) for rule in rules)
    return any(one is not None and one.state == "running" and is_over(one, NOW) for one in live)


def follows(model: Model, deadline: str) -> bool:
    """Whether the model follows how a deadline stands."""
    return model.kept is None or Feature("over", deadline) in model.kept
