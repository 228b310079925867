"""What follows from an event: fields the engine fills, deadlines, documents, cases opened or driven, messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

import msgspec

from zhuli_flow.definitions.model.expressions import Choice
from zhuli_flow.definitions.model.workflow import (
    AddNote,
    AdvanceCase,
    ChangeClock,
    Effect,
    Event,
    IssueNotice,
    OpenCase,
    SetField,
    Tell,
)
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.expressions.case_scope import CaseScope, held
from zhuli_flow.engine.expressions.evaluate import condition, first_choice
from zhuli_flow.engine.expressions.tables import kept, on_paper
from zhuli_flow.engine.expressions.values import names_of, plain
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import AdvanceOrder, CaseOrder, Message, NoticeOrder, Number
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.engine.model.people import Capacity
from zhuli_flow.engine.numbering import Numbering, linked, noted


class Consequences(msgspec.Struct):
    """Everything an event brings about outside the case itself, and the case with the numbers of it."""

    case: Case
    notices: list[NoticeOrder] = msgspec.field(default_factory=list)
    cases: list[CaseOrder] = msgspec.field(default_factory=list)
    advances: list[AdvanceOrder] = msgspec.field(default_factory=list)
    messages: list[Message] = msgspec.field(default_factory=list)
    notes: list[str] = msgspec.field(default_factory=list)
    numbers: list[Number] = msgspec.field(default_factory=list)


def fill_in(question: Question, event: Event, case: Case, chair: Capacity) -> Case:
    """The case with the fields the engine fills, each able to use the ones before it.

    A field that takes the name of who acts keeps beside it in whose name that was done (section ``hands``): what was
    done for a person counts as done by him as well.
    """
    for effect in event.effects:
        if isinstance(effect, SetField):
            value = plain(first_choice(effect.choices, question.scope(case)))
            case = changes.put(case, "fields", effect.name, kept(question.workflow.fields.get(effect.name), value))
            behalf = chair.on_behalf_of if value and value == question.actor.person else ""
            case = changes.put(case, "hands", effect.name, behalf or None)
    return case


def announce(question: Question, event: Event, case: Case) -> Consequences:
    """Documents, linked cases, messages and notes, worded from ``case`` as it stands after the event.

    Documents and opened cases get their numbers, which the case remembers; what is said to other cases may name them.
    """
    numbering = Numbering(question.facts, question.case.id)
    scope = question.scope(case)
    papers = numbering.papers([one for effect in event.effects for one in _papers(scope, effect)])
    done = Consequences(noted(case, papers), notices=papers)
    scope = question.scope(done.case) if papers else scope
    for effect in event.effects:
        _announce(scope, event, effect, done)
    done.cases = numbering.cases(done.cases)
    done.case, done.numbers = linked(done.case, event.name, done.cases), numbering.taken
    return done


def drafts(question: Question, event: Event, case: Case) -> list[NoticeOrder]:
    """The documents of the events that ``event`` proof-reads, worded from ``case``; without a number."""
    return [order for name in event.proof for order in papers(question, question.workflow.events[name], case)]


def papers(question: Question, event: Event, case: Case) -> list[NoticeOrder]:
    """The documents that ``event`` would order, worded from ``case`` as it stands; without a number."""
    scope = question.scope(case)
    return [order for effect in event.effects for order in _papers(scope, effect)]


def _announce(scope: CaseScope, event: Event, effect: Effect, done: Consequences) -> None:
    match effect:
        case OpenCase():
            done.cases += _openings(scope, effect)
        case AdvanceCase():
            done.advances += _advances(scope, effect)
        case Tell(role):
            done.messages.append(Message(f"{scope.case.applicant.name}：已办理“{event.title}”", role=role))
        case AddNote(text):
            done.notes.append(text)
        case SetField() | ChangeClock() | IssueNotice():
            pass
        case _:
            assert_never(effect)


def _papers(scope: CaseScope, effect: Effect) -> list[NoticeOrder]:
    """The order for a document, unless its condition does not hold."""
    if not isinstance(effect, IssueNotice):
        return []
    if effect.when is not None and not condition(effect.when)(scope):
        return []
    filled = {name: on_paper(value) for name, value in _filled(effect.variables, scope).items()}
    return [NoticeOrder(effect.notice, _series(scope, effect.series), effect.to, filled)]


def _series(scope: CaseScope, written: str | None) -> str | None:
    """The 代字 itself, or what the field of that name holds."""
    if written is None or written not in scope.workflow.fields:
        return written
    held_there = scope.case.fields.get(written)
    return str(held_there) if held_there else None


def _openings(scope: CaseScope, effect: OpenCase) -> list[CaseOrder]:
    """One case for the applicant, or for each organisation that a field lists."""
    filled = _given(effect.values, scope)
    who = (scope.case.applicant.id,) if effect.each is None else names_of(scope.case.fields.get(effect.each))
    return [CaseOrder(effect.workflow, effect.event, {"applicant": one, **filled}) for one in who]


def _advances(scope: CaseScope, effect: AdvanceCase) -> list[AdvanceOrder]:
    if effect.when is not None and not condition(effect.when)(scope):
        return []
    filled = _given(effect.values, scope)
    if effect.each is not None:
        register = scope.workflow.registers[effect.each]
        found = [view.case.id for view in held(scope, register)]
    else:
        found = [str(scope.case.fields.get(str(effect.case)) or "")]
    return [AdvanceOrder(one, effect.workflow, effect.event, filled) for one in found]


def _given(wanted: Mapping[str, Choice], scope: CaseScope) -> Values:
    """What goes into another case: a term without a value gives nothing there either."""
    return {name: value for name, value in _filled(wanted, scope).items() if value is not None}


def _filled(wanted: Mapping[str, Choice], scope: CaseScope) -> Values:
    return {name: plain(first_choice([choice], scope)) for name, choice in wanted.items()}
