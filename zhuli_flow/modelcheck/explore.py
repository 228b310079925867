"""Every position that cases can come to, breadth first, each by the shortest sequence of acts; the engine decides all.

Left out, because it leads to no position that is not found anyway: 撤回 (the position before), 转办、委派、交回、催办、
抄送、办理情况回复、加签、减签 (who acts, not what), 退签 (the sign-off begins anew), 挂起 and 恢复 (days, not steps).
Left out and told in docs/modelcheck.md: 更正; a return before what an earlier one made stale has been given again. Time
is one instant; that a deadline passes is an act of its own, in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from zhuli_flow.definitions.model.workflow import SetField
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.modelcheck import touching
from zhuli_flow.modelcheck.abstraction import Model
from zhuli_flow.modelcheck.conditions import Feature
from zhuli_flow.modelcheck.deadlines_seen import DeadlinesSeen
from zhuli_flow.modelcheck.outcomes import Act, Doing, Outcome, its_time
from zhuli_flow.modelcheck.positions import STALE, STRAIGHT, Position, Positions
from zhuli_flow.modelcheck.ways import Done
from zhuli_flow.modelcheck.world import World


class Scope(NamedTuple):
    """How far to go: at ``most`` so many positions, with 退回 or without, with 沿用 or without.

    With ``all_or_nothing`` the exploration is given up as soon as there are more, or after so many ``tries`` to do an
    event (None: any number).
    """

    most: int = 30_000
    returns: bool = True
    upholding: bool = True
    all_or_nothing: bool = False
    tries: int | None = None


WHOLE = Scope()


class Edge(NamedTuple):
    """One act between two positions, by number."""

    source: int
    target: int
    outcome: Outcome


@dataclass
class Graph:
    """Positions by number, in the order found; the first are cases not yet opened. ``into``: how each was found.

    ``refused``: for every event that was tried in vain, where first, and why; ``barred``: where first, and for which
    event, a law had to step in, by its line. ``asked``: how often the engine was; ``whole``: nothing was left out.
    """

    positions: list[Position] = field(default_factory=list)
    out: list[list[Edge]] = field(default_factory=list)
    into: list[Edge | None] = field(default_factory=list)
    refused: dict[str, tuple[int, tuple[Refusal, ...]]] = field(default_factory=dict)
    barred: dict[int, tuple[int, str]] = field(default_factory=dict)
    asked: int = 0
    whole: bool = True

    def path(self, number: int) -> tuple[Edge, ...]:
        """The shortest sequence of acts to a position."""
        found: list[Edge] = []
        step = self.into[number]
        while step is not None:
            found.append(step)
            step = self.into[step.source]
        return tuple(reversed(found))


class Explorer:
    """Explores one model; ``told`` hears how many positions were looked at and how many there are so far."""

    def __init__(
        self, model: Model, world: World, scope: Scope = WHOLE, told: Callable[[int, int], None] | None = None
    ) -> None:
        self.model, self.world, self.scope, self.told = model, world, scope, told
        self.positions, self.doing = Positions(model, returns=scope.returns), Doing(model, world)
        self.doing.ways.followed = frozenset(one.name for each in self._features.values() for one in each)
        self.deadlines_seen = DeadlinesSeen(model.workflow, world)
        self.graph, self.numbers = Graph(), dict[Position, int]()
        self._cases: dict[int, Case] = {}
        self._known: dict[object, tuple[Outcome, ...]] = {}
        self._acts = {state: tuple(self.doing.acts(state)) for state in self.positions.features}
        self._places = {state: dict(zip(one, range(len(one)), strict=True)) for state, one in self._features.items()}
        self._touched: dict[tuple[str, Act], touching.Touch] = {}

    @property
    def _features(self) -> dict[str, tuple[Feature, ...]]:
        return self.positions.features

    def run(self) -> Graph:
        """The graph, whole or up to ``scope.most`` positions."""
        for applicant in self.world.applicants:
            blank = self.world.blank(applicant)
            self._cases[self._number(self.positions.of(blank), None)] = blank
        done = 0
        while done < len(self.graph.positions) and (self.graph.whole or not self.scope.all_or_nothing):
            if self.told is not None:
                self.told(done, len(self.graph.positions))
            self._expand(done)
            done += 1
            if self.scope.tries is not None and self.doing.ways.tries > self.scope.tries:
                self.graph.whole = False
        return self.graph

    def _number(self, position: Position, step: Edge | None) -> int:
        """The number of a position, a new one if need be; -1 where no more are kept."""
        known = self.numbers.get(position)
        if known is not None:
            return known
        graph = self.graph
        if len(graph.positions) >= self.scope.most:
            graph.whole = False
            return -1
        self.numbers[position] = number = len(graph.positions)
        graph.positions.append(position)
        graph.out.append([])
        graph.into.append(step._replace(target=number) if step else None)
        return number

    def _expand(self, number: int) -> None:
        position = self.graph.positions[number]
        for act in self._tried(position):
            for outcome in self._outcomes(number, position, act):
                step = Edge(number, number, outcome)
                target = self._number(self._after(position, outcome), step)
                if target >= 0:
                    self.graph.out[number].append(step._replace(target=target))

    def _tried(self, position: Position) -> Iterator[Act]:
        stands = dict(zip(self._features[position.state], position.stands, strict=True))
        back = self.scope.returns and not (stands[STALE] or stands[STRAIGHT])
        yield from (act for act in self._acts[position.state] if back or act.name != "return")
        for one, how in stands.items():
            if one.kind == "over" and how == "running":
                yield Act("passes", one.name)
        stale = stands[STALE]
        for key in sorted(stale) if self.scope.upholding and isinstance(stale, frozenset) else ():
            yield Act("operation", "uphold", to=key.partition("/")[0])

    def _after(self, position: Position, outcome: Outcome) -> Position:
        """The position after an act: what it did not change is as before."""
        features, places = self._features[outcome.state], self._places[position.state]
        changed, stands = outcome.changed, position.stands
        after = [changed[one] if one in changed else stands[places[one]] for one in features]
        return Position(outcome.state, tuple(after))

    def _outcomes(self, number: int, position: Position, act: Act) -> tuple[Outcome, ...]:
        key = (position.state, act, self._seen_by(position, act))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = tuple(self._ask(number, position, act))
            self.graph.asked += 1
        return known

    def _seen_by(self, position: Position, act: Act) -> tuple[object, ...]:
        """All that decides what comes of the act; while the case is on its way straight back, everything.

        What is withheld may count again by any act.
        """
        places, stands = self._places[position.state], position.stands
        if stands[places[STRAIGHT]] is not None:
            return stands
        seen = tuple([stands[place] for place in self._touch(position.state, act).seen])
        if not stands[places[STALE]]:
            return seen
        return (
            *seen,
            *[place for place, how in enumerate(stands) if isinstance(how, tuple) and len(how) == 2 and how[1] is True],
        )

    def _touch(self, state: str, act: Act) -> touching.Touch:
        found = self._touched.get((state, act))
        if found is None:
            found = self._touched[state, act] = self._touching(state, act)
        return found

    def _touching(self, state: str, act: Act) -> touching.Touch:
        features, workflow = self._features[state], self.model.workflow
        if act.kind == "passes":
            return touching.Touch((features.index(Feature("over", act.name)),), frozenset())
        if act.kind == "event":
            event = workflow.events[act.name]
            fills = any(ask.name in self.model.few for ask in event.fill)
            return touching.of_event(workflow, event, state, features, all_=fills)
        if act.name == "return":
            return touching.of_return(workflow, act.to, features)
        return touching.Touch(tuple(range(len(features))), frozenset())

    def _ask(self, number: int, position: Position, act: Act) -> Iterator[Outcome]:
        case, refused = self._case(number), list[Refusal]()
        if act.kind == "event" and not its_time(self.model, case, self.model.workflow.events[act.name]):
            return
        before = dict(zip(self._features[position.state], position.stands, strict=True))
        seen = set[object]()
        for done, after in self.doing.ways_of(case, act, refused):
            outcome = self._outcome(act, before, done, case, after)
            mark = (outcome.state, tuple(sorted(outcome.changed.items(), key=repr)), outcome.crowded)
            if mark not in seen:
                seen.add(mark)
                yield outcome
        for one in refused:
            if one.code == "law_broken":
                self.graph.barred.setdefault(one.line, (number, act.name))
        if (refused or not seen) and act.kind == "event" and act.name not in self.graph.refused:
            self.graph.refused[act.name] = number, tuple(dict.fromkeys(refused))

    def _outcome(self, act: Act, before: dict[Feature, object], done: Done | None, case: Case, after: Case) -> Outcome:
        position = self.positions.of(after)
        there = dict(zip(self._features[position.state], position.stands, strict=True))
        settled = self._touch(case.state, act).settled
        changed = {one: how for one, how in there.items() if one == STALE or one in settled or before[one] != how}
        self.deadlines_seen.look(case, after)
        gave = self._given(act, done, after)
        parts, crowded = (done.parts, done.crowded) if done else ((), False)
        outdated = frozenset(after.stale) - frozenset(case.stale)
        return Outcome(act, parts, after.state, changed, gave, crowded, outdated, case.applicant.kind)

    def _given(self, act: Act, done: Done | None, after: Case) -> frozenset[str]:
        commands = [part.command for part in (done.parts if done else ())]
        given = {name for one in commands for name in (*one.values, *one.materials)}
        event = self.model.variants[act.variant].events.get(act.name) if act.kind == "event" else None
        filled = {one.name for one in (event.effects if event else ()) if isinstance(one, SetField)}
        return frozenset(given | {name for name in filled if after.fields.get(name) is not None})

    def why_not(self, number: int) -> dict[str, tuple[Refusal, ...]]:
        """What stands against every event drawn from the step of a position, by its name."""
        case, found = self._case(number), dict[str, tuple[Refusal, ...]]()
        for act in self._acts[case.state]:
            refused: list[Refusal] = []
            if act.kind == "event" and not any(True for _ in self.doing.ways_of(case, act, refused)):
                found[act.name] = tuple(dict.fromkeys(refused))
        return found

    def _case(self, number: int) -> Case:
        """A case in a position: its acts done again, as far as that was not done before."""
        way: list[Edge] = []
        at = number
        while at not in self._cases:
            step = self.graph.into[at]
            if step is None:
                raise LookupError(number)
            way.append(step)
            at = step.source
        case = self._cases[at]
        for step in reversed(way):
            case = self._cases[step.target] = self._again(case, step)
        return case

    def _again(self, case: Case, step: Edge) -> Case:
        """What was asked of another case that does not differ in anything that matters may need other people here."""
        try:
            return self.doing.again(case, step.outcome)
        except LookupError:
            wanted, refused = self.graph.positions[step.target], list[Refusal]()
            found = (after for _, after in self.doing.ways_of(case, step.outcome.act, refused))
            for after in found:
                if self.positions.of(after) == wanted:
                    return after
            raise
