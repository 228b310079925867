"""What 撤回 may undo."""

from __future__ import annotations

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.model.decision import Decision


def reversible(workflow: Workflow, decision: Decision) -> bool:
    """Whether 撤回 may undo this act: nothing has left the house by it, and the definition does not forbid it."""
    if _gave_up_place(workflow, decision):
        return False
    if decision.kind == "operation":
        return decision.event not in {"withdraw", "terminate", "hand_back", "correct"}
    event = workflow.events[decision.event]
    opened = decision.before.version == 0
    return event.can_be_withdrawn and not (decision.notices or decision.cases or decision.advances or opened)


def _gave_up_place(workflow: Workflow, decision: Decision) -> bool:
    """A place in a queue that was left: others have moved up, it can't be had back."""
    left = decision.before.state if decision.before.state != decision.after.state else ""
    return any(left == workflow.events[quota.queued_by].target for quota in workflow.quotas.values() if quota.queued_by)
