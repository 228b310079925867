"""Whole tables as values: cells of a register, a form line by line; how they go on paper, how a field keeps them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from zhuli_flow.definitions.model.form_lines import Line, item_number, part_numbers
from zhuli_flow.definitions.model.workflow import Field, Form, Workflow
from zhuli_flow.engine.expressions.values import NOT_APPLICABLE, worded
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.json_values import Values


class LineAnswer(msgspec.Struct, frozen=True):
    """An answer on a line of a form, its ``value`` in words ("": nothing was answered)."""

    number: str
    title: str
    value: str
    unit: str


class FormLine(msgspec.Struct, frozen=True):
    """A line of a form on paper; ``kind``: group, heading or label; ``number``: the one that it begins with."""

    kind: str
    number: str
    text: str
    answers: tuple[LineAnswer, ...]


def lines(workflow: Workflow, form: Form, answers: Values, left_out: Collection[str]) -> list[FormLine]:
    """The form as it stands on paper, line by line.

    A field that stands without a line of the paper has one with its title and its own number; a line
    whose fields are all ``left_out`` (not asked of this unit) is left out as well.
    """
    printed = form.lines or tuple(Line("label", "", (ask.name,)) for ask in form.fields)
    numbers = part_numbers(printed)
    found: list[FormLine] = []
    for line in printed:
        fields = [workflow.fields[name] for name in line.fields if name not in left_out]
        if fields or not line.fields:
            told = tuple(_answer(field, numbers[field.name], answers.get(field.name)) for field in fields)
            number = item_number(line) if line.text else numbers[fields[0].name]
            text = line.text or f"{fields[0].title}："
            found.append(FormLine(line.kind, number, text, told))
    return found


def _answer(field: Field, number: str, value: Json) -> LineAnswer:
    return LineAnswer(number, field.title, _answered(field, value), field.unit)


def _answered(field: Field, value: Json) -> str:
    """The answer in words; the rows of a table one a line, each cell under its column's title."""
    if field.type != "rows" or not isinstance(value, list):
        return worded(value)
    rows = (row for row in value if isinstance(row, dict))
    return "\n".join(
        "，".join(
            f"{one.title}{worded(row[one.name])}{one.unit}" for one in field.columns if row.get(one.name) is not None
        )
        for row in rows
    )


def listed(value: Json) -> Json:
    """A cell of ``rows of``: as it was given, but several values are one text."""
    return worded(value) if isinstance(value, list | dict) else value


def on_paper(value: Json) -> Json:
    """A variable of a document; in the cells of a table nothing is "", and yes and no are words."""
    return [_printed(row) for row in value] if isinstance(value, list) else value


def _printed(row: Json) -> Json:
    if not isinstance(row, dict):
        return row
    return {key: worded(cell) if cell is None or isinstance(cell, bool) else cell for key, cell in row.items()}


def kept(field: Field | None, value: Json) -> Json:
    """What a field keeps of what the engine fills in: cells of a table as their columns are, 不适用 only as text."""
    if field is None or field.type != "rows" or not isinstance(value, list):
        return value
    types = {column.name: column.type for column in field.columns}
    return [_kept(types, row) if isinstance(row, dict) else row for row in value]


def _kept(types: Mapping[str, str], row: Values) -> Json:
    return {key: _cell(types.get(key, "text"), value) for key, value in row.items()}


def _cell(kind: str, value: Json) -> Json:
    if kind == "text":
        return None if value is None else worded(value)
    return None if value == NOT_APPLICABLE else value
