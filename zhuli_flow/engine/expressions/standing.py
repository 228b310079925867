"""Which evidence of a case counts now: what is stale (须重办) is neither ``fired`` nor ``present`` nor counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zhuli_flow.definitions.model.law import NeverBefore
from zhuli_flow.definitions.model.workflow import SYSTEM, AdvanceCase, Event, IssueNotice, OpenCase, Workflow
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.evidence import Evidence, Stale

_OUTWARD = (IssueNotice, OpenCase, AdvanceCase)


def outdated(workflow: Workflow, case: Case) -> Mapping[str, Stale]:
    """What does not count now, by event or ``sheet/author``: what is stale, and what by law comes after such."""
    if not case.stale:
        return case.stale
    found, more = dict(case.stale), True
    while more:
        new = dict(_resting(workflow, case, found))
        found, more = {**found, **new}, bool(new)
    return found


def _resting(workflow: Workflow, case: Case, found: Mapping[str, Stale]) -> Iterator[tuple[str, Stale]]:
    for law in workflow.laws:
        if isinstance(law, NeverBefore) and law.first in found and law.event not in found:
            held = case.evidence.get(law.event)
            if held is not None and can_go_stale(workflow, case, law.event, held):
                yield law.event, found[law.first]


def withheld(workflow: Workflow, case: Case) -> Mapping[str, str]:
    """The fields and materials that do not count now, each with the evidence that gave it."""
    stale = outdated(workflow, case)
    if not stale:
        return {}
    givers: dict[str, str] = {}
    for key, held in sorted(case.evidence.items(), key=lambda one: one[1].act):
        givers.update(dict.fromkeys(held.gave, key))
    return {name: key for name, key in givers.items() if key in stale}


def event_of(workflow: Workflow, key: str) -> Event | None:
    """The event whose evidence is kept under ``key``; None for one of another version."""
    sheet, _, author = key.partition("/")
    if not author:
        return workflow.events.get(key)
    return next((event for event in workflow.events.values() if event.sheet == sheet), None)


def can_go_stale(workflow: Workflow, case: Case, key: str, held: Evidence) -> bool:
    """Whether a change of content matters to it still.

    What went out of the house and what the system did stands as done; so does what a decision in force rests on.
    """
    event = event_of(workflow, key)
    if event is None or event.by == (SYSTEM,) or any(isinstance(effect, _OUTWARD) for effect in event.effects):
        return False
    return held.visit >= _in_force_since(workflow, case)


def _in_force_since(workflow: Workflow, case: Case) -> int:
    """The number of the visit by which the case came into force; 0 when it is not in force."""
    first, visits = 0, case.path
    for number in range(len(visits), 0, -1):
        state = workflow.states.get(visits[number - 1].state)
        if state is None or state.kind != "in_force":
            break
        first = number
    return first
