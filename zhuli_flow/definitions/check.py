"""The door of this room: a definition's text → a checked Workflow, or every problem in one go, each at its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from zhuli_flow.definitions.building.build import build, with_compounds
from zhuli_flow.definitions.building.parsed_lines import Kinds, Parsed, ParsedLines
from zhuli_flow.definitions.checking.behaviour import check_verbs
from zhuli_flow.definitions.checking.declarations import check_nouns
from zhuli_flow.definitions.checking.hints import hints
from zhuli_flow.definitions.checking.laws import check_laws
from zhuli_flow.definitions.checking.links import check_linked
from zhuli_flow.definitions.checking.names import Names, states_beside, written_names
from zhuli_flow.definitions.checking.reachability import check_flow
from zhuli_flow.definitions.checking.regions import check_reached, check_regions
from zhuli_flow.definitions.checking.type_checker import Grammarian
from zhuli_flow.definitions.model import workflow as model
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.compose import Parts, compose, split
from zhuli_flow.definitions.reading.problems import Report
from zhuli_flow.definitions.reading.validate import at
from zhuli_flow.definitions.reading.validate import shape as shape_of
from zhuli_flow.definitions.reading.yaml_reader import Document, scan
from zhuli_flow.errors import InvalidInput, Problem

__all__ = ["Kinds", "linked", "load", "parse", "problems", "refuse"]


NO_PARTS: Parts = {}


def load(data: bytes, file: str, kinds: Kinds | None = None, parts: Parts = NO_PARTS) -> model.Workflow:
    """The workflow that ``data`` defines; ``file`` is how problems name it.

    ``kinds`` are the documents known (name → {variable: required}); without it documents are taken on trust.
    ``parts`` are the shared parts at hand; a complete text brings its own.
    Raises InvalidInput carrying every problem, sorted by line.
    """
    workflow, found = problems(data, file, kinds, parts)
    if workflow is None:
        raise refuse(file, found)
    return workflow


def refuse(file: str, found: Sequence[Problem]) -> InvalidInput:
    """The error that carries all problems of one file."""
    fix = f"请按所列位置修改 {file} 后重试"
    return InvalidInput(f"流程定义 {file} 有 {len(found)} 处问题，未作任何改动", found, fix=fix)


def problems(
    data: bytes, file: str, kinds: Kinds | None = None, parts: Parts = NO_PARTS
) -> tuple[model.Workflow | None, list[Problem]]:
    """The workflow (None when anything is wrong with it) and every problem, sorted by line."""
    found = parse(data, file, kinds, parts)
    return (None if found.problems else found.workflow), found.problems


class Parse:
    """What one reading gave: the workflow as far as it could be made, shape, document, parsed lines, all problems."""

    __slots__ = ("document", "lines", "problems", "shape", "workflow")

    def __init__(
        self,
        document: Document,
        shape: schema.WorkflowShape | None,
        workflow: model.Workflow | None,
        report: Report,
        lines: Sequence[Parsed] = (),
    ) -> None:
        self.document = document
        self.shape = shape
        self.workflow = workflow
        self.lines = lines
        self.problems = report.sorted()

    @property
    def sound(self) -> model.Workflow:
        """The workflow of a definition that has no problems. Raises ValueError for another."""
        if self.workflow is None or self.problems:
            raise ValueError("the definition is not sound")
        return self.workflow


def parse(data: bytes, file: str, kinds: Kinds | None = None, parts: Parts = NO_PARTS) -> Parse:
    """Read, compose, shape, build and check; each layer goes on with what the one before could make of the text."""
    own, brought = split(data)
    known = {name: (f"{file}（{name}）", part) for name, part in brought.items()} or parts
    composed = compose(scan(own, file), own, known)
    document, text = composed.document, composed.text
    report = Report(document, dict.fromkeys(document.problems))
    if document.data is None:
        return Parse(document, None, None, report)
    shape = shape_of(document, report)
    if shape is None:
        return Parse(document, None, None, report)
    parsing = ParsedLines(report.document.own_line, report.add, kinds)
    workflow = build(shape, text.decode("utf-8-sig"), sha256(text).hexdigest(), parsing)
    workflow = with_compounds(workflow, composed.compounds, composed.histories)
    names = Names(written_names(document.data), report, frozenset(composed.compounds), states_beside(document.data))
    check_nouns(shape, workflow, names)
    check_verbs(shape, workflow, names, kinds)
    check_regions(shape, workflow, names)
    grammarian = Grammarian(workflow, names.known, report)
    for line in parsing.parsed:
        if line.where != "register":
            grammarian.check(line)
    check_linked(shape, workflow, parsing.parsed, {workflow.name: workflow}, report)
    check_laws(shape.laws, workflow, names)
    if not document.problems and _graph(document.data) == _graph(report.document.data):
        check_flow(workflow, report)  # with parts taken out, the graph would show holes that are not in the file
        check_reached(workflow, report)
    return Parse(report.document, shape, workflow, report, parsing.parsed)


def hinted(found: Parse) -> list[str]:
    """What is not wrong in a sound definition and yet seldom meant, each in words after its place."""
    sound = found.workflow is not None and not found.problems
    return hints(found.workflow, found.document) if found.workflow and sound else []


def linked(found: Parse, others: Mapping[str, model.Workflow]) -> list[Problem]:
    """What is wrong with what a definition says of ``others`` (by name), by line; its own problems are not repeated."""
    report = Report(found.document)
    if found.shape is not None and found.workflow is not None:
        check_linked(found.shape, found.workflow, found.lines, others, report)
    return [problem for problem in report.sorted() if problem not in found.problems]


def _graph(data: Any) -> list[dict[str, object]]:
    """What of plain data draws the graph of steps: kinds of states, regions, ways of events, the end of 终止."""
    drawing = ("from", "to", "begins", "ends")
    events = {name: tuple(at(data, ("events", name, key)) for key in drawing) for name in _names(data, "events")}
    states = {name: at(data, ("states", name, "kind")) for name in _names(data, "states")}
    beside = {name: _names(at(data, ("regions", name)), "states") for name in _names(data, "regions")}
    return [events, states, beside, {"to": at(data, ("operations", "terminate", "to"))}]


def _names(data: Any, section: str) -> list[str]:
    written = at(data, (section,))
    return list(written) if isinstance(written, dict) else []
