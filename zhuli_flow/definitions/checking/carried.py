"""Personal data that one case hands to another must be declared personal there, or they stand openly in its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from zhuli_flow.definitions.building.effects import advances
from zhuli_flow.definitions.building.parsed_lines import Parsed
from zhuli_flow.definitions.model import expressions
from zhuli_flow.definitions.model.workflow import Field, Workflow
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.problems import Report
from zhuli_flow.definitions.reading.yaml_reader import Path

HOLDING = frozenset({"text", "names", "rows"})
"""The types of field that can be declared personal; a number or a day is no such text."""


def check_carried(
    shape: schema.WorkflowShape,
    workflow: Workflow,
    lines: Sequence[Parsed],
    others: Mapping[str, Workflow],
    report: Report,
) -> None:
    """Note each line that fills an undeclared field with personal data: of the other case, or from another case."""
    given = dict(_given(shape, others))
    for line in lines:
        into, name = given.get(line.path, (workflow, line.target))
        field = into.fields.get(name)
        if field is None or field.personal or field.type not in HOLDING:
            continue
        own = line.path in given
        for source in _read(line, workflow, others, own=own):
            message = f"个人信息“{source.title}”填入 {into.name} 的“{field.title}”，而那里没有写明是个人信息"
            fix = f"在 {into.name} 中给字段 {name} 写 personal: 依据（如 {source.personal}），或不填"
            report.add(line.path, "personal_undeclared", message, fix)


def _given(shape: schema.WorkflowShape, others: Mapping[str, Workflow]) -> Iterator[tuple[Path, tuple[Workflow, str]]]:
    """What is filled in in other cases: the place of the line, the other definition, its field."""
    for name, event in shape.events.items():
        path: Path = ("events", name)
        for each, here in advances(event.advance, path):
            yield from _lines_of(each, here, others)
        if event.open is not None:
            yield from _lines_of(event.open, (*path, "open"), others)


def _lines_of(
    shape: schema.OpenShape | schema.AdvanceShape, path: Path, others: Mapping[str, Workflow]
) -> Iterator[tuple[Path, tuple[Workflow, str]]]:
    other = others.get(shape.workflow)
    if other is not None:
        yield from (((*path, "set", name), (other, name)) for name in shape.set)


def _read(line: Parsed, workflow: Workflow, others: Mapping[str, Workflow], *, own: bool) -> list[Field]:
    """The personal fields that a line reads: of other cases by a register, and, where ``own``, of its own case."""
    found: dict[str, Field] = {}
    for node in expressions.walk(line.tree.term if isinstance(line.tree, expressions.Choice) else line.tree):
        if own and isinstance(node, expressions.Name) and node.text in workflow.fields:
            found[node.text] = workflow.fields[node.text]
        elif isinstance(node, expressions.Aggregate) and node.source in workflow.registers:
            register = workflow.registers[node.source]
            other = others.get(register.workflow)
            columns = {"first": (node.column,), "rows": register.columns}.get(node.kind, ())
            named = [register.aliases.get(column, column) for column in columns]
            found |= {name: other.fields[name] for name in named if other is not None and name in other.fields}
    return [field for field in found.values() if field.personal]
