"""One total beside an earlier one: what stood there then, and the change as a number and in per cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from zhuli_flow.engine.expressions.totals import Change, Figure, Line, change, mark
from zhuli_flow.engine.expressions.values import worded
from zhuli_flow.engine.model.case import Json
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers import totals as sums
from zhuli_flow.services.registers.export import as_of
from zhuli_flow.services.registers.totals import Totals
from zhuli_flow.workbooks import table as paper
from zhuli_flow.workbooks.entry import Entry

NEW, OTHER, SAME = "上次没有此项", "与上次口径不同，不比较", "持平"
_MEASURED = {"sum", "repeats", "union"}


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure of now, what stood there before, and the change between them, where there is one to tell."""

    now: Figure | None
    before: Figure | None
    change: Change | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of now with its figures: those of the blocks, then the distinct one; ``why`` it is not compared, or ""."""

    line: Line
    figures: tuple[Beside, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """``now`` beside ``before``, each of a case; ``rows`` those of now, in their order."""

    now: Totals
    before: Totals
    cases: tuple[str, str]
    rows: tuple[Row, ...]


def compare(office: Office, name: str, case_id: str, other: str, where: Sequence[str] = ()) -> Comparison:
    """The register ``WORKFLOW.NAME`` of ``case_id`` beside the same of ``other``, both narrowed by ``where``.

    Only lines that ask the same (number, title, unit, way of putting together) are compared. Raises InvalidInput for a
    case beside itself, one of another workflow, one with no returns to compare; NotFound as ``totals.total``.
    """
    if not case_id or case_id == other:
        raise InvalidInput("对比要有两件不同的事项", fix="用 --case 写本次的编号，用 --against 写上次的编号")
    before = sums.total(office, name, other, where)
    now = sums.total(office, name, case_id, where)
    for one, told in ((case_id, now), (other, before)):
        if not told.units:
            raise InvalidInput(f"{one} 还没有可汇总的报送，无从对比", fix="审核通过之后再比")
    earlier = {line.field.name: line for line in before.lines}
    rows = tuple(_row(now, before, line, earlier.get(line.field.name)) for line in now.lines)
    if all(row.why for row in rows):
        raise InvalidInput(f"{case_id} 与 {other} 的报表没有一项相同，不能对比", fix="请选同一种报表的两次报送")
    return Comparison(now, before, (case_id, other), rows)


def _row(now: Totals, before: Totals, line: Line, old: Line | None) -> Row:
    why = NEW if old is None else "" if _asks(old) == _asks(line) else OTHER
    pairs = zip((*now.blocks, now.distinct), (*line.blocks, line.distinct), strict=True)
    known = dict(zip((*before.blocks, before.distinct), (*old.blocks, old.distinct), strict=True)) if old else {}
    then = {} if why else known
    return Row(line, tuple(_beside(line, figure, then.get(title)) for title, figure in pairs), why)


def _asks(line: Line) -> tuple[str, ...]:
    field = line.field
    return line.number, field.title, field.unit, field.type, str(field.agg)


def _beside(line: Line, now: Figure | None, before: Figure | None) -> Beside:
    return Beside(now, before, change(now, before) if line.field.agg in _MEASURED else None)


def head_lines(found: Comparison) -> tuple[str, ...]:
    """The face of both, and what could not be compared."""
    lines = [*sums.head_lines(found.now), f"对比 {found.cases[1]}：{sums.head_lines(found.before)[0]}"]
    if found.now.versions != found.before.versions:
        versions = ["、".join(one.versions) for one in (found.before, found.now)]
        lines.append(f"两次报表的定义版本不同（上次 {versions[0]}，本次 {versions[1]}），只比较没有改动的项")
    return tuple(lines)


def change_words(beside: Beside) -> str:
    """``+2（+20.0%）``, ``持平``; empty when nothing can be told."""
    found = beside.change
    if found is None:
        return ""
    difference = Decimal(str(found.difference))
    if not difference:
        return SAME
    percent = f"（{Decimal(str(found.percent)):+}%）" if found.percent is not None else ""
    return f"{difference:+}{percent}"


def cell_words(beside: Beside) -> str:
    """Now, below it what stood there before, below that the change; names as how many there are; one line if equal."""
    now, before, told = _brief(beside.now), _brief(beside.before), change_words(beside)
    if beside.before is None or (not now and not before):
        return now
    if told == SAME or now == before:
        return f"{now}（{SAME}）"
    return "\n".join(text for text in (now or "未填", f"上次 {before or '未填'}", told) if text)


def _brief(figure: Figure | None) -> str:
    value = figure.value if figure else None
    return f"{len(value)} 个" if isinstance(value, list) else worded(value)


def printed(office: Office, found: Comparison, where: Sequence[str] = ()) -> paper.Table:
    """The comparison as a plain table: beside each block that of before, the difference and the per cent."""
    titles = (*found.now.blocks, found.now.distinct)
    parts = [
        paper.Heading(f"{key}{place}", text)
        for place, title in enumerate(titles)
        for key, text in (("now", title), ("old", f"{title}上次"), ("diff", "增减"), ("part", "增减%"))
    ]
    before = (paper.Heading("number", "序号"), paper.Heading("title", "内容"), paper.Heading("unit", "单位"))
    notes = (*head_lines(found), f"{as_of(office, where)}；各栏有重叠，不得相加；名称的增减按个数计")
    rows = [_entries(row) for row in found.rows]
    return paper.Table(
        f"{found.now.title}（与上次对比）", (*before, *parts, paper.Heading("mark", "说明")), rows, notes
    )


def _entries(row: Row) -> dict[str, Entry]:
    field = row.line.field
    told: dict[str, Entry] = {"number": row.line.number, "title": field.title, "unit": field.unit}
    for place, one in enumerate(row.figures):
        told[f"now{place}"] = sums.entry(one.now) if one.now else None
        told[f"old{place}"] = sums.entry(one.before) if one.before else None
        told[f"diff{place}"] = _number(one.change.difference) if one.change else None
        told[f"part{place}"] = _number(one.change.percent) if one.change else None
    return {**told, "mark": "；".join(text for text in (mark(field), row.why) if text)}


def _number(value: Json) -> Entry:
    return None if value is None else Decimal(str(value))
