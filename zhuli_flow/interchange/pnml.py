"""A definition as a Petri net in PNML (ISO/IEC 15909-2): a workflow net, for programs that prove things about such.

A step is a place, an act a transition for each step that it is open in; one place comes before the first step and one
after all final states. Conditions are left out: the net may do whatever some case may.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.interchange.main_line import moves

SPACE = "http://www.pnml.org/version-2009/grammar/pnml"
KIND = "http://www.pnml.org/version-2009/grammar/ptnet"
BEGIN, END = "case.begin", "case.end"
"""Names that no step can have, as all that is no step bears a point in its own."""


def pnml(workflow: Workflow) -> str:
    """The net as one PNML document, UTF-8."""
    root = ET.Element("pnml", {"xmlns": SPACE})
    net = ET.SubElement(root, "net", {"id": f"{workflow.name}.net", "type": KIND})
    _name(net, workflow.title)
    page = ET.SubElement(net, "page", {"id": f"{workflow.name}.page"})
    for place, title in ((BEGIN, "开启之前"), *_titles(workflow), (END, "办结")):
        node = ET.SubElement(page, "place", {"id": place})
        _name(node, title)
        if place == BEGIN:
            ET.SubElement(ET.SubElement(node, "initialMarking"), "text").text = "1"
    for number, (name, title, source, target) in enumerate(_moves(workflow), 1):
        one = f"{name}.{number}"
        _name(ET.SubElement(page, "transition", {"id": one}), title)
        for start, end in ((source, one), (one, target)):
            ET.SubElement(page, "arc", {"id": f"{start}-{end}", "source": start, "target": end})
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _titles(workflow: Workflow) -> Iterator[tuple[str, str]]:
    return ((name, state.title) for name, state in workflow.states.items())


def _moves(workflow: Workflow) -> Iterator[tuple[str, str, str, str]]:
    """(act, its title, from, to) for each step that an act is open in; then from each final state to the end."""
    for event, source, target in moves(workflow):
        ends = [target or source]
        if event.history:
            ends = [state for state in workflow.compounds[event.history].states if state != source]
        for end in ends:
            yield event.name, event.title, BEGIN if source == START else source, end
    for name, state in workflow.states.items():
        if state.kind == "final":
            yield "end", f"办结（{state.title}）", name, END


def _name(node: ET.Element, words: str) -> None:
    ET.SubElement(ET.SubElement(node, "name"), "text").text = words
