"""The graph of steps: what can be reached, what leads nowhere, what lies before what."""

from __future__ import annotations

from collections.abc import Mapping

from zhuli_flow.definitions.model.graph import Edges, edges, reachable
from zhuli_flow.definitions.model.workflow import SAME, START, Operation, Workflow
from zhuli_flow.definitions.reading.problems import Report


def check_flow(workflow: Workflow, report: Report) -> None:
    """One initial step; every step can be reached; no unfinished step is a trap; nothing leaves a final one."""
    _check_initial(workflow, report)
    _check_openings(workflow, report)
    graph = edges(workflow.events, workflow.compounds, workflow.regions)
    seen = reachable([START], {**graph, **_operation_edges(workflow.operations, graph)})
    for name, state in workflow.states.items():
        path = ("states", name)
        if START in graph and name not in seen:
            message = f"环节“{name}”（{state.title}）从开启起走不到"
            report.add(path, "unreachable_state", message, "补一个通往它的操作，或删去此环节")
        leaving = [event for event in workflow.events.values() if name in event.sources]
        if state.kind == "final":
            for event in leaving:
                message = f"“{state.title}”已是终结环节，不能再办理“{event.title}”"
                report.add(("events", event.name, "from"), "leaves_final", message, f"从 from 中删去 {name}")
        elif not graph.get(name):
            message = f"环节“{name}”（{state.title}）没有出路"
            report.add(path, "dead_end", message, "补一个离开它的操作，或写 kind: final")


def _operation_edges(operations: Mapping[str, Operation], graph: Edges) -> dict[str, frozenset[str]]:
    """退回 leads only to where a case has been; 终止 may lead to a step that no event reaches."""
    end = operations.get("terminate")
    if end is None or not end.targets:
        return {}
    sources = end.sources or [state for state in graph if state != START]
    return {source: graph.get(source, frozenset()) | set(end.targets) for source in sources}


def _check_initial(workflow: Workflow, report: Report) -> None:
    initial = [name for name, state in workflow.states.items() if state.kind == "initial"]
    if not initial:
        report.add(("states",), "no_initial", "没有起始环节", "给其中一个环节写 kind: initial")
    for name in initial[1:]:
        message = f"起始环节只能有一个，“{initial[0]}”已是"
        report.add(("states", name), "several_initial", message, "只留一个 kind: initial")


def _check_openings(workflow: Workflow, report: Report) -> None:
    openings = workflow.opening_events()
    if not openings:
        report.add(("events",), "no_opening", "没有开启事项的操作", "写一个 from: start 的操作")
    for event in openings:
        target = workflow.states.get(event.target)
        if event.target == SAME or (target and target.kind != "initial" and event.by != ("system",)):
            message = f"“{event.title}”开启事项，须到起始环节"
            report.add(
                ("events", event.name, "to"), "bad_opening", message, "to 写起始环节；只有系统可直接开启到其他环节"
            )
