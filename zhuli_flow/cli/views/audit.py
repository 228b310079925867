"""How checkpoints, proofs of entries and what became of checking them look to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from zhuli_flow.services.archiving.inspection import Inspection
    from zhuli_flow.services.history.checkpoints import Proof, Verdict
    from zhuli_flow.services.history.verify import LawBreach, Verified


def checkpoint(out: Console, told: Mapping[str, object]) -> None:
    """The signed note as it is, to be copied whole, and the key it is checked with."""
    if told["file"]:
        out.print(f"检查点已写到 {told['file']}：{told['size']} 条留痕", soft_wrap=True)
    else:
        out.print(str(told["note"]), soft_wrap=True)
    out.print(f"公钥：{told['key']}", soft_wrap=True)


def proof(out: Console, told: Proof, target: str) -> None:
    """Where the proof is, or what it says in short."""
    out.print(f"{told.case} 第 {told.seq} 条：留痕总树第 {told.place + 1} 条，共 {told.size} 条", soft_wrap=True)
    out.print(f"证明已写到 {target}" if target else "加 --out 文件 写成文件，交当事人保存", soft_wrap=True)


def verified(out: Console, found: Verified, known: int, unlawful: Sequence[LawBreach] | None) -> None:
    """Whether the record holds, ``known`` of its entries only hashed; what a law forbade (None: not asked)."""
    for one in unlawful or ():
        out.print(f"不合铁律：{one.case} 第 {one.seq} 条“{one.title}”：{one.reason}", style="bold red", soft_wrap=True)
    if unlawful is not None and found.ok and not unlawful:
        out.print("每一步办理都合于铁律", style="bold green")
    broken = found.first_break
    if not broken:
        before = f"上次核对过的 {known} 条哈希不变，其后 {found.entries - known} 条" if known else ""
        out.print(f"留痕完整：共 {found.entries} 条，{before}逐条相符", style="bold green")
        return
    out.print(f"留痕不符：{broken.case_id} 第 {broken.seq} 条：{broken.reason}", style="bold red", soft_wrap=True)
    out.print("请勿再办理；保存现有文件，与最近一次核对无误的备份比对。")


def verdict(out: Console, told: Verdict) -> None:
    """Whether the history fits the checkpoint, and what the checkpoint says nothing of."""
    if told.reason:
        out.print(f"与检查点不符：{told.reason}", style="bold red", soft_wrap=True)
        return
    out.print(
        f"与检查点相符：{told.origin} 的前 {told.size} 条留痕（{told.at} 签发）", style="bold green", soft_wrap=True
    )
    if told.open_since:
        out.print(
            f"其后 {told.entries - told.size} 条（自 {told.open_since} 起）不在此检查点之内，请用更晚的检查点核对",
            soft_wrap=True,
        )


def inspection(out: Console, told: Inspection) -> None:
    """Every item with its result, and what was not seen."""
    from zhuli_flow.cli.views.primitives import table

    shown = table("编号", "性质", "检测项目", "检测内容", "结果", "说明", title="四性检测")
    for one in told.items:
        shown.add_row(one.number, one.property, one.title, one.looked_at, one.result, one.found)
    out.print(shown)
    failed = sum(one.result == "不合格" for one in told.items)
    unseen = sum(one.result == "未检测" for one in told.items)
    out.print(f"不合格 {failed} 项" if failed else "没有不合格的", style="bold red" if failed else "bold green")
    if unseen:
        out.print(f"{unseen} 项本程序看不到，须另行检测后补记", soft_wrap=True)
    out.print(f"SHA-256 {told.sha256}", soft_wrap=True)
