"""Arriving in a state: what begins with a visit and what ends with the one before."""

from __future__ import annotations

from collections.abc import Mapping

from zhuli_flow.definitions.model.compound import Compound
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.edges import Regions
from zhuli_flow.engine.machine import topology
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case, Json, Visit
from zhuli_flow.engine.position import standing

Walked = tuple[str, Regions]
"""Where an act leads: the state of the main line, and the regions begun by then."""


def walked(question: Question, trigger: str, bound_for: str | None = None) -> Walked | None:
    """Where the machine takes the case by ``trigger``; None where that is not drawn from where it stands."""
    case = question.case
    begun = tuple(sorted(case.regions.items())) if question.workflow.regions else ()
    return topology(question.workflow).walk(trigger, case.state, begun, bound_for=bound_for)


def arrive(question: Question, case: Case, event: str, at: Walked) -> Case:
    """``case`` where the machine has taken it: in the state of the main line, and in each region."""
    state, begun = at
    case = case if state == question.case.state else enter(question, case, event, state)
    return _beside(question, case, event, dict(begun)) if question.workflow.regions else case


def _beside(question: Question, case: Case, event: str, begun: Mapping[str, str]) -> Case:
    """The regions as they are ``begun`` now, each stay a visit of its own; what was signed in one that ended goes."""
    for name in case.regions.keys() - begun.keys():
        case = changes.put(case, "regions", name, None)
    for name, state in begun.items():
        if case.regions.get(name) != state:
            stay = f"{name}/{sum(key.startswith(f'{name}/') for key in case.region_path) + 1:03}"
            case = changes.put(case, "region_path", stay, Visit(state, question.at, event))
            case = changes.put(case, "regions", name, state)
    places = frozenset(standing(question.workflow, case))
    for signed in case.body.get("signoffs", {}):
        if places.isdisjoint(question.workflow.events[signed].sources):
            case = changes.put(case, "signoffs", signed, None)
    return case


def enter(question: Question, case: Case, event: str, target: str) -> Case:
    """A visit to ``target`` begins: open sign-offs, 转办 and 委派 of the state left behind end with it.

    What is being signed in a region that goes on is no matter of that state.
    """
    path = case.body.get("path", {})
    case = changes.put(case, "marks", "straight_to", None)
    if not question.workflow.regions:
        case = changes.clear(case, "signoffs")
    case = changes.clear(case, "assignments")
    for signed in case.body.get("signoffs", {}):
        if all(one in question.workflow.states for one in question.workflow.events[signed].sources):
            case = changes.put(case, "signoffs", signed, None)
    walked = {**path, f"{len(path) + 1:05}": Visit(target, question.at, event)}
    return case.having(body={**case.body, "path": walked}, state=target)


def advanced(question: Question, case: Case, event: str, title: str) -> Case:
    """The case one version on, bearing the mark of who did what last."""
    last: Json = {"by": question.actor.person, "event": event, "title": title, "at": question.at}
    marks = {**case.body.get("marks", {}), "last": last}
    return case.having(body={**case.body, "marks": marks}, version=case.version + 1)


def last_in(case: Case, compound: Compound) -> str | None:
    """The state of ``compound`` that the case was in last, other than its present one; None when in none yet."""
    gone = (visit.state for visit in reversed(case.path))
    return next((state for state in gone if state in compound.states and state != case.state), None)
