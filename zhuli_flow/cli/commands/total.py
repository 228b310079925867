"""``zhuli register total``: the returns in a register put together, on the screen and as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import looking

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhuli_flow.engine.expressions.totals import Figure, Line
    from zhuli_flow.services.registers.comparison import Comparison
    from zhuli_flow.services.registers.editions import Edition
    from zhuli_flow.services.registers.totals import Totals
    from zhuli_flow.workbooks import table as paper

_OVERLAP = "各栏有重叠，不得相加"
_SIGN = "※"
_BESIDE = ("number", "item", "unit", "note")
_Row = tuple[str, str, str, str, list[str]]
"""Number, item, unit, what must be said beside its figures, and these in words."""


@click.command(
    "total",
    cls=Command,
    help="汇总一本台账：各类单位并列、名称去重，可能重复的注明，每个数可查到单位和版本；可与上次对比，可看锁定的各版。",
    examples="""
    zhuli register total returns_call.summarised --case TZ-2018-0001 --part 9a
    zhuli register total returns_call.summarised --case TZ-2019-0001 --against TZ-2018-0001
    """,
)
@click.argument("name", metavar="流程.台账")
@click.option("--case", "case_id", default="", metavar="事项", help="一件事项自己的台账：哪一件")
@click.option("--where", multiple=True, metavar="条件", help="只汇总符合条件的，写法同 register list")
@click.option("--part", default="", metavar="序号", help="只看一项，并列出各单位所报（如 9a，或字段名）")
@click.option("--against", default="", metavar="事项", help="与哪一件（上次的）对比，列出增减")
@click.option("--edition", type=click.IntRange(min=1), metavar="版次", help="看锁定的第几版，以后的改动不影响它")
@click.option("--out", "target", default="", metavar="文件", help="写到哪个新文件；扩展名 .xlsx、.csv、.json 或 .pdf")
@looking()
@click.pass_obj
def total(
    context: Context,
    name: str,
    case_id: str,
    where: tuple[str, ...],
    part: str,
    against: str,
    edition: int | None,
    target: str,
    person: str | None,
) -> None:
    """Show a total, one part of it with its sources, beside an earlier one, or as it was kept; or write it."""
    context.after_error = "register list"
    context.seen_by(person)
    if edition is not None:
        _refuse_with_edition(case_id, where, against)
        _kept(context, name, case_id, edition, part, target)
    elif against:
        _compared(context, name, (case_id, against), where, part, target)
    else:
        _current(context, name, case_id, where, part, target)


def _refuse_with_edition(case_id: str, where: tuple[str, ...], against: str) -> None:
    from zhuli_flow.errors import InvalidInput

    if not case_id:
        raise InvalidInput("锁定的版次属于一件事项", fix="请加 --case 事项编号")
    if where or against:
        raise InvalidInput("锁定的一版是定数，不能再筛选或对比", fix="去掉 --edition，或去掉 --where、--against")


def _current(context: Context, name: str, case_id: str, where: tuple[str, ...], part: str, target: str) -> None:
    from msgspec import to_builtins

    from zhuli_flow.services.registers import editions, totals, totals_shown

    found = totals.total(context.office, name, case_id, where)
    kept = editions.editions(context.office, name, case_id) if case_id else ()
    found = totals.only(found, part) if part else found
    if target:
        _write(context, name, totals.printed(context.office, found, where), target)
        return
    told = {
        "register": name,
        **to_builtins(totals_shown.of_totals(found)),
        "editions": [totals_shown.of_edition(one) for one in kept],
    }
    after = f"register total {name}{f' --case {case_id}' if case_id else ''} --out {found.title}.xlsx"
    context.tell(told, lambda out: _words(out, found, editions.told_of(kept), sources=bool(part)), after)


def _kept(context: Context, name: str, case_id: str, number: int, part: str, target: str) -> None:
    from msgspec import to_builtins

    from zhuli_flow.services.registers import editions
    from zhuli_flow.services.registers.totals_shown import of_whole_edition

    found = editions.edition(context.office, name, case_id, number)
    found = editions.only(found, part) if part else found
    sheet = editions.printed(found, found.field.title)
    if target:
        _write(context, name, sheet, target)
        return
    told = {"register": name, "case": case_id, **to_builtins(of_whole_edition(found))}
    after = f"register total {name} --case {case_id} --edition {number} --out 第{number}版.xlsx"
    context.tell(told, lambda out: _edition_words(out, found, sheet.title), after)


def _compared(
    context: Context, name: str, cases: tuple[str, str], where: tuple[str, ...], part: str, target: str
) -> None:
    from dataclasses import replace

    from msgspec import to_builtins

    from zhuli_flow.services.registers import comparison, totals
    from zhuli_flow.services.registers.totals_shown import of_comparison

    found = comparison.compare(context.office, name, *cases, where)
    if part:
        now = totals.only(found.now, part)
        found = replace(found, now=now, rows=tuple(row for row in found.rows if row.line in now.lines))
    if target:
        _write(context, name, comparison.printed(context.office, found, where), target)
        return
    after = f"register total {name} --case {cases[0]} --against {cases[1]} --out {found.now.title}对比.xlsx"
    context.tell({"register": name, **to_builtins(of_comparison(found))}, lambda out: _beside(out, found), after)


def _write(context: Context, name: str, sheet: paper.Table, target: str) -> None:
    from zhuli_flow.services.registers import export
    from zhuli_flow.support.new_file import write_new

    data = export.to_bytes(context.office, sheet, Path(target).suffix)
    write_new(Path(target), data)
    told = {"register": name, "title": sheet.title, "rows": len(sheet.rows), "file": target, "size": len(data)}
    context.tell(told, lambda out: out.print(f"{sheet.title}已写到 {target}", soft_wrap=True))


def _words(out: Any, found: Totals, kept: str, *, sources: bool) -> None:
    from zhuli_flow.engine.expressions.values import worded
    from zhuli_flow.services.registers import totals

    _head(out, totals.head_lines(found))
    rows = [_said(one, [_cell(figure) for figure in (*one.blocks, one.distinct)]) for one in found.lines]
    _table(out, (*found.blocks, found.distinct), found.title, rows)
    for source in (source for one in found.lines if sources for source in one.sources):
        told = f"  {source.unit}：{worded(source.value)}（{source.case} 第 {source.version} 版）"
        out.print(told, soft_wrap=True)
    _head(out, (*totals.decided_lines(found), *totals.suspect_lines(found)))
    if kept:
        out.print(kept, style="dim")


def _beside(out: Any, found: Comparison) -> None:
    from zhuli_flow.services.registers import comparison

    _head(out, comparison.head_lines(found))
    rows = [_said(row.line, [comparison.cell_words(one) for one in row.figures]) for row in found.rows]
    _table(out, (*found.now.blocks, found.now.distinct), f"{found.now.title}（与上次对比）", rows)
    apart = [f"{row.line.number} {row.why}" for row in found.rows if row.why]
    _head(out, [f"没有比较的：{'、'.join(apart)}"] if apart else [])
    out.print("名称的增减按个数计", style="dim")


def _edition_words(out: Any, found: Edition, title: str) -> None:
    from zhuli_flow.engine.expressions.values import worded
    from zhuli_flow.services.registers import editions

    _head(out, editions.face(found))
    columns = [column for column in found.field.columns if column.name not in _BESIDE]
    rows = []
    for row in found.rows:
        number, item, unit, note = (worded(row.get(name)) for name in _BESIDE)
        rows.append((number, item, unit, note, [worded(row.get(one.name)) for one in columns]))
    _table(out, [one.title for one in columns], title, rows)


def _head(out: Any, lines: Iterable[str]) -> None:
    for line in lines:
        out.print(line, soft_wrap=True)


def _said(line: Line, cells: list[str]) -> _Row:
    from zhuli_flow.engine.expressions.totals import mark

    return line.number, line.field.title, line.field.unit, mark(line.field), cells


def _table(out: Any, titles: Sequence[str], title: str, rows: Sequence[_Row]) -> None:
    """The lines in which a unit said something, then the numbers of those in which none did."""
    from zhuli_flow.cli.views.primitives import table

    made = table("序号", "内容", *titles, title=title)
    made.expand, made.columns[1].width = True, 30
    for column in made.columns[2:]:
        column.ratio = 1
    marks: dict[str, str] = {}
    for number, item, unit, mark, cells in rows:
        if any(cells):
            marks |= {mark: _SIGN} if mark else {}
            told = f"{item}（{unit}）" if unit else item
            made.add_row(number, f"{told}{_SIGN}" if mark else told, *cells)
    out.print(made)
    blank = [number or item for number, item, _, _, cells in rows if not any(cells)]
    _head(out, [f"没有一家填写的：{'、'.join(blank)}"] if blank else [])
    out.print("；".join((*(f"{sign} {mark}" for mark, sign in marks.items()), _OVERLAP)), style="dim")


def _cell(figure: Figure | None) -> str:
    """A figure in words, names one a line."""
    from zhuli_flow.engine.expressions.totals import words

    return "\n".join(map(str, figure.value)) if figure and isinstance(figure.value, list) else words(figure)
