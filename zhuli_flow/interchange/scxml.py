"""A definition as SCXML (W3C, 2015): states and compound states, transitions with the conditions as they are written.

An act that stays in its step is a transition without target; one that leads back into a compound goes to its history.
Conditions stand as text (``cond``): which of them hold, only this program knows. Titles stand in a name
space of our own. Deadlines, papers, rights and signatures have no word in SCXML and stay behind.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.interchange.chart import SPACE, TITLES
from zhuli_flow.interchange.main_line import Move, moves

_TITLE = f"{{{TITLES}}}title"
ET.register_namespace("zhuli", TITLES)


def scxml(workflow: Workflow, *, conditions: bool = True) -> str:
    """The definition as one SCXML document, UTF-8. ``conditions``: whether guards are written at all."""
    told = {"xmlns": SPACE, "version": "1.0", "name": workflow.name, "initial": workflow.initial}
    root = ET.Element("scxml", {**told, _TITLE: workflow.title})
    parents: dict[str, ET.Element] = {"": root}
    for name, state in workflow.states.items():
        parent = parents[_room(workflow, name, parents)]
        node = ET.SubElement(parent, "final" if state.kind == "final" else "state", {"id": name, _TITLE: state.title})
        for move in moves(workflow):
            if move.source == name:
                node.append(_transition(move, conditions=conditions))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _room(workflow: Workflow, state: str, parents: dict[str, ET.Element]) -> str:
    """The innermost compound that a state is in; compounds are written when their first state is."""
    around = [one for one in workflow.compounds.values() if state in one.states]
    for compound in sorted(around, key=lambda one: -len(one.states)):
        if compound.name not in parents:
            where = parents[compound.within]
            told = {"id": compound.name, "initial": compound.states[0], _TITLE: compound.title}
            node = ET.SubElement(where, "state", told)
            parents[compound.name] = node
            if any(event.history == compound.name for event in workflow.events.values()):
                kept = ET.SubElement(node, "history", {"id": f"{compound.name}.history", "type": "deep"})
                ET.SubElement(kept, "transition", {"target": compound.states[0]})
    return min(around, key=lambda one: len(one.states)).name if around else ""


def _transition(move: Move, *, conditions: bool) -> ET.Element:
    told = {"event": move.event.name, _TITLE: move.event.title}
    if conditions and move.event.guards:
        told["cond"] = " and ".join(f"({guard.text})" for guard in move.event.guards if not guard.warn)
    told["target"] = f"{move.event.history}.history" if move.event.history else move.target
    return ET.Element("transition", {key: value for key, value in told.items() if value})
