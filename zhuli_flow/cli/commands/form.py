"""``zhuli form …``: forms as spreadsheets, out to the units and back in, and on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Group
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import acting, attaching, looking

form = Group(
    "form",
    help="表单：导出为表格供单位填报，填好后导入；印成纸质表。",
    examples="""
    zhuli form export SFQ-2018-0001 recommendation_form --out 推荐表.xlsx
    zhuli form import SFQ-2018-0001 recommendation_form 推荐表.xlsx --event recommend --as 沈阳市科协经办 --dry-run
    zhuli form print SFQ-2018-0001 recommendation_form --out 推荐表.pdf
    """,
)


@form.command(
    "export",
    help="把一件事项的一张表单写成 Excel 表格，已有的内容先填上。",
    examples="""
    zhuli form export SFQ-2018-0001 recommendation_form --out 推荐表.xlsx
    zhuli form export SFQ-2018-0001 request_form --out 请示要素表.xlsx --json
    """,
)
@click.argument("case_id", metavar="事项")
@click.argument("name", metavar="表单")
@click.option("--out", "target", required=True, metavar="文件.xlsx", help="写到哪个新文件")
@looking()
@click.pass_obj
def export(context: Context, case_id: str, name: str, target: str, person: str | None) -> None:
    """Write a form."""
    from zhuli_flow.services.forms.spreadsheet import export_form, takers
    from zhuli_flow.support.new_file import write_new

    context.after_error = f"case show {case_id}"
    write_new(Path(target), export_form(context.seen_by(person), case_id, name))
    events = takers(context.office, case_id, name)
    told = {"case": case_id, "form": name, "file": target, "events": list(events)}
    after = f"form import {case_id} {name} {target} --event {events[0] if events else '操作'} --as 人员 --dry-run"
    context.tell(told, lambda out: out.print(f"表格已写到 {target}；填好黄色的格子后导入", soft_wrap=True), after)


@form.command(
    "print",
    help="把一件事项的一张表单印成纸质表（PDF）：各行照原表，已填的印上，空白的留空。",
    examples="""
    zhuli form print SFQ-2018-0001 recommendation_form --out 推荐表.pdf
    zhuli form print TB-2018-0001 return_form --out 统计表.pdf --json
    """,
)
@click.argument("case_id", metavar="事项")
@click.argument("name", metavar="表单")
@click.option("--out", "target", required=True, metavar="文件.pdf", help="写到哪个新文件")
@looking()
@click.pass_obj
def print_(context: Context, case_id: str, name: str, target: str, person: str | None) -> None:
    """Print a form."""
    from zhuli_flow.services.forms.print import print_form

    context.after_error = f"case show {case_id}"
    with context.working("正在印表"):
        told = print_form(context.seen_by(person), case_id, name, Path(target))
    words = f"{told.form_title}已印到 {target}：{told.applicant}，{told.state}；{told.filled}"
    context.tell(told, lambda out: out.print(words, soft_wrap=True), f"case show {case_id}")


@form.command(
    "import",
    help="读入填好的表格（.xlsx 或 .csv）并办理一步；有一格不对就什么也不改。同一份文件重复导入只办一次。",
    examples="""
    zhuli form import SFQ-2018-0001 recommendation_form 推荐表.xlsx --event recommend --as 沈阳市科协经办 --dry-run
    zhuli form import SFQ-2018-0001 recommendation_form 推荐表.xlsx --event recommend --as 沈阳市科协经办 --json
    """,
)
@click.argument("case_id", metavar="事项")
@click.argument("name", metavar="表单")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option("--event", required=True, metavar="操作", help="用表中的内容办理哪一步")
@acting()
@attaching("一并交一份材料，可写多次")
@click.option("--opinion", default="", metavar="意见", help="办理意见")
@click.option("--request-id", default="", metavar="请求号", help="退回后用未改动的同一文件再报时，另给一个新号")
@click.option("--dry-run", is_flag=True, help="只核对、只看会怎样，不保存")
@click.pass_obj
def import_(context: Context, /, case_id: str, name: str, file: Path, event: str, person: str, **given: Any) -> None:
    """Take a filled-in form in."""
    from msgspec import to_builtins

    from zhuli_flow.services.cases import attachments
    from zhuli_flow.services.forms.spreadsheet import import_form
    from zhuli_flow.support.scratch import scratch

    context.after_error = f"form export {case_id} {name} --out 新表.xlsx"
    context.admit(person)
    files = [(material, Path(path)) for material, path in given.pop("attached")]
    with context.working("正在读入表格"), scratch() as aside:
        kept = attachments.keep(context.office, case_id, files, aside if given["dry_run"] else None)
        done = import_form(context.office, case_id, name, file, event, person, kept=kept, **given)
    told = {**to_builtins(done.outcome), "values": done.values, "unchanged": done.unchanged}

    def words(out: Any) -> None:
        verb = "核对无误，尚未保存：将填" if given["dry_run"] else "已填"
        out.print(f"{verb} {len(done.values)} 项，{done.outcome.title}：{case_id}", soft_wrap=True)
        for warning in done.outcome.warnings:
            out.print(f"  提示：{warning.because}", soft_wrap=True)
        if done.unchanged:
            out.print(f"  留空而保持原值的字段：{'、'.join(done.unchanged)}", soft_wrap=True)

    context.tell(told, words, f"case show {case_id}")
