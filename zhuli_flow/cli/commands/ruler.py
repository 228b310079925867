"""``zhuli notice check``: the ruler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context

if TYPE_CHECKING:
    from rich.console import Console

BEYOND = 7
"""Exit code of a paper that is beyond tolerance in at least one row."""
LAYOUTS = {"document": "文件格式", "letter": "信函格式", "minutes": "纪要格式", "order": "命令格式", "form": "内部表单"}
_STYLES = {"合格": "green", "不合格": "bold red", "不适用": "dim", "未检": "yellow"}


@click.command(
    "check",
    cls=Command,
    help="""用尺子量一份 PDF：按 GB/T 9704—2012 逐条列出应为、实测、偏差和结论；.docx 文稿则逐段校对。

任何程序印的 PDF 都可以量。全部合格时退出码为 0；有一条超出允许偏差为 7；不是 PDF 为 6。
文稿有一处不能签发的为 7。""",
    examples="""
    zhuli notice check 批复.pdf
    zhuli notice check 文稿.docx
    """,
)
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option(
    "--layout",
    type=click.Choice(list(LAYOUTS)),
    metavar="格式",
    help="按哪种格式量（document、letter、minutes、order、form）；不写则由首页判断",
)
@click.pass_obj
def check(context: Context, file: Path, layout: Any) -> None:
    """Measure a PDF."""
    from zhuli_flow.services.notices.measure import measure

    if file.suffix.lower() == ".docx":
        _proofread(context, file)
        return
    with context.working("正在量"):
        report = measure(file, layout)
    if report["verdict"] != "合格":
        context.code = BEYOND
    context.tell(report, lambda out: _page(out, report, all_rows=context.verbose), "notice list")


def _proofread(context: Context, file: Path) -> None:
    """What the rules of writing say about a draft, paragraph by paragraph."""
    from zhuli_flow.cli.commands.notice import folders
    from zhuli_flow.services.notices.word_draft import check_docx

    report = check_docx(folders(context), file)
    context.code = BEYOND if report.blocked else 0

    def page(out: Console) -> None:
        out.print(
            f"{report.file}：{report.title}（{report.genre or '未写文种'}），{report.paragraphs} 段", soft_wrap=True
        )
        for one in report.findings:
            place = f"第{one.paragraph}段“{one.text}”" if one.paragraph else "全文"
            mark, style = ("✗", "bold red") if one.severity == "block" else ("!", "yellow")
            out.print(f"{mark} {place} {one.rule}：{one.message}；{one.fix}", style=style, soft_wrap=True)
        stopped = sum(one.severity == "block" for one in report.findings)
        out.print(f"结论：{len(report.findings)} 处，其中不能签发的 {stopped} 处；版式在印成 PDF 后再量")

    context.tell(report, page, "notice list")


def _page(out: Console, report: Mapping[str, Any], *, all_rows: bool) -> None:
    rows: Sequence[Mapping[str, Any]] = report["rows"]
    idle = [row["rule"] for row in rows if row["verdict"] == "不适用"]
    out.print(f"{report['file']}：{LAYOUTS[report['layout']]}，{report['pages']} 页", soft_wrap=True)
    _table(out, [row for row in rows if all_rows or row["verdict"] != "不适用"])
    if idle and not all_rows:
        out.print(f"不适用：{'、'.join(idle)}", style="dim")
    wrong = [row for row in rows if row["verdict"] == "不合格"]
    measured = len(rows) - len(idle)
    out.print(
        f"结论：{report['verdict']}（量了 {measured} 条，{len(wrong)} 条超出允许偏差）",
        style=_STYLES[report["verdict"]],
    )


def _table(out: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("条款", "要求", "应为", "实测", "偏差", "允许", "结论"):
        table.add_column(heading, justify="right" if heading in {"偏差", "允许"} else "left")
    for row in rows:
        off = "" if row["deviation"] is None else f"{row['deviation']:+.2f} {row['unit']}".strip()
        off = off if row["tolerance"] != "须相符" or row["deviation"] else "0"
        cells = (row["clause"], row["rule"], row["expected"], row["measured"], off, row["tolerance"])
        table.add_row(*cells, row["verdict"], style=None if row["verdict"] == "合格" else _STYLES[row["verdict"]])
    out.print(table)
