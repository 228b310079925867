"""``zhuli audit …``: does the history hold?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Group
from zhuli_flow.cli.framework.context import Context

audit = Group(
    "audit",
    help="留痕：核对历史有没有被改动；导出，供在别处核对。",
    examples="""
    zhuli audit verify
    zhuli audit verify --json
    """,
)


@audit.command(
    "verify",
    help="逐条核对哈希链；对不上时指出第一处，退出码 7。--laws 再按铁律逐步核对每件事项的办理。",
    examples="""
    zhuli audit verify
    zhuli audit verify --laws
    """,
)
@click.option("--laws", is_flag=True, help="再核对每一步办理是否违反流程的铁律")
@click.pass_obj
def verify(face: Context, laws: bool) -> None:
    """Verify every chain, and every act against the laws of its workflow."""
    from zhuli_flow.services.history.verify import law_breaches
    from zhuli_flow.services.history.verify import verify as walk

    with face.working("正在核对留痕"):
        found = walk(face.office)
        unlawful = list(law_breaches(face.office)) if laws and found.ok else []
    told: dict[str, Any] = found.json() | ({"laws": [one.json() for one in unlawful]} if laws else {})
    face.code = 0 if found.ok and not unlawful else 7

    def words(out: Any) -> None:
        for one in unlawful:
            out.print(
                f"不合铁律：{one.case} 第 {one.seq} 条“{one.title}”：{one.reason}", style="bold red", soft_wrap=True
            )
        if laws and found.ok and not unlawful:
            out.print("每一步办理都合于铁律", style="bold green")
        broken = told["first_break"]
        if not broken:
            out.print(f"留痕完整：共 {told['entries']} 条，逐条相符", style="bold green")
            return
        out.print(
            f"留痕不符：{broken['case']} 第 {broken['seq']} 条：{broken['reason']}", style="bold red", soft_wrap=True
        )
        out.print("请勿再办理；保存现有文件，与最近一次核对无误的备份比对。")

    face.tell(told, words, "case list" if found.ok else "db restore 备份文件")


@audit.command(
    "export",
    help="把全部留痕写成一个包，可在没有本程序的机器上核对；涉及密封表的内容不附，不带私钥签名。",
    examples="""
    zhuli audit export 留痕.zip
    zhuli audit export 留痕.zip --json
    """,
)
@click.argument("target", metavar="文件.zip")
@click.pass_obj
def export(face: Context, target: str) -> None:
    """Write every chain to a package."""
    from zhuli_flow.services.archiving.archive import export_audit

    with face.working("正在导出留痕"):
        told = export_audit(face.office, Path(target))

    def words(out: Any) -> None:
        out.print(f"已写到 {told.file}：{told.chains} 条链、{told.entries} 条留痕", soft_wrap=True)
        out.print(f"SHA-256 {told.sha256}", soft_wrap=True)
        out.print("核对（不需要本程序）：解开后在其中运行 python3 -I -S verify.py", soft_wrap=True)

    face.tell(told, words, "audit verify")
