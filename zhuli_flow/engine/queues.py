"""Who waits for a place: which acts put a case into the queue of a quota, which take it out, and in what order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zhuli_flow.definitions.model.quota import Quota
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Decision, Refusal


@dataclass(frozen=True, slots=True)
class QueueMove:
    """What one act means for the queue of ``quota``: the case takes a place (if it has none yet), or leaves its own."""

    quota: str
    takes: bool


def moves(workflow: Workflow, decision: Decision) -> tuple[QueueMove, ...]:
    """Whoever enters a waiting state, by whatever act, takes a place; by leaving it, the place is given up."""
    if not workflow.quotas:
        return ()
    return tuple(
        QueueMove(quota.name, takes)
        for quota in workflow.quotas.values()
        if (takes := _takes(workflow, quota, decision)) is not None
    )


def _takes(workflow: Workflow, quota: Quota, decision: Decision) -> bool | None:
    """None: the queue stays as it is."""
    if quota.queued_by is None:
        return None
    waiting = workflow.events[quota.queued_by].target
    moved = decision.before.state != decision.after.state
    if quota.queued_by == decision.event or (moved and decision.after.state == waiting):
        return True
    return False if moved else None


def refusing(question: Question, after: Case) -> list[Refusal]:
    """Why the case may not come into force by 退回 or 撤回: a place that was given up is not simply had back."""
    states = question.workflow.states
    if states[after.state].kind != "in_force" or question.state.kind == "in_force":
        return []
    full = [quota for quota in question.workflow.quotas.values() if question.scope().ask("room", quota.name) is False]
    fix = "请等待名额空出，或按程序另行决定后办理"
    return [Refusal("quota_full", f"“{quota.title}”已满，不能由此恢复", fix) for quota in full]


def next_place(taken: Iterable[int]) -> int:
    """The place behind all others; places that were given up in between are not filled again."""
    return max(taken, default=0) + 1


def ahead(places: Mapping[str, int], case_id: str) -> int:
    """How many cases wait before this one, given the place of each; all that wait, when it has none itself."""
    own = places.get(case_id)
    return sum(1 for name, place in places.items() if name != case_id and (own is None or place < own))
