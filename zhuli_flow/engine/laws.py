"""Laws (铁律) at every act: one that would break a law is refused, whoever does it and on whatever path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from zhuli_flow.definitions.model.law import (
    Always,
    EveryHas,
    EveryInTime,
    EveryLeadsTo,
    EveryOfOneRound,
    Law,
    NeverBefore,
    NeverBetween,
)
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine import stale_refusals
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.expressions.evaluate import condition
from zhuli_flow.engine.expressions.standing import outdated
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Refusal


def forbidding(question: Question, event: str, case: Case) -> list[Refusal]:
    """The laws that keep ``event`` from being done now; ``case`` already holds what it gives."""
    found: list[Refusal] = []
    for law in _touched(question.workflow, event):
        found += _wanting(question, law, case, _needed(law, event))
        match law:
            case NeverBetween(_, about, start, end) if about == event and _since(question, case, start, end):
                found.append(_refusal(question, law, f"请先办理“{question.workflow.events[end].title}”"))
            case EveryInTime(_, about, deadline) if about == event and question.scope(case).ask("overdue", deadline):
                found.append(_refusal(question, law, "期限已经届满，请按程序另行办理"))
    return list({(one.code, one.because): one for one in found}.values())


def _touched(workflow: Workflow, event: str) -> tuple[Law, ...]:
    """The laws that ``event`` could break: those about it, what always holds, and what must follow in the end."""
    key = (workflow.digest, event)
    found = _TOUCHED.get(key)
    if found is None:
        always = Always, EveryLeadsTo
        told = [law for law in workflow.laws if isinstance(law, always) or law.event == event]
        found = _TOUCHED[key] = tuple(told)
    return found


_TOUCHED: dict[tuple[str, str], tuple[Law, ...]] = {}
"""By the digest of the definition, which never changes, and the event."""


def _wanting(question: Question, law: Law, case: Case, firsts: Iterable[str]) -> Iterator[Refusal]:
    """Of what has to come first: what was not done, or no longer counts."""
    for first in firsts:
        if first in outdated(question.workflow, case):
            yield from stale_refusals.refusals(question, case, [first])
        elif not case.count(first):
            yield _refusal(question, law, f"请先办理“{question.workflow.events[first].title}”")


def _since(question: Question, case: Case, start: str, end: str) -> bool:
    """Whether ``start`` was done and ``end`` not since; what lies behind a return (退回) goes on no more."""
    gone = outdated(question.workflow, case).get(start)
    if gone is not None and gone.why == "returned":
        return False
    begun, over = case.evidence.get(start), case.evidence.get(end)
    if begun is None or over is None:
        return case.count(start) > case.count(end)
    return begun.act > over.act


def broken(question: Question, event: str, after: Case) -> list[Refusal]:
    """The laws that the case would break by having become ``after``; one that it broke before is no news."""
    touched = _touched(question.workflow, event)
    if not touched:
        return []
    # A correction makes stale what rests on it: that must not hide that it breaks a law.
    judged = changes.taken(after, question.case, "stale") if event == "correct" else after
    found = [
        _refusal(question, law, "请核对内容后再办；规则有误的，请修改流程定义")
        for law in touched
        if _breaks(question, law, event, judged)
    ]
    gone = [first for law in touched for first in _needed(law, event) if first in after.stale]
    return found + stale_refusals.refusals(question, after, gone)


def _needed(law: Law, event: str) -> tuple[str, ...]:
    """What has to come before ``event``, and may not be made stale by it either."""
    match law:
        case NeverBefore(_, about, first) if about == event:
            return (first,)
        case EveryOfOneRound(_, about, others) if about == event:
            return others
    return ()


def _breaks(question: Question, law: Law, event: str, after: Case) -> bool:
    match law:
        case NeverBefore() | NeverBetween() | EveryInTime() | EveryOfOneRound():
            return False  # ``forbidding`` has asked before anything was done
        case EveryHas(_, about, name):
            return about == event and question.scope(after).lookup(name) is None
        case EveryLeadsTo(_, about, goal):
            return _ends_without(question, after, about, goal)
        case Always(_, _, rule):
            holds = condition(rule)
            return holds(_counting(question, after)) is False and holds(_counting(question, question.case)) is not False
        case _:
            assert_never(law)


def _counting(question: Question, case: Case) -> CaseScope:
    """What an earlier round has left breaks no law: it does not count."""
    return CaseScope(question.workflow, case, question.facts, question.actor, anew=())


def _ends_without(question: Question, after: Case, event: str, goal: str) -> bool:
    """What must still come can no longer come: the case is over."""
    over = question.workflow.states[after.state].kind == "final"
    reached = after.count(goal) or any(visit.state == goal for visit in after.path)
    return over and bool(after.count(event)) and not reached


def _refusal(question: Question, law: Law, fix: str) -> Refusal:
    clause = "、".join(_clauses(question, law))
    return Refusal("law_broken", f"违反铁律“{law.title}”", fix, clause, law.line)


def _clauses(question: Question, law: Law) -> Iterator[str]:
    event = "" if isinstance(law, Always) else law.event
    if event and (clause := question.workflow.events[event].clause):
        yield clause
