"""``zhuli register …``: registers (台账), on the screen and as files for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Group, Later
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import looking

if TYPE_CHECKING:
    from zhuli_flow.services.registers.pages import RegisterPage

SHOWN = 8
"""Columns that fit on a screen; the others stand in the file."""

register = Group(
    "register",
    lazy={
        "total": Later(
            "total:total",
            "汇总一本台账：各类单位并列、名称去重，可能重复的注明，每个数可查到单位和版本；可与上次对比，可看锁定的各版。",
        )
    },
    help="台账：按条件筛选、排序，导出为表格。",
    examples="""
    zhuli register list
    zhuli register list zone_creation --where 市=沈阳市 --sort -开启日期
    zhuli register export zone_creation --out 示范区台账.xlsx
    """,
)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _narrowing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options by which rows are chosen and ordered."""
    options: Sequence[Decorator] = (
        click.option(
            "--where",
            multiple=True,
            metavar="条件",
            help="如 市=沈阳市、金额>=100、申报单位~法库；可写多次，须都符合（= != > >= < <= ~包含 !~不包含）",
        ),
        click.option("--sort", default="", metavar="列", help="按此列排序；前加 - 则从大到小"),
        click.option("--case", "case_id", default="", metavar="事项", help="一件事项自己的台账：哪一件"),
    )
    for option in reversed(options):
        function = option(function)
    return function


@register.command(
    "list",
    help="不写名称：有哪些台账；写“流程”：这个流程的全部事项；写“流程.台账”：流程定义中的一本台账；"
    "documents 是公文台账，people 是人员台账，entrustments 是委托台账；写台账的中文名也可。",
    examples="""
    zhuli register list
    zhuli register list zone_creation --where 全事项=红 --json
    """,
)
@click.argument("name", required=False, metavar="[流程[.台账]]")
@_narrowing
@click.option("--limit", default=200, type=click.IntRange(1, 10_000), metavar="件数", help="一页列多少件")
@click.option("--after", default="", metavar="起点", help="下一页：填上一页末尾给出的起点")
@looking()
@click.pass_obj
def list_(context: Context, /, name: str | None, limit: int, after: str, person: str | None, **given: Any) -> None:
    """Show the registers, or a page of the rows of one."""
    if name is None:
        _all(context, person)
        return
    from zhuli_flow.services.registers.pages import page
    from zhuli_flow.services.registers.register_shown import of_page

    context.after_error = "register list"
    found = page(context.seen_by(person), name, **given, limit=limit, after=after)
    title, more = found.table.title, f" --case {given['case_id']}" if given["case_id"] else ""
    after = f"register export {name}{more} --out {title}.xlsx"
    context.tell(of_page(name, found), lambda out: _rows(out, found), after)


@register.command(
    "export",
    help="把一本台账写成 .xlsx、.csv（UTF-8，带 BOM）、.json 或 .pdf 文件，Excel 与 WPS 可直接打开。",
    examples="""
    zhuli register export zone_creation --out 示范区台账.xlsx
    zhuli register export zone_creation --where 全事项=红 --sort 本环节末日 --out 红灯.csv
    """,
)
@click.argument("name", metavar="流程[.台账]")
@_narrowing
@click.option("--out", "target", required=True, metavar="文件", help="写到哪个新文件（.xlsx、.csv、.json、.pdf）")
@looking()
@click.pass_obj
def export(
    context: Context, name: str, where: tuple[str, ...], sort: str, case_id: str, target: str, person: str | None
) -> None:
    """Write a register."""
    from zhuli_flow.services.registers.export import export as write

    context.after_error = "register list"
    made = write(context.seen_by(person), name, where, sort, case_id, Path(target))
    told = {"register": name, "title": made.title, "rows": made.rows, "file": target, "size": made.size}
    context.tell(told, lambda out: out.print(f"{made.title}共 {made.rows} 件，已写到 {target}", soft_wrap=True))


def _all(context: Context, person: str | None) -> None:
    from msgspec import UNSET

    from zhuli_flow.services.registers.register_shown import every

    found = every(context.seen_by(person))

    def words(out: Any) -> None:
        from zhuli_flow.cli.views.primitives import table

        made = table("名称", "台账", "说明")
        about = {"documents": "全部公文", "people": "名录中现有的人员", "entrustments": "全部委托"}
        for one in found:
            alone = "一件事项的台账，须加 --case" if one.of_case else about.get(one.name, "")
            whole = f"这个流程的全部事项，{one.cases} 件" if one.cases is not UNSET else alone
            made.add_row(one.name, one.title, whole)
        out.print(made)

    first = next((one.name for one in found if one.cases is not UNSET), "")
    context.tell({"registers": found}, words, f"register list {first}" if first else "")


def _rows(out: Any, page: RegisterPage) -> None:
    """As many columns as fit, those without a single value left out; how many more there are is said."""
    from zhuli_flow.cli.views.primitives import table
    from zhuli_flow.services.registers.filter import typed
    from zhuli_flow.services.registers.register import screen_order
    from zhuli_flow.workbooks.entry import text_of

    found = page.table
    if not found.rows:
        none = f"共 {page.total} 件，这一页之后没有了。" if page.total else "没有符合条件的。"
        out.print(f"{found.title}：{none}")
        return
    filled = [
        pair for pair in screen_order(found.columns) if any(row[pair[0]] not in (None, "", []) for row in found.rows)
    ]
    units = {name: f"（{found.units[name]}）" if found.units.get(name) else "" for name, _ in filled}
    made = table(*(f"{title}{units[name]}" for name, title in filled[:SHOWN]), title=found.title)
    for row in found.rows:
        made.add_row(*(_light(name, text_of(typed(found, name, row[name]))) for name, _ in filled[:SHOWN]))
    out.print(made)
    rest = f"；另有 {len(filled) - SHOWN} 列有内容，导出可见" if len(filled) > SHOWN else ""
    here = f"，这里是 {len(found.rows)} 件；下一页加 --after {page.next}" if page.next else ""
    out.print(f"共 {page.total} 件{here}{rest}", style="dim", soft_wrap=True)


def _light(column: str, text: str) -> Any:
    from zhuli_flow.cli.views.primitives import light_word

    return light_word(text) if column.startswith("light_") else text
