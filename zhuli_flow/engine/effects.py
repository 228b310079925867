"""What follows from an event: fields the engine fills, deadlines, documents, linked cases, messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from zhuli_flow.definitions.guards import Choice
from zhuli_flow.definitions.model import AddNote, ChangeClock, Effect, Event, IssueNotice, OpenCase, SetField, Tell
from zhuli_flow.engine import record
from zhuli_flow.engine.case import Case, CaseOrder, Json, Message, NoticeOrder
from zhuli_flow.engine.evaluate import first_choice
from zhuli_flow.engine.question import Question
from zhuli_flow.engine.scope import CaseScope
from zhuli_flow.engine.values import plain


@dataclass(slots=True)
class Consequences:
    """Everything an event brings about outside the case itself."""

    notices: list[NoticeOrder] = field(default_factory=list)
    cases: list[CaseOrder] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def fill_in(question: Question, event: Event, case: Case) -> Case:
    """The case with the fields the engine fills, each able to use the ones before it."""
    for effect in event.effects:
        if isinstance(effect, SetField):
            value = plain(first_choice(effect.choices, question.scope(case)))
            case = record.put(case, "fields", effect.name, value)
    return case


def announce(question: Question, event: Event, case: Case) -> Consequences:
    """Documents, linked cases, messages and notes, worded from ``case`` as it stands after the event."""
    done = Consequences()
    scope = question.scope(case)
    for effect in event.effects:
        _announce(scope, event, effect, done)
    return done


def _announce(scope: CaseScope, event: Event, effect: Effect, done: Consequences) -> None:
    match effect:
        case IssueNotice(notice, series, to, variables):
            done.notices.append(NoticeOrder(notice, series, to, _filled(variables, scope)))
        case OpenCase(workflow, opening, values):
            filled = {name: value for name, value in _filled(values, scope).items() if value is not None}
            done.cases.append(CaseOrder(workflow, opening, {"applicant": scope.case.applicant.id, **filled}))
        case Tell(role):
            done.messages.append(Message(f"{scope.case.applicant.name}：已办理“{event.title}”", role=role))
        case AddNote(text):
            done.notes.append(text)
        case SetField() | ChangeClock():
            pass
        case _:
            assert_never(effect)


def _filled(wanted: Mapping[str, Choice], scope: CaseScope) -> dict[str, Json]:
    return {name: plain(first_choice([choice], scope)) for name, choice in wanted.items()}
