"""Two versions of a definition side by side, and what becomes of the cases that run, as a person reads it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console

from zhuli_flow.definitions.differences import Difference
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.services.administration.migration import Judged
from zhuli_flow.services.rehearsal.coverage import KINDS, Part

_STYLES = {"增": "green", "减": "red", "改": "", "改名": "yellow"}


def differences(out: Console, both: tuple[Workflow, Workflow], found: Sequence[Difference]) -> None:
    """Section by section: what came, went, reads differently; a piece by its title, its name behind."""
    old, new = both
    out.print(f"{new.title}：{old.version} → {new.version}，{f'{len(found)} 处不同' if found else '没有不同'}")
    for section, pieces in groupby(found, key=lambda one: one.section):
        out.print(f"\n{section}", style="bold")
        for one in pieces:
            name = f"{one.was} → {one.name}" if one.was else one.name
            words = f"  {one.kind} {one.title or name}" + (f"（{name}）" if one.title else "")
            out.print(words, style=_STYLES[one.kind], soft_wrap=True, markup=False, highlight=False)
            for line in one.lines:
                out.print(f"     {line}", soft_wrap=True, markup=False, highlight=False)


_VERDICTS = {"continues": "可继续", "mapping": "须指明对应", "person": "须人核对", "illegal": "不可迁移"}


def migrated(out: Console, told: Sequence[Judged]) -> None:
    """Each case with its verdict and reasons, the deadlines that change, who signs anew; then how many of each."""
    for one in told:
        word = "已迁移" if one.moved else _VERDICTS[one.verdict]
        head = f"{one.case}　{one.applicant}　{one.state}（原版本 {one.from_version}）：{word}"
        out.print(head, style="" if one.verdict == "continues" else "yellow", soft_wrap=True, highlight=False)
        for finding in one.findings:
            fix = f"；{finding.fix}" if finding.fix else ""
            out.print(f"     {finding.because}{fix}", soft_wrap=True, markup=False, highlight=False)
        for day in one.deadlines:
            days = f"{day.before or '无'} → {day.after or '无'}"
            out.print(f"     期限“{day.title}”：{days}", soft_wrap=True, markup=False, highlight=False)
        if one.signers:
            out.print(f"     须重新签署：{'、'.join(one.signers)}", soft_wrap=True, markup=False, highlight=False)
    moved = sum(one.moved for one in told)
    able = sum(one.verdict == "continues" for one in told)
    out.print(f"共 {len(told)} 件，可继续 {able} 件，已迁移 {moved} 件" if told else "没有须迁移的在办事项")


def covered(out: Console, title: str, stories: int, parts: Sequence[Part]) -> None:
    """Of each kind how many parts the stories reach, and by line those that none does."""
    out.print(f"{title}：{stories} 个故事", highlight=False)
    for kind in KINDS:
        own = [one for one in parts if one.kind == kind]
        missing = [one for one in own if not one.times]
        if own:
            out.print(f"{kind}：{len(own) - len(missing)}/{len(own)}", style="" if not missing else "yellow")
        for one in missing:
            line = f"第 {one.line} 行 " if one.line else ""
            words = f"     没有演到：{line}{one.title}（{one.name.partition(':')[0]}）"
            out.print(words, soft_wrap=True, markup=False, highlight=False)
