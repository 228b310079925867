"""Whose move it is: who a reminder, an urging or a stop has to reach, so that no task waits unseen; where nobody is."""

from __future__ import annotations

from collections.abc import Iterable

from zhuli_flow.definitions.model.workflow import SAME, SYSTEM, Event, Workflow
from zhuli_flow.engine.authority import signoffs
from zhuli_flow.engine.authority.duties import filled, known, seated
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
    hear = hearing(question, found)
    return (*hear, *told_beside(question, handed_to(question), hear))


def told_beside(question: Question, people: Iterable[str], hear: tuple[Seat, ...]) -> tuple[Seat, ...]:
    """Those of ``people``, to whom work was handed, who do not hear of it already as holders of a role that does."""
    roles, held = {seat.role for seat in hear if not seat.person}, question.facts.held
    twice = {person for person in people if held is not None and any(seated(role, person, held) for role in roles)}
    return tuple(Seat("", person) for person in dict.fromkeys(people) if person not in twice)


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


def vacancies(question: Question) -> tuple[Seat, ...]:
    """The seats for want of which nobody can take the case on from here, or a region that runs; else none.

    What only ends the case is a way out, not a way on: it is asked where nothing else leads anywhere.
    """
    workflow, state = question.workflow, question.case.state
    if question.facts.held is None or state not in workflow.states or workflow.states[state].kind == "final":
        return ()
    for place in standing(workflow, question.case):
        if lacking := _lacking_at(question, place):
            return lacking
    return ()


def titles(question: Question, seats: Iterable[Seat]) -> str:
    """Whose seats those are, as people say it: a role, somebody named for one, somebody added (加签)."""
    return "、".join(dict.fromkeys(_title(question, seat) for seat in seats))


def _title(question: Question, seat: Seat) -> str:
    role = question.role_title(seat.role) if seat.role else ""
    return f"{seat.person}（{role}）" if seat.person and role else seat.person or role


def _lacking_at(question: Question, place: str) -> tuple[Seat, ...]:
    key = (question.workflow.digest, place)
    onward = _ONWARD.get(key)
    if onward is None:
        onward = _ONWARD[key] = _leading_on(question.workflow, place)
    lacking: list[Seat] = []
    for event in onward:
        seats = lacking_for(question, event)
        if not seats:
            return ()
        lacking += seats
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


def lacking_for(question: Question, event: Event) -> tuple[Seat, ...]:
    """The seats that an event still wants and nobody can fill; () when it can be done, or that is not known.

    A sign-off can be done when it comes to an end, one way or the other, by those who can still sign.
    """
    if question.facts.held is None:
        return ()
    if event.sign is None:
        return () if any(_held(question, role) for role in event.by) else tuple(map(Seat, event.by))
    scope = question.scope()
    wanted, missing = signoffs.seats_at(scope, event), signoffs.missing(scope, event)
    empty = tuple(seat for seat in missing if not _sits(question, seat))
    votes = [one.agree for one in signoffs.signatures(question.case, event.name)]
    votes += [True] * (len(missing) - len(empty))
    return empty if signoffs.outcome(event.sign, len(wanted), votes) is None else ()


def _sits(question: Question, seat: Seat) -> bool:
    """Whether somebody can sign there: the very one who is named, where one is."""
    if not seat.person:
        return _held(question, seat.role)
    if not seat.role:
        return known(seat.person, question.facts.held)
    return seated(seat.role, seat.person, question.facts.held)


def _held(question: Question, role: str) -> bool:
    """Whether somebody can act in the role: its holder, to whom it was handed, the system itself."""
    if role == SYSTEM:
        return True
    case, held = question.case, question.facts.held
    if filled(question.workflow, case, role, held):
        return True
    return any(known(one.to, held) for key, one in case.assignments.items() if key.partition("/")[0] == role)
