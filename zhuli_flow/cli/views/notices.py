"""How one document looks to a person, the register of numbers, and what became of checking a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from zhuli_flow.cli.views.primitives import Told, moment, pairs, table
from zhuli_flow.vocabulary import PAPER_STATES

if TYPE_CHECKING:
    from zhuli_flow.services.notices.browse import PaperPage, PaperShown
    from zhuli_flow.services.notices.verify import Differences, Verified

_NO_CODE = "这份文件没有文字，也没有读出公文校验码。印有校验码的，可用手机扫出文字：zhuli notice verify --code 文字"
_COPIES = {
    "filing": "是这份公文的归档件（PDF/A-1b）",
    "overlay": "是这份公文的套打件（不带版头）",
    "sealed": "是这份公文带印章图样的副本",
}
_FOUND_BY = {"checkpoint": "留痕校验行", "identifier": "文件内部的编号", "number": "发文字号"}


def paper(console: Console, told: PaperPage) -> None:
    """One document, its contents and its history."""
    console.print(f"{told.title}", style="bold", soft_wrap=True)
    pairs(
        console,
        [
            ("文号", told.number or "（不编号）"),
            ("状态", PAPER_STATES[told.state]),
            ("文种", f"{told.genre or told.kind}（{told.kind}，编号 {told.id}）"),
            ("成文日期", told.signed_on or ""),
            ("保管期限", told.retention or ""),
            ("事项", f"{told.case} 第 {told.entry} 条"),
            ("收文", "、".join(told.recipients)),
            ("SHA-256", f"{told.sha256}（{told.size} 字节）" if told.sha256 else ""),
            ("文件", told.file or ""),
        ],
    )
    for one in told.history:
        reason = f"：{one.opinion}" if one.opinion else ""
        person = "系统" if one.person == "system" else one.person
        console.print(f"  {moment(one.at)} {person} {one.title}{reason}", soft_wrap=True)


def ledger(console: Console, told: Told) -> None:
    """Each series and year with its numbers in order, and the verdict; where the next page begins."""
    if not told["series"]:
        console.print(f"共 {told['total']} 份，这一页之后没有了。" if told["total"] else "还没有编过文号。")
        return
    for one in told["series"]:
        span = f"{one['first']}—{one['last']} 号，共 {one['count']} 件，作废 {one['void']} 件"
        made = table("号", "标题", "成文日期", "状态", "事项", title=f"{one['series']}〔{one['year']}〕 {span}")
        for line in one["lines"]:
            state = PAPER_STATES[line["state"]] + (
                f"（{line['voided_on']} {line['reason']}）" if line["reason"] else ""
            )
            made.add_row(str(line["n"]), line["title"], line["signed_on"] or "", state, line["case"])
        console.print(made)
        for fault in one["faults"]:
            console.print(f"✗ {fault}", style="bold red", soft_wrap=True)
        if one["ok"]:
            console.print("✓ 不缺号、不重号，所列各份与留痕相符", style="green")
    if told["next"]:
        shown = sum(len(one["lines"]) for one in told["series"])
        console.print(f"共 {told['total']} 份，这里是 {shown} 份；下一页加 --after {told['next']}", soft_wrap=True)


def verified(console: Console, told: Verified) -> None:
    """Whether the copy is the document, and how far it differs."""
    record = told.record
    if told.verdict == "unknown":
        console.print("查不到：不是本单位印发的公文，或内容已面目全非。", style="bold red")
        if told.picture:
            console.print(_NO_CODE, soft_wrap=True)
    elif told.verdict == "scan":
        console.print(
            "凭校验码查到公文。扫描件、照片不能逐字核对，请与存档件逐面对照：", style="yellow", soft_wrap=True
        )
    elif told.verdict == "genuine":
        same = _COPIES.get(told.found_by or "", "与存档的公文逐字节相同")
        console.print(f"属实：{same}。", style="bold green")
    else:
        by = _FOUND_BY[told.found_by or ""]
        console.print(f"不符：按{by}查到公文，但这份文件与原件不同。", style="bold red", soft_wrap=True)
    if record:
        _record(console, record)
    if told.checkpoint:
        words = "与留痕相符" if told.checkpoint.holds else "留痕中没有这一条，可能是伪造的"
        console.print(f"校验行：{told.checkpoint.text}（{words}）", soft_wrap=True)
    if told.verdict == "scan":
        _compare(console, told)
    if told.verdict == "altered":
        _differences(console, told.differences or None)


def _compare(console: Console, told: Verified) -> None:
    """What a person holds side by side: a code can be copied onto another sheet."""
    if told.record:
        console.print(f"请核对：成文日期 {told.record.signed_on}；存档件 {told.record.file}", soft_wrap=True)
    if told.pages:
        console.print(
            f"页数：原件 {told.pages.recorded or '（存档件已丢失）'}，这份 {told.pages.found}", soft_wrap=True
        )


def _record(console: Console, record: PaperShown) -> None:
    name = f"{record.number or record.id} {record.title}"
    console.print(f"公文：{name}（{PAPER_STATES[record.state]}，事项 {record.case}）", soft_wrap=True)
    if record.state == "void":
        console.print("注意：这份公文已经作废，不具效力。", style="bold red")


def _differences(console: Console, found: Differences | None) -> None:
    if found is None:
        console.print("存档的原件也已丢失，无从比较；请从备份恢复 files 文件夹。", style="yellow", soft_wrap=True)
        return
    size, pages = found.bytes, found.pages
    console.print(
        f"字节：原件 {size.recorded}，这份 {size.found}，自第 {size.first + 1} 字节起不同，共 {size.differing} 处",
        soft_wrap=True,
    )
    looks = "、".join(f"第 {one.page} 页（{float(one.share):.2%}）" for one in pages.differing)
    console.print(f"页数：原件 {pages.recorded}，这份 {pages.found}；版面不同的：{looks or '无'}", soft_wrap=True)
    if not found.text:
        same = "" if looks else "；版面也一样，多半是另存、转换或加签所致"
        console.print(f"文字：没有不同{same}。", soft_wrap=True)
    for one in found.text:
        console.print(f"文字：{one.context} → 【{one.found}】", soft_wrap=True)
