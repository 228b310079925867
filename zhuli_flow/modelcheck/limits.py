"""Deadlines that can't do what they are for: never run, are never met, reach nobody, leave a case without its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhuli_flow.definitions.checking.hints import deadline_path
from zhuli_flow.definitions.model.expressions import Name, walk
from zhuli_flow.definitions.model.graph import mains
from zhuli_flow.definitions.model.workflow import SAME, START, DeadlineRule, Event, Workflow
from zhuli_flow.modelcheck.asked import written
from zhuli_flow.modelcheck.passes import Pass
from zhuli_flow.modelcheck.story import Finding, Path


def clocks(workflow: Workflow, passes: Sequence[Pass]) -> Iterator[Finding]:
    """What is wrong with the deadlines; nothing while something was left unexplored."""
    if not all(each.graph.whole for each in passes):
        return
    seen = [each.explorer.deadlines_seen for each in passes]
    done = set.intersection(*({edge.outcome.act.name for out in one.graph.out for edge in out} for one in passes))
    alive = [event for event in workflow.events.values() if event.name in done]
    for rule in workflow.deadlines.values():
        path = deadline_path(workflow, rule)
        if not any(rule.name in one.ran for one in seen) and not _fed(rule, alive, passes[0]):
            words = f"期限“{rule.title}”从不开始计算：在它的环节里，所依据的日期总是空的"
            yield Finding("deadline_never_runs", path, words, "在进入这些环节之前填写所依据的日期")
            continue
        if rule.then is None and not any(_meets(workflow, rule, event) for event in alive):
            words = f"期限“{rule.title}”永远办不结：没有一个能办成的操作使它办结"
            yield Finding("deadline_never_met", path, words, "在 met_by 写明办结它的操作，或让事项离开这些环节")
        ran = any(rule.name in one.ran for one in seen)
        if ran and rule.then is None and rule.remind and not any(rule.name in one.owed for one in seen):
            words = f"期限“{rule.title}”没有责任人：提醒时总是无人可告知"
            yield Finding("deadline_reaches_nobody", path, words, "在 owes 或 overdue.tell 写明角色")
        yield from _unlimited(workflow, rule, passes, path)


def _unlimited(workflow: Workflow, rule: DeadlineRule, passes: Sequence[Pass], path: Path) -> Iterator[Finding]:
    """A case that comes into force without the day on which that ends."""
    seen = [each.explorer.deadlines_seen.unlimited for each in passes]
    in_force = any(one.kind == "in_force" for one in workflow.states.values() if one.name in rule.states)
    if in_force and all(rule.name in one for one in seen):
        before = workflow.states.get(seen[0][rule.name])
        came = before.title if before else "未开启"
        words = f"从“{came}”进入时，期限“{rule.title}”可能没有日期，何时届满无从计算"
        yield Finding("in_force_without_validity", path, words, "让进入的操作必填或必定算出所依据的日期")


def _fed(rule: DeadlineRule, alive: Sequence[Event], each: Pass) -> bool:
    """Whether something that can be done fills in a day that the deadline hangs on, no later than it should run."""
    trees = (*rule.until, *([rule.start] if rule.start is not None else []))
    wanted = {node.text for tree in trees for node in walk(tree) if isinstance(node, Name)}
    ahead, regions = each.explorer.positions.ahead, each.model.workflow.regions
    for event in alive:
        after = mains(event.sources if event.target == SAME else (event.target,), regions)
        if not wanted.isdisjoint(written(event)) and any(
            not ahead[one].isdisjoint(mains(rule.states, regions)) for one in after
        ):
            return True
    return False


def _meets(workflow: Workflow, rule: DeadlineRule, event: Event) -> bool:
    """Whether an event ends the deadline: named by it, leading out of its steps, ending or leaving its region."""
    if any(not rule.states.isdisjoint(workflow.regions[name].states) for name in event.ends):
        return True
    beside = set(mains(rule.states, workflow.regions))
    if START in event.sources or beside.isdisjoint(mains(event.sources, workflow.regions)):
        return False
    if event.name in rule.met_by | rule.renewing:
        return True
    if rule.states.isdisjoint(event.sources):  # done beside it: the main line takes the deadline with it
        return event.target in workflow.states and event.target not in beside.union(rule.suspended_in)
    return event.target != SAME and event.target not in rule.states | rule.suspended_in
