"""Whose move it is: who a reminder, an urging or a stop has to reach, so that no task waits unseen."""

from __future__ import annotations

from zhuli_flow.definitions.model.workflow import SYSTEM
from zhuli_flow.engine.authority import signoffs
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import handed
from zhuli_flow.engine.authority.signoffs import Seat


def awaited(question: Question) -> tuple[Seat, ...]:
    """Roles and people who may move the case on from here, in the order written, each once.

    Who has signed already is not waited for; whom a task was transferred or delegated to is (a Seat without a role).
    """
    found: dict[Seat, None] = {}
    for event in question.workflow.events.values():
        if question.case.state not in event.sources:
            continue
        if event.sign is not None:
            found.update(dict.fromkeys(signoffs.missing(question.scope(), event)))
        found.update(dict.fromkeys(Seat(role) for role in event.by if role != SYSTEM))
    return (*found, *(Seat("", person) for person in handed_to(question)))


def handed_to(question: Question) -> tuple[str, ...]:
    """The people who hold something of this case by 转办 or 委派, each once."""
    return handed(question.case)
