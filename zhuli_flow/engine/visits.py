"""Arriving in a state: what begins with a visit and what ends with the one before."""

from __future__ import annotations

from zhuli_flow.definitions.model.compound import Compound
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case, Json, Visit


def enter(question: Question, case: Case, event: str, target: str) -> Case:
    """A visit to ``target`` begins: open sign-offs, 转办 and 委派 of the state left behind end with it."""
    path = case.body.get("path", {})
    case = changes.put(case, "marks", "straight_to", None)
    case = changes.clear(case, "signoffs", "assignments")
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
