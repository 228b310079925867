"""Checks of regions (并行环节): what begins and ends them, how their states are reached, who asks for one in vain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zhuli_flow.definitions.building.parsed_lines import names as listed
from zhuli_flow.definitions.checking.names import Names
from zhuli_flow.definitions.model.expressions import Ask, walk
from zhuli_flow.definitions.model.graph import mains
from zhuli_flow.definitions.model.region import Region, of_state
from zhuli_flow.definitions.model.workflow import START, Event, Workflow
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.problems import Report
from zhuli_flow.definitions.reading.yaml_reader import Path


def check_regions(shape: schema.WorkflowShape, workflow: Workflow, names: Names) -> None:
    """Note every problem with the names that regions write, and with what events say of regions."""
    _check_names(shape, names)
    for name, each in shape.regions.items():
        _check_region(each, ("regions", name), names)
        _check_ends_with_the_case(workflow.regions[name], workflow, names.report)
    for name, event in shape.events.items():
        path: Path = ("events", name)
        for key in ("begins", "ends"):
            names.need("regions", listed(getattr(event, key)), (*path, key))
        if name in workflow.events:
            _check_event(workflow.events[name], path, workflow, names.report)


def check_reached(workflow: Workflow, report: Report) -> None:
    """Every region begins somewhere, and each of its states is reached."""
    for region in workflow.regions.values():
        begun = [event for event in workflow.events.values() if region.name in event.begins]
        if not begun:
            message = f"并行环节“{region.name}”（{region.title}）没有操作使其开始"
            report.add(("regions", region.name), "never_begun", message, f"给某个操作写 begins: {region.name}")
            continue
        seen = _reached(region, workflow.events.values())
        for state, title in region.states.items():
            if state not in seen:
                message = f"并行环节“{region.name}”走不到“{state}”（{title}）"
                path: Path = ("regions", region.name, "states", state)
                report.add(path, "unreachable_state", message, "补一个通往它的操作，或删去此阶段")


def _reached(region: Region, events: Iterable[Event]) -> set[str]:
    seen, more = {region.first}, True
    moving = [event for event in events if event.target in region.states]
    while more:
        new = {event.target for event in moving if seen & set(event.sources)} - seen
        seen, more = seen | new, bool(new)
    return seen


def _check_names(shape: schema.WorkflowShape, names: Names) -> None:
    """A name stands for one thing: a state of the main line, a compound, a region, or a state in one."""
    taken = names.known["states"] | names.compounds
    for name, each in shape.regions.items():
        for state, path in (
            (name, ("regions", name)),
            *((one, ("regions", name, "states", one)) for one in each.states),
        ):
            if state in taken:
                message = f"“{state}”已是环节、大环节或并行环节的名称"
                names.report.add(path, "duplicate_name", message, "另起一个名称")
            taken |= {state}


def _check_region(shape: schema.RegionShape, path: Path, names: Names) -> None:
    names.need("states", listed(shape.in_), (*path, "in"))
    if not shape.in_:
        names.report.add((*path, "in"), "missing_value", "in 不能为空", "写上在哪些环节期间进行")
    if shape.states and shape.deadline is not None:
        message = f"“{shape.title}”分了阶段，期限须写在阶段里"
        names.report.add((*path, "deadline"), "misplaced_key", message, "移到某个阶段的 deadline")


def _check_ends_with_the_case(region: Region, workflow: Workflow, report: Report) -> None:
    final = [name for name in region.beside if name in workflow.states and workflow.states[name].kind == "final"]
    for name in final:
        message = f"“{workflow.states[name].title}”已是终结环节，“{region.title}”不能在其后进行"
        report.add(("regions", region.name, "in"), "outlives_case", message, f"从 in 中删去 {name}")


def _check_event(event: Event, path: Path, workflow: Workflow, report: Report) -> None:
    into = of_state(workflow.regions, event.target)
    if into is not None and not set(event.sources) <= into.states.keys():
        message = f"“{event.title}”到并行环节“{into.title}”的阶段，from 却不都在其中"
        fix = f"使其开始的写 to: same 和 begins: {into.name}；另一种办理另写一个操作"
        report.add((*path, "to"), "outside_region", message, fix)
    for name in set(event.begins) & set(event.ends):
        report.add((*path, "ends"), "repeated_value", f"并行环节“{name}”既开始又结束", "只写在一处")
    for name in event.begins:
        if name in workflow.regions:
            _check_begins(event, path, workflow.regions[name], workflow, report)
    for name in event.ends:
        if name in workflow.regions and not _places(event, workflow) & set(workflow.regions[name].beside):
            message = f"办理“{event.title}”的环节，“{workflow.regions[name].title}”都不在进行"
            report.add((*path, "ends"), "outside_region", message, "删去 ends，或改 from")
    for guard in event.guards:
        _check_asked(guard.condition, event, path, workflow, report)


def _check_begins(event: Event, path: Path, region: Region, workflow: Workflow, report: Report) -> None:
    """It must begin beside a state that it may run beside: the one that the act leads to, or stays in."""
    moves = event.target in workflow.states
    lands = {event.target} if moves else _places(event, workflow)
    outside = sorted(lands - set(region.beside) - {START})
    if outside:
        message = f"“{event.title}”之后的环节（{'、'.join(outside)}）不在“{region.title}”进行的环节之内"
        report.add((*path, "begins"), "outside_region", message, f"在 regions.{region.name}.in 中加上，或改 from、to")
    if set(event.sources) <= region.states.keys():
        message = f"“{event.title}”只能在“{region.title}”之中办理，不能再使其开始"
        report.add((*path, "begins"), "outside_region", message, "删去 begins，或在 from 中加上其他环节")


def _check_asked(condition: object, event: Event, path: Path, workflow: Workflow, report: Report) -> None:
    """``state within REGION`` where that region never runs would always be no."""
    for region in _asked(condition, workflow):
        if not _places(event, workflow) & set(region.beside):
            message = f"办理“{event.title}”的环节，“{region.title}”都不在进行，“state within”永不成立"
            report.add((*path, "when"), "never_possible", message, "删去这个条件，或改 from")


def _asked(condition: object, workflow: Workflow) -> Iterator[Region]:
    for node in walk(condition):
        if isinstance(node, Ask) and node.kind == "within":
            found = workflow.regions.get(node.name) or of_state(workflow.regions, node.name)
            if found is not None:
                yield found


def _places(event: Event, workflow: Workflow) -> set[str]:
    """The states of the main line in which an event may be done, those beside which its regions run included."""
    return set(mains(event.sources, workflow.regions))
