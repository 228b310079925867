"""A definition as BPMN 2.0 (ISO/IEC 19510): a process that other programs can show and run, for what both can say.

A step is a user task, and behind it an exclusive gateway from which an act leads on: its flow bears the act's title,
and is taken when the process variable ``event`` names the act. Final states are end events, a limit after which the
system acts is a timer beside its step. Conditions, rights and signatures are told as documentation, not as expressions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from zhuli_flow.definitions.model.workflow import SAME, START, DeadlineRule, Workflow
from zhuli_flow.interchange.main_line import Move, moves

SPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
VARIABLE = "event"
"""The variable that says which act was chosen."""


def bpmn(workflow: Workflow) -> str:
    """The definition as one BPMN document, UTF-8."""
    root = ET.Element(
        "definitions",
        {
            "xmlns": SPACE,
            "xmlns:xsi": INSTANCE,
            "id": f"{workflow.name}.definitions",
            "targetNamespace": f"urn:zhuli_flow:{workflow.name}:{workflow.version}",
        },
    )
    process = ET.SubElement(
        root, "process", {"id": workflow.name, "name": workflow.title, "isExecutable": "true", "processType": "Private"}
    )
    flows = list(_flows(workflow))
    _gate(process, START, "开启", flows, start=True)
    for name, state in workflow.states.items():
        incoming = [flow for flow, _, _, _, target in flows if target == name]
        if state.kind == "final":
            _linked(ET.SubElement(process, "endEvent", {"id": name, "name": state.title}), incoming, ())
            continue
        task = ET.SubElement(process, "userTask", {"id": name, "name": state.title})
        ET.SubElement(task, "documentation").text = _told(workflow, name)
        _linked(task, incoming, [f"{name}.done"])
        _flow(process, f"{name}.done", name, f"{name}.gate")
        _gate(process, name, state.title, flows, start=False)
        for rule in workflow.deadlines.values():
            acted = workflow.events.get(rule.then or "")
            if rule.within and acted and name in rule.states and name in acted.sources:
                _timer(process, workflow, rule, Move(acted, name, acted.target))
    for flow, event, title, source, target in flows:
        _flow(process, flow, f"{source}.gate", target, title, event)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


Flow = tuple[str, str, str, str, str]
"""(id, act, its title, from, to)"""


def _flows(workflow: Workflow) -> Iterator[Flow]:
    for move in moves(workflow):
        end = _end(workflow, move)
        yield f"{move.source}.act.{move.event.name}", move.event.name, move.event.title, move.source, end


def _end(workflow: Workflow, move: Move) -> str:
    """Where an act leads; into a compound's history: to its first step, as the form knows no history."""
    if move.event.history:
        return workflow.compounds[move.event.history].states[0]
    return move.target or move.source


def _gate(process: ET.Element, name: str, title: str, flows: Iterable[Flow], *, start: bool) -> None:
    """The choice of the next act; ``start``: behind the beginning of the process."""
    before = f"{name}.done"
    if start:
        _linked(ET.SubElement(process, "startEvent", {"id": name, "name": title}), (), [before])
        _flow(process, before, name, f"{name}.gate")
    gate = ET.SubElement(process, "exclusiveGateway", {"id": f"{name}.gate", "name": f"{title}：办理哪一项"})
    _linked(gate, [before], [flow for flow, _, _, source, _ in flows if source == name])


def _linked(node: ET.Element, incoming: Iterable[str], outgoing: Iterable[str]) -> None:
    for tag, flows in (("incoming", incoming), ("outgoing", outgoing)):
        for flow in flows:
            ET.SubElement(node, tag).text = flow


def _flow(process: ET.Element, flow: str, source: str, target: str, title: str = "", event: str = "") -> None:
    told = {"id": flow, "sourceRef": source, "targetRef": target, **({"name": title} if title else {})}
    node = ET.SubElement(process, "sequenceFlow", told)
    if event:
        condition = ET.SubElement(node, "conditionExpression", {"xsi:type": "tFormalExpression"})
        condition.text = f"{VARIABLE} == '{event}'"


def _timer(process: ET.Element, workflow: Workflow, rule: DeadlineRule, move: Move) -> None:
    """The limit and where the system leads the case once it is over."""
    name = f"{move.source}.limit.{rule.name}"
    told = {"id": name, "name": rule.title, "attachedToRef": move.source, "cancelActivity": "true"}
    node = ET.SubElement(process, "boundaryEvent", told)
    _linked(node, (), [f"{name}.over"])
    period = workflow.period(rule.within or "0d")
    unit = {"wd": "D", "d": "D", "m": "M", "y": "Y"}[period.unit]
    timer = ET.SubElement(node, "timerEventDefinition")
    ET.SubElement(timer, "timeDuration", {"xsi:type": "tFormalExpression"}).text = f"P{period.count}{unit}"
    target = move.source if move.target == SAME else _end(workflow, move)
    _flow(process, f"{name}.over", name, target, move.event.title)


def _told(workflow: Workflow, state: str) -> str:
    """Who may do what in a step, and on which conditions: for people to read."""
    lines = []
    for event in workflow.events.values():
        if state in event.sources:
            roles = [signer.role for signer in event.sign.signers] if event.sign else event.by
            titles = "、".join(workflow.roles[role].title if role in workflow.roles else "系统" for role in roles)
            lines.append(f"{event.title}（{titles}）" + "".join(f"；{guard.say}" for guard in event.guards))
    return "\n".join(lines)
