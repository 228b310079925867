"""Totals of a register: the returns of many units side by side by kind, each name once, every figure with its sources.

Figures of different blocks are never added to each other: a city and a society may both have reported one contract.
Only names can be told apart, so only they are put together across the blocks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhuli_flow.clock import SHANGHAI
from zhuli_flow.definitions.lines import part_numbers
from zhuli_flow.definitions.model import Field, Workflow
from zhuli_flow.definitions.total import Total
from zhuli_flow.engine.case import Json
from zhuli_flow.engine.naming import bare
from zhuli_flow.engine.scope import CaseScope
from zhuli_flow.engine.values import plain
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.narrow import narrowed, worded
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers import Gathered, gather, listed_as
from zhuli_flow.store.sql import Connection
from zhuli_flow.workbooks import table as paper

REPEATS = "可能重复"
"""What stands beside a sum of things that two units may both have reported."""
_ADDED = {"sum", "repeats"}


@dataclass(frozen=True, slots=True)
class Figure:
    """What one block says of a field: a number, names, or words; ``added`` is the plain sum beside a count of names.

    None: no unit of the block gave an answer.
    """

    value: Json
    added: Json = None


@dataclass(frozen=True, slots=True)
class Source:
    """What one unit answered: its case, the version of the case read, its block ("" for none of them)."""

    case: str
    unit: str
    version: int
    block: str
    value: Json


@dataclass(frozen=True, slots=True)
class Line:
    """One field: ``blocks`` in the order of ``Totals.blocks``; ``distinct`` only where names can be told apart."""

    number: str
    field: Field
    blocks: tuple[Figure, ...]
    distinct: Figure | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """A register put together; ``head`` as (title, units), ``blocks`` the titles, ``distinct`` that of the last one.

    ``outside`` are units that no block takes in: their answers are in no figure.
    """

    title: str
    head: tuple[tuple[str, tuple[str, ...]], ...]
    blocks: tuple[str, ...]
    distinct: str
    units: int
    outside: tuple[str, ...]
    lines: tuple[Line, ...]


def total(office: Office, name: str, case_id: str = "", where: Sequence[str] = ()) -> Totals:
    """The register ``WORKFLOW.NAME`` (of case ``case_id``) put together as its definition says.

    ``where`` narrows it as a list of it is narrowed: by the edition, say, which keeps a locked one as it was.
    Raises NotFound, or InvalidInput when the definition does not say how to put it together.
    """
    workflow, _, register = name.partition(".")
    with office.database.read() as connection:
        found = gather(connection, office, workflow, register, case_id)
        plan = found.register.total
        if plan is None or found.other is None:
            raise InvalidInput(f"台账“{name}”没有规定汇总办法", fix="在流程定义的这本台账中写 total")
        if found.register.linked_by and not case_id:
            raise InvalidInput(f"台账“{name}”是一件事项的台账，须说明是哪一件", fix="请加 --case 事项编号")
        head = tuple(_heads(connection, office, workflow, case_id, plan))
    views = _narrow(found, where)
    numbers = _numbers(found.other)
    fields = [one for one in found.other.fields.values() if one.agg]
    return Totals(
        found.register.title,
        head,
        tuple(plan.blocks.values()),
        plan.distinct,
        len(views),
        tuple(view.case.applicant.name for view in views if str(view.lookup(plan.by)) not in plan.blocks),
        tuple(_line(one, numbers.get(one.name, ""), views, plan) for one in fields),
    )


def _heads(
    connection: Connection, office: Office, workflow: str, case_id: str, plan: Total
) -> Iterable[tuple[str, tuple[str, ...]]]:
    for title, register in plan.head.items():
        views = gather(connection, office, workflow, register, case_id).views
        yield title, tuple(view.case.applicant.name for view in views)


def _narrow(found: Gathered, where: Sequence[str]) -> list[CaseScope]:
    whole = listed_as(found)
    kept = {id(row) for row in narrowed(whole, where).rows}
    return [view for view, row in zip(found.views, whole.rows, strict=True) if id(row) in kept]


def _numbers(workflow: Workflow) -> dict[str, str]:
    """How people call the fields: as on the first printed form that has them."""
    found: dict[str, str] = {}
    for form in workflow.forms.values():
        found = part_numbers(form.lines) | found
    return found


def _line(field: Field, number: str, views: Sequence[CaseScope], plan: Total) -> Line:
    by = {view.case.id: str(view.lookup(plan.by)) for view in views}
    groups = [[view for view in views if by[view.case.id] == key] for key in plan.blocks]
    everyone = [view for group in groups for view in group]
    sources = (_source(view, field, plan.blocks.get(by[view.case.id], "")) for view in views)
    return Line(
        number,
        field,
        tuple(_figure(field, group) for group in groups),
        _figure(field, everyone) if field.agg == "union" else None,
        tuple(source for source in sources if source.value is not None),
    )


def _source(view: CaseScope, field: Field, block: str) -> Source:
    case = view.case
    return Source(case.id, case.applicant.name, case.version, block, case.fields.get(field.name))


def _figure(field: Field, views: Sequence[CaseScope]) -> Figure:
    """The answers of some units put together as the field's ``agg`` says; what does not apply is no answer."""
    told = [(view, value) for view in views if (value := _answer(view, field.name)) not in (None, "", ())]
    if not told:
        return Figure(None)
    if field.agg in _ADDED:
        return Figure(_sum(value for _, value in told))
    if field.agg == "tally":
        counted = Counter(worded(plain(value)) for _, value in told)
        return Figure("、".join(f"{word} {count} 家" for word, count in sorted(counted.items(), reverse=True)))
    if field.agg == "list":
        return Figure([f"{view.case.applicant.name}：{worded(plain(value))}" for view, value in told])
    if field.counts is None:
        return Figure(list(_union(value for _, value in told)))
    names = _union(_answer(view, field.counts) for view in views)
    return Figure(len(names), _sum(value for _, value in told))


def _answer(view: CaseScope, name: str) -> object:
    return view.lookup(name) if name in view.workflow.fields else None


def _sum(values: Iterable[object]) -> Json:
    return plain(sum((value for value in values if isinstance(value, Decimal)), Decimal(0)))


def _union(values: Iterable[object]) -> tuple[str, ...]:
    """Every name once, as it was first written; what differs in width, spaces or marks only is the same name."""
    found: dict[str, str] = {}
    for value in values:
        for name in value if isinstance(value, tuple) else ():
            found.setdefault(bare(str(name)), str(name))
    return tuple(found.values())


def head_lines(totals: Totals) -> tuple[str, ...]:
    """The face of a total in words: the numbers in one line, then which units, the whole left out."""
    numbers = "、".join(f"{title} {len(units)}" for title, units in totals.head)
    outside = [f"不在任何一栏、未计入：{'、'.join(totals.outside)}"] if totals.outside else []
    named = [f"{title}：{'、'.join(units)}" for title, units in totals.head[1:] if units]
    return (f"{numbers}；本表汇总 {totals.units} 家", *named, *outside)


def as_json(totals: Totals) -> dict[str, Json]:
    """Everything, each field with the units it comes from and the version of their case."""
    return {
        "title": totals.title,
        "head": {title: list(units) for title, units in totals.head},
        "units": totals.units,
        "outside": list(totals.outside),
        "blocks": list(totals.blocks),
        "distinct": totals.distinct,
        "rows": [_row(totals, line) for line in totals.lines],
    }


def _row(totals: Totals, line: Line) -> dict[str, Json]:
    blocks = zip(totals.blocks, line.blocks, strict=True)
    return {
        "number": line.number,
        "field": line.field.name,
        "title": line.field.title,
        "unit": line.field.unit,
        "agg": line.field.agg,
        "may_repeat": line.field.agg == "repeats",
        "blocks": {title: _figures(figure) for title, figure in blocks},
        "distinct": _figures(line.distinct) if line.distinct else None,
        "sources": [
            {"case": one.case, "unit": one.unit, "version": one.version, "block": one.block, "value": one.value}
            for one in line.sources
        ],
    }


def _figures(figure: Figure) -> dict[str, Json]:
    return {"value": figure.value} if figure.added is None else {"value": figure.value, "sum": figure.added}


def printed(office: Office, totals: Totals, where: Sequence[str] = ()) -> paper.Table:
    """The total as a plain table; a count of names has the plain sum of the units beside it."""
    blocks = [paper.Heading(f"block{place}", title) for place, title in enumerate(totals.blocks)]
    headings = (
        paper.Heading("number", "序号"),
        paper.Heading("title", "内容"),
        paper.Heading("unit", "单位"),
        *blocks,
        paper.Heading("distinct", totals.distinct),
        paper.Heading("mark", "说明"),
    )
    at = office.clock.now().astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    narrow = f"；条件：{'，'.join(where)}" if where else ""
    notes = (*head_lines(totals), f"截至 {at}（北京时间）{narrow}；各栏有重叠，不得相加")
    return paper.Table(totals.title, headings, [_entries(line) for line in totals.lines], notes)


def _entries(line: Line) -> dict[str, paper.Entry]:
    field = line.field
    blocks = {f"block{place}": entry(figure) for place, figure in enumerate(line.blocks)}
    mark = REPEATS if field.agg == "repeats" else ""
    return {
        "number": line.number,
        "title": field.title,
        "unit": field.unit,
        **blocks,
        "distinct": entry(line.distinct) if line.distinct else None,
        "mark": mark,
    }


def entry(figure: Figure) -> paper.Entry:
    """A figure as a cell: names one a line; a count of names with the sum where the two differ."""
    if figure.added is not None and figure.added != figure.value:
        return f"{figure.value}（各单位之和 {figure.added}）"
    if isinstance(figure.value, list):
        return tuple(str(one) for one in figure.value)
    if isinstance(figure.value, str):
        return _number(figure.value)
    return figure.value if isinstance(figure.value, int | date) or figure.value is None else str(figure.value)


def _number(text: str) -> paper.Entry:
    return Decimal(text) if text.replace(".", "", 1).isdecimal() else text
