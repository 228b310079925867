"""Which features an act looks at, and which it settles whatever they were: so one answer serves many positions."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from zhuli_flow.definitions.model.expressions import Ask, Name, walk
from zhuli_flow.definitions.model.law import Always
from zhuli_flow.definitions.model.region import Region, of_state
from zhuli_flow.definitions.model.workflow import SAME, ChangeClock, DeadlineRule, Event, SetField, Workflow
from zhuli_flow.modelcheck.asked import asked_by, asked_of_laws, written
from zhuli_flow.modelcheck.conditions import Feature


class Touch(NamedTuple):
    """``seen``: places of the features on which it depends what comes of an act; ``settled``: those that are the same
    after it however they stood before. All others stay as they are.
    """

    seen: tuple[int, ...]
    settled: frozenset[Feature]


def of_event(workflow: Workflow, event: Event, state: str, features: tuple[Feature, ...], *, all_: bool) -> Touch:
    """What ``event`` touches in ``state``.

    With ``all_`` it may give something another content, so that what rests on that goes stale: then it looks at all
    that was ever done or given.
    """
    after = _after(workflow, event, state)
    settled = frozenset(one for one in features if _settled(workflow, event, state, after, one))
    asked = _Asked(workflow, event, moves=event.target != SAME or bool(event.history or event.begins or event.ends))
    seen = [at for at, one in enumerate(features) if asked.looks_at(one, settled=one in settled, all_=all_)]
    return Touch(tuple(seen), settled)


def of_return(workflow: Workflow, target: str, features: tuple[Feature, ...]) -> Touch:
    """What a return to ``target`` touches: of the regions it only ends those that do not run beside it."""
    ended = frozenset(
        one for one in features if one.kind == "beside" and _left(workflow, workflow.regions[one.name], target)
    )
    return Touch(tuple(at for at, one in enumerate(features) if one.kind != "beside"), ended)


def _after(workflow: Workflow, event: Event, state: str) -> frozenset[str]:
    """The states of the main line in which the case may stand after ``event``."""
    if event.history:
        return frozenset(workflow.compounds[event.history].states)
    stays = event.target == SAME or of_state(workflow.regions, event.target) is not None
    return frozenset((state if stays else event.target,))


def _settled(workflow: Workflow, event: Event, state: str, after: frozenset[str], one: Feature) -> bool:
    if event.history:
        return False
    (target,) = after
    match one.kind:
        case "walked":
            return one.name == target != state
        case "over":
            rule = workflow.deadlines[one.name]
            return target != state and after.isdisjoint(_beside(workflow, rule.states | rule.suspended_in))
        case "beside":
            return target != state and _left(workflow, workflow.regions[one.name], target)
    return False


def _left(workflow: Workflow, region: Region, target: str) -> bool:
    return target not in region.beside and (not region.resumes or workflow.states[target].kind == "final")


def _beside(workflow: Workflow, places: AbstractSet[str]) -> Iterator[str]:
    """The states of the main line among ``places``, and those beside which their regions go on or wait."""
    for place in places:
        region = of_state(workflow.regions, place)
        yield from (place,) if region is None else workflow.states if region.resumes else region.beside


class _Asked:
    """What one event looks at and changes."""

    def __init__(self, workflow: Workflow, event: Event, *, moves: bool) -> None:
        self.event, self.moves = event, moves
        self.reads, self.writes = asked_by(workflow, event) | asked_of_laws(workflow), written(event)
        rules = [rule for rule in workflow.deadlines.values() if moves or _moved(rule, event, self.writes)]
        self.clocks = {rule.name for rule in rules}
        self.follows = {rule.name for rule in workflow.deadlines.values() if rule.then == event.name}
        self.hung = {name for rule in rules for name in _hangs_on(rule)}
        self.regions = frozenset(_regions(workflow, event))

    def looks_at(self, one: Feature, *, settled: bool, all_: bool) -> bool:
        match one.kind:
            case "stale" | "straight" | "kind":
                return True
            case "beside":
                return one.name in self.regions
            case "walked":
                return bool(self.event.history)
            case "over":
                return (
                    one in self.reads or one.name in self.follows or (not settled and (all_ or one.name in self.clocks))
                )
            case "value" | "shown":
                return all_ or one in self.reads or one.name in self.writes | self.hung
        return all_ or one in self.reads or self.event.name in {one.name, one.more}


def _regions(workflow: Workflow, event: Event) -> Iterator[str]:
    """The regions that an event is done in, moves, begins, ends, or asks about."""
    yield from (*event.begins, *event.ends)
    trees = [guard.condition for guard in event.guards]
    trees += [law.condition for law in workflow.laws if isinstance(law, Always)]
    trees += [signer.when for signer in (event.sign.signers if event.sign else ()) if signer.when is not None]
    choices = (choice for one in event.effects if isinstance(one, SetField) for choice in one.choices)
    trees += [choice.when for choice in choices if choice.when is not None]
    places = {*event.sources, event.target}
    places |= {node.name for tree in trees for node in walk(tree) if isinstance(node, Ask) and node.kind == "within"}
    for region in workflow.regions.values():
        if region.name in places or not places.isdisjoint(region.states):
            yield region.name


def _moved(rule: DeadlineRule, event: Event, writes: AbstractSet[str]) -> bool:
    changed = any(isinstance(one, ChangeClock) and one.deadline == rule.name for one in event.effects)
    return changed or event.name in rule.met_by | rule.renewing or not writes.isdisjoint(_hangs_on(rule))


def _hangs_on(rule: DeadlineRule) -> frozenset[str]:
    trees = (*rule.until, *([rule.start] if rule.start is not None else []))
    return frozenset(node.text for tree in trees for node in walk(tree) if isinstance(node, Name))
