"""``zhuli archive``: one case as a package that can be read and checked without this program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import looking


@click.command(
    "archive",
    cls=Command,
    help="归档包：一件事项的公文、材料、留痕、流程定义、日历、归档目录和流转单，连同不依赖本程序的核对程序。",
    examples="""
    zhuli archive SFQ-2018-0001 --out SFQ-2018-0001.zip
    zhuli archive SFQ-2018-0001 --out 证据.zip --evidence
    """,
)
@click.argument("case_id", metavar="事项")
@click.option("--out", "target", required=True, metavar="文件.zip", help="写到哪个新文件")
@click.option("--evidence", is_flag=True, help="作证据：另附签名的检查点、每条留痕的包含证明，每个文件加列 SM3")
@click.option(
    "--letter",
    "letters",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="文件",
    help="证据包另证明是寄出过的这份检查点的延续（可多次）",
)
@looking()
@click.pass_obj
def archive(
    context: Context, case_id: str, target: str, evidence: bool, letters: tuple[Path, ...], person: str | None
) -> None:
    """Write the package."""
    from zhuli_flow.engine.history.checkpoint import LARGEST
    from zhuli_flow.errors import InvalidInput
    from zhuli_flow.services.archiving.archive import archive as made
    from zhuli_flow.support.bounded_read import read_bounded

    if letters and not evidence:
        raise InvalidInput("--letter 只用于证据包；未写归档包", fix="请同时写 --evidence")
    notes = [read_bounded(one, LARGEST, undone="未写归档包") for one in letters]
    with context.working("正在归档"):
        told = made(context.seen_by(person), case_id, Path(target), evidence=evidence, letters=notes)

    def words(out: Any) -> None:
        out.print(f"归档包已写到 {told.file}：{told.items} 个文件、{told.entries} 条留痕", soft_wrap=True)
        if told.withheld:
            out.print(f"其中 {told.withheld} 条涉及尚未启封的表，内容不附，哈希照录", soft_wrap=True)
        if told.unprinted:
            out.print(
                f"有 {told.unprinted} 份公文还没有印出，不在包中：{context.zhuli(f'notice issue {case_id}')}",
                soft_wrap=True,
            )
        out.print(f"SHA-256 {told.sha256}", soft_wrap=True)
        out.print(f"四性检测：{context.zhuli(f'audit inspect {told.file}')}", soft_wrap=True)
        out.print("核对（不需要本程序）：解开后在其中运行 python3 -I -S verify.py", soft_wrap=True)

    context.tell(told, words)
