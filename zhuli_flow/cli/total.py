"""``zhuli register total``: the returns in a register put together, on the screen and as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from zhuli_flow.cli.face import Face
from zhuli_flow.cli.shell import Command

if TYPE_CHECKING:
    from zhuli_flow.services.totals import Totals


@click.command(
    "total",
    cls=Command,
    help="汇总一本台账：各类单位并列、名称去重，可能重复的注明，每个数可查到单位和版本。",
    examples="""
    zhuli register total returns_call.summarised --case TZ-2018-0001 --part 9a
    zhuli register total returns_call.summarised --case TZ-2018-0001 --where 收入第几版汇总<=1 --out 第一版.xlsx
    """,
)
@click.argument("name", metavar="流程.台账")
@click.option("--case", "case_id", default="", metavar="事项", help="一件事项自己的台账：哪一件")
@click.option("--where", multiple=True, metavar="条件", help="只汇总符合条件的，写法同 register list")
@click.option("--part", default="", metavar="序号", help="只看一项，并列出各单位所报（如 9a，或字段名）")
@click.option("--out", "target", default="", metavar="文件", help="写到哪个新文件；扩展名 .xlsx、.csv 或 .json")
@click.pass_obj
def total(face: Face, name: str, case_id: str, where: tuple[str, ...], part: str, target: str) -> None:
    """Show a total, one part of it with its sources, or write it."""
    from zhuli_flow.services import narrow, totals
    from zhuli_flow.services.newfile import write_new

    face.after_error = "register list"
    found = totals.total(face.office, name, case_id, where)
    told: dict[str, Any] = {"register": name, **totals.as_json(found)}
    if part:
        found = _only(found, part)
        told["rows"] = totals.as_json(found)["rows"]
    if target:
        sheet = totals.printed(face.office, found, where)
        data = narrow.to_bytes(face.office, sheet, Path(target).suffix)
        write_new(Path(target), data)
        told = {"register": name, "title": sheet.title, "rows": len(sheet.rows), "file": target, "size": len(data)}
        face.tell(told, lambda out: out.print(f"{sheet.title}已写到 {target}", soft_wrap=True))
        return
    more = f" --case {case_id}" if case_id else ""
    after = f"register total {name}{more} --out {found.title}.xlsx"
    face.tell(told, lambda out: _words(out, found, sources=bool(part)), after)


def _only(found: Totals, part: str) -> Totals:
    from dataclasses import replace

    from zhuli_flow.errors import NotFound

    lines = tuple(line for line in found.lines if part in {line.number, line.field.name})
    if not lines:
        known = "、".join(line.number or line.field.name for line in found.lines[:60])
        raise NotFound(f"汇总表没有“{part}”这一项", fix=f"可用：{known}")
    return replace(found, lines=lines)


def _words(out: Any, found: Totals, *, sources: bool) -> None:
    from zhuli_flow.cli.show import table
    from zhuli_flow.services import totals
    from zhuli_flow.services.narrow import text_of, worded

    for line in totals.head_lines(found):
        out.print(line, soft_wrap=True)
    made = table("序号", "内容", *found.blocks, found.distinct, "说明", title=found.title)
    for one in found.lines:
        cells = [text_of(totals.entry(figure)) for figure in (*one.blocks, one.distinct) if figure is not None]
        cells += [""] * (len(found.blocks) + 1 - len(cells))
        unit = f"（{one.field.unit}）" if one.field.unit else ""
        mark = totals.REPEATS if one.field.agg == "repeats" else ""
        made.add_row(one.number, f"{one.field.title}{unit}", *cells, mark)
    out.print(made)
    if sources:
        for source in (source for one in found.lines for source in one.sources):
            told = f"  {source.unit}：{worded(source.value)}（{source.case} 第 {source.version} 版）"
            out.print(told, soft_wrap=True)
    out.print("各栏有重叠，不得相加", style="dim")
