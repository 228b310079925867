"""One question put to the law: may this actor do this to this case now? The refusals every act shares live here."""

from __future__ import annotations

from datetime import datetime

import msgspec

from zhuli_flow.clock import local_date
from zhuli_flow.definitions.model.workflow import START, State, Workflow
from zhuli_flow.engine.authority import rights
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Command, Refusal
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.people import Actor, called
from zhuli_flow.engine.position import holders, title_of
from zhuli_flow.support.plain_text import hidden


class Question(msgspec.Struct, frozen=True):
    """What is asked of whom, with the facts of the moment."""

    workflow: Workflow
    case: Case
    actor: Actor
    facts: Facts

    def scope(self, case: Case | None = None) -> CaseScope:
        """What conditions see, on the case itself or on a changed copy of it."""
        return CaseScope(self.workflow, case or self.case, self.facts, self.actor)

    @property
    def at(self) -> str:
        """The instant of the act, UTC, ISO 8601 to the second."""
        return self.facts.at

    @property
    def state(self) -> State:
        """The state of the case; a case not yet opened stands in a state of its own."""
        return self.workflow.states.get(self.case.state, _UNOPENED)

    def title(self, state: str) -> str:
        """The Chinese title of a state."""
        return title_of(self.workflow, state) or "未开启"

    def role_title(self, role: str) -> str:
        """A role as people say it on this case."""
        return rights.role_title(self.workflow, self.case, role)

    def holders(self) -> tuple[str, ...]:
        """The roles that may move the case on from here, in the order written."""
        return holders(self.workflow, self.case)


_UNOPENED = State(START, "未开启")


def stale(question: Question, command: Command | None) -> list[Refusal]:
    """Someone else moved the case since this actor looked."""
    if command is None or command.seen_version in (None, question.case.version):
        return []
    why = (
        f"状态已变更：您看到的是第 {command.seen_version} 版，现为第 {question.case.version} 版，"
        f"环节“{question.state.title}”{latest(question)}"
    )
    return [Refusal("stale_version", why, f"请重新查看 zhuli case show {question.case.id} 后再办理")]


def latest(question: Question) -> str:
    """Who acted last and how, in brackets; empty for a case not yet opened."""
    told = question.case.mark("last")
    if not isinstance(told, dict):
        return ""
    day = local_date(datetime.fromisoformat(str(told["at"])))
    return f"（最近由{called(str(told['by']))}于 {day} 办理“{told['title']}”）"


def suspended(question: Question) -> list[Refusal]:
    """A suspended case takes nothing but 恢复、终止、抄送."""
    if question.case.mark("suspended") is None:
        return []
    return [Refusal("suspended", "事项已挂起，暂停办理", "请先办理恢复（resume）")]


def unreadable(opinion: str) -> list[Refusal]:
    """An opinion is read by people, for years: nothing in it may be invisible."""
    unseen = hidden(opinion)
    return [Refusal("bad_value", f"办理意见含有不可见的控制字符（{unseen}）", "请删去后重试")] if unseen else []
