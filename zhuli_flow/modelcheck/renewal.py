"""Periods of validity that a renewal cuts short or counts twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhuli_flow.definitions.checking.hints import deadline_path
from zhuli_flow.definitions.model.expressions import Ask, Literal, Name, Parameter, Sum, Term, walk
from zhuli_flow.definitions.model.workflow import SAME, ChangeClock, DeadlineRule, Event, SetField, Workflow
from zhuli_flow.modelcheck.explore import Edge
from zhuli_flow.modelcheck.passes import Pass
from zhuli_flow.modelcheck.search import Follow, Path, shortest
from zhuli_flow.modelcheck.story import Finding
from zhuli_flow.modelcheck.trace import confirmed


def renewals(workflow: Workflow, passes: Sequence[Pass]) -> Iterator[Finding]:
    """Each renewal that drops what is left of the running period, or adds a period twice, with the way there."""
    for rule in workflow.deadlines.values():
        ends = {one.term.text for one in rule.until if isinstance(one.term, Name)}
        if _is_validity(workflow, rule):
            for name in sorted(ends & workflow.fields.keys()):
                yield from _dropped(workflow, passes, rule, name)
                yield from _doubled(workflow, passes, rule, name)


def _is_validity(workflow: Workflow, rule: DeadlineRule) -> bool:
    """Whether a deadline is what a case is in force by: once it is over, the case may go out of force."""
    in_force = {name for name, state in workflow.states.items() if state.kind == "in_force"}
    if not rule.states & in_force:
        return False
    ending = (one for one in workflow.events.values() if one.target in workflow.states and one.target not in in_force)
    return any(one.name in {rule.then, rule.confirm} or _asks_over(one, rule) for one in ending)


def _dropped(workflow: Workflow, passes: Sequence[Pass], rule: DeadlineRule, name: str) -> Iterator[Finding]:
    """A renewal while the period runs, that counts from the day it is done."""
    inside = rule.states | rule.suspended_in
    for event in workflow.events.values():
        if not inside.issuperset(event.sources) or event.target not in inside | {SAME} or _asks_over(event, rule):
            continue
        bases = [_bases(term) for term in _terms(event, name)]
        if not any("today" in one and name not in one for one in bases):
            continue
        way = _really(workflow, passes, lambda memory, edge, event=event: _once(memory, edge, event.name))  # type: ignore[misc]
        if way is not None:
            title = workflow.fields[name].title
            words = f"“{event.title}”从办理之日起重新计算“{title}”，原“{rule.title}”余下的日子丢失"
            fix = f"从原末日起接着计算（{name} + 期间），或以届满（overdue）为条件"
            yield Finding("period_dropped", ("events", event.name), words, fix, way)


def _once(memory: int, edge: Edge, event: str) -> int | None:
    return None if memory else int(edge.outcome.act.name == event)


def _doubled(workflow: Workflow, passes: Sequence[Pass], rule: DeadlineRule, name: str) -> Iterator[Finding]:
    """One renewal that adds two periods: by one act, or by two before the first of them could be done again."""
    adding = {event.name: _added(event, name, rule) for event in workflow.events.values()}
    adding = {event: periods for event, periods in adding.items() if periods}
    numbers = {event: number for number, event in enumerate(adding, 2)}

    def follow(memory: int, edge: Edge) -> int | None:
        event = edge.outcome.act.name
        if event in adding and (adding[event] > 1 or memory not in {0, numbers[event]}):
            return 1
        memory = numbers.get(event, memory)
        begun = next((one for one, number in numbers.items() if number == memory), None)
        return 0 if begun and edge.outcome.state in workflow.events[begun].sources else memory

    way = _really(workflow, passes, follow) if adding else None
    if way is not None:
        words = f"一次续期把“{workflow.fields[name].title}”加了两次期间：“{rule.title}”重复计算"
        path = deadline_path(workflow, rule)
        yield Finding("period_doubled", path, words, "只在其中一个操作中加上期间", way)


def _really(workflow: Workflow, passes: Sequence[Pass], follow: Follow) -> Path | None:
    """A way to where memory is 1, that every pass knows and the definition as written allows."""
    ways = [shortest(each.graph, follow, lambda _, memory: memory == 1) for each in passes]
    if not all(ways):
        return None
    world = passes[0].explorer.world
    return next((one for one in ways if one and confirmed(workflow, world, one) is not None), None)


def _added(event: Event, name: str, rule: DeadlineRule) -> int:
    """How many periods an event adds to the last day, at the most."""
    most = max((_periods(term) for term in _terms(event, name) if name in _bases(term)), default=0)
    clocks = (one for one in event.effects if isinstance(one, ChangeClock) and one.deadline == rule.name)
    return most + sum(one.change == "extend" for one in clocks)


def _terms(event: Event, name: str) -> Iterator[Term]:
    for effect in event.effects:
        if isinstance(effect, SetField) and effect.name == name:
            yield from (choice.term for choice in effect.choices)


def _bases(term: Term) -> set[str]:
    return {node.text for node in walk(term) if isinstance(node, Name)}


def _periods(term: Term) -> int:
    """How many periods of more than days a sum adds: one day more or less is the usual way to count to a last day."""
    match term:
        case Sum("+", left, right):
            return _periods(left) + _periods(right)
        case Sum("-", left, _):
            return _periods(left)
        case Parameter():
            return 1
        case Literal(value):
            return int(getattr(value, "unit", "d") != "d")
    return 0


def _asks_over(event: Event, rule: DeadlineRule) -> bool:
    nodes = (node for guard in event.guards for node in walk(guard.condition))
    return any(isinstance(node, Ask) and node.kind == "overdue" and node.name == rule.name for node in nodes)
