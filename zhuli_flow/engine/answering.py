"""办理情况回复: who owes a deadline and was pressed says how the work stands; pressing pauses for one turn."""

from __future__ import annotations

from collections.abc import Iterator

from zhuli_flow.clock import local_date
from zhuli_flow.engine.act import Act
from zhuli_flow.engine.authority.assignees import hearing
from zhuli_flow.engine.authority.signoffs import Seat
from zhuli_flow.engine.deadlines.debtor import owed_by
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.deadline import is_over


def answer(act: Act) -> Case | None:
    """The case with the day of the answer; those who are told of the delay hear what it says."""
    owed = list(_owed(act))
    if not owed:
        why = "没有由您负责、已被催办或已逾期的期限"
        act.refuse("nothing_to_answer", why, "无须回复；期限的责任人见 case show")
        return None
    act.capacity = owed_by(act.question, owed[0], act.question.actor) or act.capacity
    if act.command is not None:
        told = [role for name in owed for role in act.question.workflow.deadlines[name].overdue_tell]
        urging = act.question.workflow.operations.get("urge")
        seats = hearing(act.question, map(Seat, dict.fromkeys(told or (urging.by if urging else ()))))
        titles = "、".join(act.question.workflow.deadlines[name].title for name in owed)
        act.tell(f"“{titles}”办理情况回复：{act.command.opinion}", seats)
    return changes.put(act.case, "marks", "answered_on", local_date(act.question.facts.now).isoformat())


def _owed(act: Act) -> Iterator[str]:
    """The running deadlines of this actor that are over, or all of his once the case was urged."""
    for name, deadline in act.case.deadlines.items():
        pressed = act.case.mark("urged_on") is not None or is_over(deadline, act.question.facts.now)
        if deadline.state == "running" and pressed and owed_by(act.question, name, act.question.actor):
            yield name
