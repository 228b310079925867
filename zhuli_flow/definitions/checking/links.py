"""Checks of what one definition says of another: cases it opens or drives there, registers it keeps of them.

They are made where the other definition is at hand: its own, those of the same folder, those in use. One that is
nowhere to be found is taken on trust; the act that needs it waits until it is taken into use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhuli_flow.definitions.building.effects import advances
from zhuli_flow.definitions.building.parsed_lines import Parsed
from zhuli_flow.definitions.checking.carried import check_carried
from zhuli_flow.definitions.checking.names import WHAT
from zhuli_flow.definitions.checking.type_checker import Grammarian
from zhuli_flow.definitions.checking.value_types import OF_ANY_CASE
from zhuli_flow.definitions.model import expressions
from zhuli_flow.definitions.model.register import Register
from zhuli_flow.definitions.model.workflow import START, SYSTEM, Event, Workflow
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.problems import Report
from zhuli_flow.definitions.reading.yaml_reader import Path


def check_linked(
    shape: schema.WorkflowShape,
    workflow: Workflow,
    lines: Sequence[Parsed],
    others: Mapping[str, Workflow],
    report: Report,
) -> None:
    """Note every problem with the ``others`` (by name) that ``workflow`` refers to; ``lines`` are its parsed lines."""
    _check_prefix(workflow, others, report)
    for name, event in shape.events.items():
        path: Path = ("events", name)
        if event.open is not None and event.open.workflow in others:
            _check_opening(event.open, (*path, "open"), others[event.open.workflow], report)
        for each, here in advances(event.advance, path):
            if each.workflow in others:
                _check_advance(each, here, others[each.workflow], report)
    for name, register in shape.registers.items():
        if register.workflow in others:
            _check_register(register, ("registers", name), others[register.workflow], report)
    for line in lines:
        _check_line(line, workflow, others, report)
    check_carried(shape, workflow, lines, others, report)


def _check_prefix(workflow: Workflow, others: Mapping[str, Workflow], report: Report) -> None:
    """Two workflows with one prefix would share a series of numbers, and nobody could tell a case by its number."""
    for other in others.values():
        if other.prefix == workflow.prefix and other.name != workflow.name:
            message = f"“{workflow.prefix}”已是{other.name}（{other.title}）的编号字头"
            report.add(("prefix",), "repeated_value", message, "请另取一个字头")


def _check_opening(shape: schema.OpenShape, path: Path, other: Workflow, report: Report) -> None:
    event = _event(shape.event, path, other, report)
    if event is None:
        return
    if START not in event.sources:
        message = f"“{event.title}”不是 {other.name} 的开启操作"
        report.add((*path, "event"), "bad_opening", message, "写 from: start 的操作")
    _check_given(shape.set, (*path, "set"), event, other, report)
    missing = [ask.name for ask in event.fill if ask.required and ask.name not in shape.set]
    missing = [name for name in missing if name not in other.fields or other.fields[name].only is None]
    if missing:
        message = f"开启 {other.name} 须填“{'”“'.join(missing)}”，set 中没有"
        report.add(path, "missing_value", message, f"在 set 中补写 {missing[0]}: 字段或算式")


def _check_advance(shape: schema.AdvanceShape, path: Path, other: Workflow, report: Report) -> None:
    event = _event(shape.event, path, other, report)
    if event is not None:
        _check_given(shape.set, (*path, "set"), event, other, report)


def _event(name: str, path: Path, other: Workflow, report: Report) -> Event | None:
    event = other.events.get(name)
    if event is None:
        report.unknown((*path, "event"), f"{other.name} 的操作", name, other.events, "unknown_event")
    elif SYSTEM not in event.by:
        message = f"关联事项由系统办理“{event.title}”，但它不由系统办理"
        report.add((*path, "event"), "not_by_system", message, f"在 {other.name} 中给操作 {name} 写 by: system")
    return event


def _check_given(given: Mapping[str, str], path: Path, event: Event, other: Workflow, report: Report) -> None:
    asked = [ask.name for ask in event.fill]
    for name in given:
        if name not in asked:
            what = f"{other.name}“{event.title}”所填的字段"
            report.unknown((*path, name), what, name, asked, "unknown_field")


def _check_register(shape: schema.RegisterShape, path: Path, other: Workflow, report: Report) -> None:
    columns = [*other.fields, *sorted(OF_ANY_CASE)]
    for _, column in shape.keyed():
        if column not in columns:
            report.unknown((*path, "columns"), f"{other.name} 的列", column, columns, "unknown_column")
    if shape.linked_by is None:
        return
    field = other.fields.get(shape.linked_by)
    if field is None:
        report.unknown((*path, "linked_by"), f"{other.name} 的字段", shape.linked_by, other.fields, "unknown_field")
    elif field.type != "case":
        message = f"{other.name} 的“{shape.linked_by}”不是事项字段"
        report.add((*path, "linked_by"), "type_mismatch", message, "写 type: case 的字段")


def _check_line(line: Parsed, workflow: Workflow, others: Mapping[str, Workflow], report: Report) -> None:
    """Conditions of a register read the other's fields; sums read its columns, which must be numbers there."""
    if line.where == "register":
        register = workflow.registers.get(line.form)
        other = others.get(register.workflow) if register else None
        if other is not None:
            Grammarian(other, names_of(other), report, workflow).check(line)
        return
    for node in expressions.walk(line.tree):
        if isinstance(node, expressions.Aggregate):
            _check_aggregate(node, line, workflow, others, report)


def _check_aggregate(
    node: expressions.Aggregate, line: Parsed, workflow: Workflow, others: Mapping[str, Workflow], report: Report
) -> None:
    register = workflow.registers.get(node.source)
    other = others.get(register.workflow) if register else None
    if node.kind == "lines" and node.column and node.source in others:
        forms = others[node.source].forms
        if node.column not in forms:
            report.unknown(line.path, f"{node.source} 的表单", node.column, forms, "unknown_form")
    elif register and other and node.kind in {"sum", "mean", "min", "max"}:
        _check_number(node, register, line, other, report)
    elif other and node.kind == "first":
        Grammarian(workflow, names_of(workflow), report, others=others).check(line)


def _check_number(
    node: expressions.Aggregate, register: Register, line: Parsed, other: Workflow, report: Report
) -> None:
    field = other.fields.get(register.aliases.get(node.column, node.column))
    if node.column and (field is None or field.type not in {"int", "decimal"}):
        message = f"“{node.source}.{node.column}”不是数，不能求 {node.kind}（{line.text}）"
        report.add(line.path, "type_mismatch", message, "")


def names_of(workflow: Workflow) -> dict[str, frozenset[str]]:
    """Every name of a finished definition, section by section."""
    return {section: frozenset(getattr(workflow, section)) for section in WHAT}
