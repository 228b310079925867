"""Whose move it is: who a reminder, an urging or a stop has to reach, so that no task waits unseen; where nobody is."""

from __future__ import annotations

from collections.abc import Iterable

from zhuli_flow.definitions.model.workflow import SAME, SYSTEM, Event, Workflow
from zhuli_flow.engine.authority import signoffs
from zhuli_flow.engine.authority.duties import filled, known
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import handed
from zhuli_flow.engine.authority.signoffs import Seat
from zhuli_flow.engine.position import here, standing


def awaited(question: Question) -> tuple[Seat, ...]:
    """Roles and people who may move the case on from here, in the order written, each once; those there are.

    Who has signed already is not waited for; whom a task was transferred or delegated to is (a Seat without a role).
    """
    found: list[Seat] = []
    for event in here(question.workflow, standing(question.workflow, question.case)):
        if event.sign is not None:
            found += signoffs.missing(question.scope(), event)
        found += (Seat(role) for role in event.by if role != SYSTEM)
    return (*hearing(question, found), *(Seat("", person) for person in handed_to(question)))


def hearing(question: Question, seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """Those of ``seats`` at which somebody hears on this case, each once; a named unit hears as its role."""
    workflow, case, held = question.workflow, question.case, question.facts.held
    named = (seat for seat in seats if seat.role or known(seat.person, held))
    people = (seat if not seat.person or known(seat.person, held) else Seat(seat.role) for seat in named)
    return tuple(
        seat
        for seat in dict.fromkeys(people)
        if seat.role != SYSTEM and (seat.person or filled(workflow, case, seat.role, held))
    )


def handed_to(question: Question) -> tuple[str, ...]:
    """The people who hold something of this case by 转办 or 委派, each once; those there are."""
    return tuple(person for person in handed(question.case) if known(person, question.facts.held))


def vacancies(question: Question) -> tuple[str, ...]:
    """The roles for want of which nobody can take the case on from here, or a region that runs; else none.

    What only ends the case is a way out, not a way on: it is asked where nothing else leads anywhere.
    """
    workflow, state = question.workflow, question.case.state
    if question.facts.held is None or state not in workflow.states or workflow.states[state].kind == "final":
        return ()
    for place in standing(workflow, question.case):
        if lacking := _lacking_at(question, place):
            return lacking
    return ()


def _lacking_at(question: Question, place: str) -> tuple[str, ...]:
    key = (question.workflow.digest, place)
    onward = _ONWARD.get(key)
    if onward is None:
        onward = _ONWARD[key] = _leading_on(question.workflow, place)
    lacking: list[str] = []
    for event in onward:
        roles = lacking_for(question, event)
        if not roles:
            return ()
        lacking += roles
    return tuple(dict.fromkeys(lacking))


_ONWARD: dict[tuple[str, str], tuple[Event, ...]] = {}
"""The events that lead on from a state, by the digest of the definition, which never changes."""


def _leading_on(workflow: Workflow, place: str) -> tuple[Event, ...]:
    """Out of a state of the main line; in a region on to another state of it, to its end, or with the main line."""
    inside = place not in workflow.states
    leaving = [one for one in here(workflow, (place,)) if one.target in workflow.states or (inside and _moves(one))]
    final = {name for name, state in workflow.states.items() if state.kind == "final"}
    return tuple([one for one in leaving if one.target not in final] or leaving)


def _moves(event: Event) -> bool:
    return bool(event.ends) or event.target != SAME


def lacking_for(question: Question, event: Event) -> tuple[str, ...]:
    """The roles that an event still wants and nobody holds here; () when it can be done, or that is not known."""
    if question.facts.held is None:
        return ()
    if event.sign is None:
        return () if any(_held(question, role) for role in event.by) else event.by
    empty = tuple(seat.role for seat in signoffs.missing(question.scope(), event) if not _sits(question, seat))
    every = event.sign.mode == "all_of" or len(empty) == len(signoffs.missing(question.scope(), event))
    return empty if every else ()


def _sits(question: Question, seat: Seat) -> bool:
    named = bool(seat.person) and known(seat.person, question.facts.held)
    return named or (bool(seat.role) and _held(question, seat.role))


def _held(question: Question, role: str) -> bool:
    """Whether somebody can act in the role: its holder, to whom it was handed, the system itself."""
    if role == SYSTEM:
        return True
    case, held = question.case, question.facts.held
    if filled(question.workflow, case, role, held):
        return True
    return any(known(one.to, held) for key, one in case.assignments.items() if key.partition("/")[0] == role)
