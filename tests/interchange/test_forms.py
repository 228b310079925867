"""What other programs read: random acts lead to the same states in ours, in python-statemachine and SpiffWorkflow."""

import random
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState
from statemachine import StateChart
from statemachine.io.scxml.processor import SCXMLProcessor

from zhuli_flow.definitions import check
from zhuli_flow.definitions.model.workflow import SAME, START, Workflow
from zhuli_flow.engine.machine import topology
from zhuli_flow.interchange.bpmn import bpmn
from zhuli_flow.interchange.pnml import BEGIN, END, pnml
from zhuli_flow.interchange.scxml import scxml
from zhuli_flow.services.administration.workflows import parts_beside

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "workflows").glob("*.yaml"))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
PNML = "{http://www.pnml.org/version-2009/grammar/pnml}"
SCXML = "{http://www.w3.org/2005/07/scxml}"


@pytest.fixture(params=SHIPPED, ids=lambda path: path.stem)
def workflow(request: pytest.FixtureRequest) -> Workflow:
    path: Path = request.param
    return check.load(path.read_bytes(), path.name, parts=parts_beside(path))


def walk(workflow: Workflow, seed: int, length: int = 25) -> list[tuple[str, str, str]]:
    """A random way through our machine: (act, from, to); what leads back into a compound is left out."""
    dice, machine = random.Random(seed), topology(workflow)
    state, steps = START, list[tuple[str, str, str]]()
    for _ in range(length):
        open_ = [one for one in workflow.events.values() if state in one.sources and not one.history]
        open_ = [one for one in open_ if one.target in {*workflow.states, SAME}]
        if not open_:
            break
        event = dice.choice(open_)
        after = machine.step(event.name, state)
        assert after is not None
        steps.append((event.name, state, after))
        state = after
    return steps


def test_python_statemachine_goes_the_same_ways(workflow: Workflow) -> None:
    text, walked = scxml(workflow, conditions=False), 0
    for seed in range(12):
        machine = _scxml_machine(workflow, text)
        opened, *rest = walk(workflow, seed)
        if opened[2] != workflow.initial:  # SCXML has one initial state
            continue
        walked += 1
        for event, source, after in rest:
            StateChart.send(machine, event)  # an act may be called send
            leaves = {one for one in machine.configuration_values if one in workflow.states}
            assert leaves == {after}, (seed, event, source)
    assert walked >= 3


def _scxml_machine(workflow: Workflow, text: str):  # type: ignore[no-untyped-def]
    processor = SCXMLProcessor()
    processor.parse_scxml(workflow.name, text)
    return processor.start()


def test_spiffworkflow_goes_the_same_ways(workflow: Workflow) -> None:
    parser = BpmnParser()
    text = re.sub(r">(P\d+[A-Z])<", r">'\1'<", bpmn(workflow))  # it evaluates what stands there
    parser.add_bpmn_str(text.encode())
    spec = parser.get_spec(workflow.name)
    for seed in range(6):
        process = BpmnWorkflow(spec)
        process.data["event"] = ""
        way = walk(workflow, seed, 12)
        opening, *rest = way
        process.task_tree.data["event"] = opening[0]
        process.do_engine_steps()
        assert _waiting(process) == {opening[2]} - _final(workflow), opening
        for event, _, after in rest:
            (task,) = process.get_tasks(state=TaskState.READY, manual=True)
            task.data["event"] = event
            task.run()
            process.do_engine_steps()
            assert _waiting(process) == {after} - _final(workflow), (seed, event)
        if way[-1][2] in _final(workflow):
            assert process.is_completed()


def _waiting(process: BpmnWorkflow) -> set[str]:
    return {task.task_spec.bpmn_id for task in process.get_tasks(state=TaskState.READY, manual=True)}


def _final(workflow: Workflow) -> set[str]:
    return {name for name, state in workflow.states.items() if state.kind == "final"}


def test_every_end_of_a_flow_or_an_arc_is_there(workflow: Workflow) -> None:
    process = ET.fromstring(bpmn(workflow).split("\n", 1)[1]).find(f"{BPMN}process")
    assert process is not None
    ids = [node.attrib["id"] for node in process if "id" in node.attrib]
    assert len(ids) == len(set(ids))
    for flow in process.iter(f"{BPMN}sequenceFlow"):
        assert {flow.attrib["sourceRef"], flow.attrib["targetRef"]} <= set(ids)
    named = {node.text for tag in ("incoming", "outgoing") for node in process.iter(BPMN + tag)}
    assert named <= set(ids)


def test_the_net_has_one_beginning_one_end_and_every_step_between(workflow: Workflow) -> None:
    page = ET.fromstring(pnml(workflow).split("\n", 1)[1]).find(f"{PNML}net/{PNML}page")
    assert page is not None
    places = {node.attrib["id"] for node in page.iter(f"{PNML}place")}
    assert places == {*workflow.states, BEGIN, END}
    arcs = [(node.attrib["source"], node.attrib["target"]) for node in page.iter(f"{PNML}arc")]
    assert not [arc for arc in arcs if arc[1] == BEGIN or arc[0] == END]
    moves = {node.attrib["id"] for node in page.iter(f"{PNML}transition")}
    for move in moves:
        assert sum(arc[0] == move for arc in arcs) == sum(arc[1] == move for arc in arcs) == 1
    ends = {arc[1] for arc in arcs} | {arc[0] for arc in arcs}
    assert places <= ends


def test_compound_states_hold_their_states_in_scxml(workflow: Workflow) -> None:
    root = ET.fromstring(scxml(workflow).split("\n", 1)[1])
    nodes = {node.attrib["id"]: node for node in root.iter() if node.tag in {f"{SCXML}state", f"{SCXML}final"}}
    assert set(workflow.states) | set(workflow.compounds) == nodes.keys()
    for compound in workflow.compounds.values():
        inside = {node.attrib.get("id") for node in nodes[compound.name].iter()}
        assert set(compound.states) <= inside


ALIKE = """
workflow: end
version: "1"
title: 同名
prefix: TM
basis: 测试
applicant: {kinds: [county]}
roles: {office: {title: 省办, of: province}}
states:
  begin: {title: 起草, kind: initial, deadline: {within: 5wd, then: over}}
  page: {title: 审核}
  end: {title: 办结, kind: final}
events:
  begin: {title: 开启, from: start, to: begin, by: office}
  done: {title: 报送, from: begin, to: page, by: office}
  over: {title: 逾期报送, from: begin, to: page, by: system}
  gate: {title: 通过, from: page, to: end, by: office}
"""


@pytest.mark.parametrize("written", [bpmn, pnml])
def test_steps_and_acts_may_be_called_like_what_stands_between_them(written: Callable[[Workflow], str]) -> None:
    root = ET.fromstring(written(check.load(ALIKE.encode(), "end.yaml")).split("\n", 1)[1])
    ids = [node.attrib["id"] for node in root.iter() if "id" in node.attrib and not node.tag.endswith("process")]
    assert len(ids) == len(set(ids))
