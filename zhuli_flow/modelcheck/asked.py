"""What the course of a case depends on, part by part, and what an event may write."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import assert_never

from zhuli_flow.definitions.model.graph import mains
from zhuli_flow.definitions.model.law import (
    Always,
    EveryHas,
    EveryInTime,
    EveryLeadsTo,
    EveryOfOneRound,
    Law,
    NeverBefore,
    NeverBetween,
)
from zhuli_flow.definitions.model.workflow import (
    DeadlineRule,
    Event,
    IssueNotice,
    SetField,
    Workflow,
)
from zhuli_flow.modelcheck.conditions import Feature, is_few, looked_at


def asked_by(workflow: Workflow, event: Event) -> frozenset[Feature]:
    """What decides whether ``event`` can be done, and by whom; but for what it is itself asked with, in every way."""
    found = {limit_of(workflow, event)} if event.at_most is not None else set[Feature]()
    for guard in event.guards:
        found.update(looked_at(workflow, guard.condition))
    for signer in event.sign.signers if event.sign else ():
        found.update(looked_at(workflow, signer.when) if signer.when is not None else ())
    found |= named_by(workflow, event)
    for law in workflow.laws:
        if not isinstance(law, Always | EveryLeadsTo) and law.event == event.name:
            found |= asked_of_law(workflow, law)
    given = {ask.name for ask in event.fill if ask.required}  # what may be left out stays as it stood before
    return frozenset(one for one in found if one.kind not in {"value", "shown"} or one.name not in given)


def limit_of(workflow: Workflow, event: Event) -> Feature:
    """How often an event was done, as far as its limit goes."""
    return Feature("times", event.name, str(workflow.value(event.at_most or 0)))


def named_by(workflow: Workflow, event: Event) -> set[Feature]:
    """The fields that name the people of an event."""
    roles = (*event.by, *(signer.role for signer in (event.sign.signers if event.sign else ())))
    named = (workflow.roles[role].named_in for role in roles if role in workflow.roles)
    return {Feature("value" if is_few(workflow, name) else "shown", name) for name in named if name is not None}


def asked_of_laws(workflow: Workflow) -> set[Feature]:
    """What every act is held to."""
    every = (law for law in workflow.laws if isinstance(law, Always | EveryLeadsTo))
    return {one for law in every for one in asked_of_law(workflow, law)}


def asked_of_law(workflow: Workflow, law: Law) -> set[Feature]:
    """What a law speaks of."""
    match law:
        case NeverBefore(_, _, first):
            return {Feature("done", first)}
        case NeverBetween(_, _, start, end):
            return {Feature("later", start, end)}
        case EveryOfOneRound(_, _, others):
            return {Feature("done", one) for one in others}
        case EveryHas(_, about, name):
            event = workflow.events[about]
            given = name in written(event) or _issues(event, name)
            return set() if given else {Feature("value" if is_few(workflow, name) else "shown", name)}
        case EveryInTime(_, _, deadline):
            return {Feature("over", deadline)}
        case EveryLeadsTo(_, about, goal):
            return {Feature("done", name) for name in (about, goal) if name in workflow.events}
        case Always(_, _, condition):
            return set(looked_at(workflow, condition))
        case _:
            assert_never(law)


def asked_of_deadlines(workflow: Workflow, states: AbstractSet[str], asked: AbstractSet[Feature]) -> set[Feature]:
    """The deadlines that are asked about, or that something follows by itself, and what they hang on."""
    found = set[Feature]()
    for rule in workflow.deadlines.values():
        about = Feature("over", rule.name)
        if (about in asked or rule.then is not None) and _runs(workflow, rule, states):
            found.add(about)
            for tree in (*rule.until, *([rule.start] if rule.start is not None else [])):
                found.update(looked_at(workflow, tree))
    return found


def _issues(event: Event, name: str) -> bool:
    return any(isinstance(one, IssueNotice) and f"{one.notice}.number" == name for one in event.effects)


def _runs(workflow: Workflow, rule: DeadlineRule, states: AbstractSet[str]) -> bool:
    return not states.isdisjoint(mains(rule.states | rule.suspended_in, workflow.regions))


def written(event: Event) -> frozenset[str]:
    """The fields that an event may give another content."""
    filled = {effect.name for effect in event.effects if isinstance(effect, SetField)}
    return frozenset({ask.name for ask in event.fill} | filled)
