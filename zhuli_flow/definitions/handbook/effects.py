"""What the program does of itself once an act is done, in words: papers, other cases, fields, limits, who is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from zhuli_flow.definitions.handbook.conditions import choice, choices, condition
from zhuli_flow.definitions.handbook.titles import Titles, quoted
from zhuli_flow.definitions.model.expressions import Choice
from zhuli_flow.definitions.model.workflow import (
    AddNote,
    AdvanceCase,
    ChangeClock,
    Effect,
    IssueNotice,
    OpenCase,
    SetField,
    Tell,
)

_CHANGES = {"suspend": "中止", "resume": "恢复计算", "restart": "重新计算", "cancel": "取消", "extend": "延长"}


def effects(named: Titles, every: Iterable[Effect]) -> Iterator[str]:
    """Each effect; all who are told in one."""
    told = [one.role for one in every if isinstance(one, Tell)]
    yield from (_effect(named, one) for one in every if not isinstance(one, Tell))
    if told:
        yield f"知会{named.people(told)}"


def _effect(named: Titles, one: Effect) -> str:
    match one:
        case IssueNotice():
            return _issued(named, one)
        case OpenCase():
            each = f"按{quoted(named.asked(one.each))}逐家" if one.each else ""
            opened = f"{each}开启{quoted(_title(named, one.workflow))}事项（{_event(named, one.workflow, one.event)}）"
            return opened + _with(named, one.workflow, one.values)
        case AdvanceCase():
            cases = (
                f"台账{named.register(one.each)}中的每件事项"
                if one.each
                else f"{quoted(named.asked(one.case or ''))}所指的事项"
            )
            when = f"{condition(named, one.when)}的，" if one.when else ""
            done = f"{when}对{cases}办理{_event(named, one.workflow, one.event)}"
            return done + _with(named, one.workflow, one.values)
        case SetField():
            return f"{quoted(named.asked(one.name))}登记为{choices(named, one.choices)}"
        case ChangeClock():
            period = named.period(one.period) if one.period else ""
            return f"期限{named.deadline(one.deadline)}{_CHANGES[one.change]}{period}"
        case Tell():
            return f"知会{named.role(one.role)}"
        case AddNote():
            return f"在办理过程中记“{one.text}”"
    assert_never(one)


def _issued(named: Titles, one: IssueNotice) -> str:
    when = f"{condition(named, one.when)}的，" if one.when else ""
    to = f"，发{'、'.join(_receiver(named, name) for name in one.to)}" if one.to else ""
    series = f"，用{_series(named, one)}字号" if one.series else ""
    filled = "；".join(
        f"{named.variable(one.notice, name)}取{choice(named, value)}" for name, value in one.variables.items()
    )
    return f"{when}制发{named.notice(one.notice)}{series}{to}" + (f"（{filled}）" if filled else "")


def _series(named: Titles, one: IssueNotice) -> str:
    """The series itself, or the field that names it."""
    return quoted(named.asked(one.series or ""))


def _receiver(named: Titles, name: str) -> str:
    return named.role(name) if name in named.workflow.roles else named.term(name)


def _with(named: Titles, workflow: str, values: Mapping[str, Choice]) -> str:
    """What another case is given."""
    other = named.listed(workflow)
    given = "；".join(f"{quoted(other.asked(name))}取{choice(named, one)}" for name, one in values.items())
    return f"，并带去{given}" if given else ""


def _title(named: Titles, workflow: str) -> str:
    other = named.workflow if workflow == named.workflow.name else named.workflows.get(workflow)
    return other.title if other else workflow


def _event(named: Titles, workflow: str, event: str) -> str:
    other = named.workflow if workflow == named.workflow.name else named.workflows.get(workflow)
    found = other.events.get(event) if other else None
    return quoted(found.title if found else event)
