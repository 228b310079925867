"""Who owes a deadline (责任人): whom it reminds, in whose work list it stands, who is told once it is over.

A definition names them (``owes``); else they are who may do what meets the deadline. Who has signed already owes no
more; a role that nobody in the directory holds for this case owes nothing, since nobody would hear of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zhuli_flow.definitions.model.workflow import SAME, SYSTEM, DeadlineRule, Event, Workflow
from zhuli_flow.engine.authority.assignees import handed_to, hearing, told_beside
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import capacity
from zhuli_flow.engine.authority.signoffs import Seat, missing, seats_of
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.model.deadline import is_over
from zhuli_flow.engine.model.people import Actor, Capacity
from zhuli_flow.engine.position import Places, here, standing


def debtors(question: Question, name: str) -> tuple[Seat, ...]:
    """Who owes the deadline ``name``, each once; a Seat without a role is a person to whom it was handed.

    Where nobody holds what it asks for, those owe it who are told of its end: they can see to it that somebody does.
    """
    rule = question.workflow.deadlines[name]
    if nobodys(rule):
        return ()
    wanted = tuple(_wanted(question, rule))
    hear = hearing(question, wanted)
    found = (*hear, *told_beside(question, _handed(question, wanted), hear))
    return found or hearing(question, map(Seat, rule.overdue_tell))


def owing(question: Question) -> tuple[Seat, ...]:
    """Who owes a deadline that runs, each once."""
    running = (name for name, deadline in question.case.deadlines.items() if deadline.state == "running")
    return tuple(dict.fromkeys(seat for name in running for seat in debtors(question, name)))


def owed_by(question: Question, name: str, actor: Actor) -> Capacity | None:
    """In which capacity the actor owes the deadline; None when he does not."""
    for seat in debtors(question, name):
        people = {actor.person, *(one.person for one in actor.acts_for)}
        if seat.person and seat.person not in people:
            continue
        for_another = Capacity("", seat.person, "委托") if seat.person != actor.person else Capacity("")
        right = capacity(question.workflow, question.case, actor, [seat.role]) if seat.role else for_another
        if isinstance(right, Capacity):
            return right
    return None


def meeting(workflow: Workflow, name: str, places: Places) -> tuple[Event, ...]:
    """The events by which people meet the deadline from there: those it names, else those that lead on, or out."""
    key = (workflow.digest, name, places)
    if key not in _MEETING:
        _MEETING[key] = tuple(_meeting(workflow, workflow.deadlines[name], places))
    return _MEETING[key]


_MEETING: dict[tuple[str, str, Places], tuple[Event, ...]] = {}
"""By definition, deadline and places; the law does not change while a process lives."""


def _meeting(workflow: Workflow, rule: DeadlineRule, places: Places) -> list[Event]:
    """What leads on is asked of the places where the deadline runs: the end of a region does not move the main line."""
    people = [event for event in here(workflow, places) if event.by != (SYSTEM,)]
    there = frozenset(places) & rule.states or frozenset(places)
    moving = [event for event in people if not there.isdisjoint(event.sources) and _leaves(workflow, event, there)]
    onward = [event for event in moving if not _is_final(workflow, event)]
    return [event for event in people if event.name in rule.met_by] or onward or moving


def _leaves(workflow: Workflow, event: Event, places: frozenset[str]) -> bool:
    """Whether an event leads away from one of ``places``: out of the step, or on in the region or to its end."""
    ended = {state for name in event.ends for state in workflow.regions[name].states}
    return event.target != SAME or not ended.isdisjoint(places)


def _is_final(workflow: Workflow, event: Event) -> bool:
    return event.target in workflow.states and workflow.states[event.target].kind == "final"


def alike(workflow: Workflow, name: str, places: Places) -> bool:
    """Whether the debtors there are the same for every case of one applicant: nobody signs or is named."""
    rule = workflow.deadlines[name]
    events = () if rule.owes else meeting(workflow, name, places)
    roles = [*(one.role for one in rule.owes), *(role for event in events for role in event.by if role != SYSTEM)]
    conditional = any(event.sign is not None for event in events) or any(one.when for one in rule.owes)
    return not conditional and rule.confirm is None and not any(workflow.roles[role].named_in for role in roles)


def nobodys(rule: DeadlineRule) -> bool:
    """Whether the deadline only turns from one period to the next by itself: nobody owes anything."""
    return rule.every is not None and rule.then is not None and not (rule.owes or rule.met_by)


def _wanted(question: Question, rule: DeadlineRule) -> Iterator[Seat]:
    """As the definition has it; once it is over, who has to confirm that owes it too."""
    scope, workflow = question.scope(), question.workflow
    if rule.owes:
        yield from seats_of(scope, rule.owes)
    else:
        for event in meeting(workflow, rule.name, standing(workflow, question.case)):
            yield from _turn(scope, event)
    deadline = question.case.deadlines.get(rule.name)
    if rule.confirm is not None and deadline is not None and is_over(deadline, question.facts.now):
        yield from _turn(scope, workflow.events[rule.confirm])


def _turn(scope: CaseScope, event: Event) -> Iterable[Seat]:
    """Whose turn an event is: every role that may do it alone, or the seats that have not signed yet."""
    if event.sign is None:
        return map(Seat, event.by)
    left = missing(scope, event)
    return left[:1] if event.sign.ordered else left


def _handed(question: Question, wanted: Iterable[Seat]) -> tuple[str, ...]:
    """The people to whom one of these roles was handed on this case (转办、委派); those there are."""
    roles, handed = {seat.role for seat in wanted}, question.case.assignments.items()
    there = frozenset(handed_to(question))
    return tuple(one.to for key, one in handed if key.partition("/")[0] in roles and one.to in there)
