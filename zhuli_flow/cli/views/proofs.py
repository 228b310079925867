"""What exploring a definition has shown, in words: how much was looked at, which laws hold, what was left open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from rich.console import Console

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.services.administration.proofs import Proved
from zhuli_flow.services.administration.traces import Replayed

_VERDICTS = {
    "proved": "条铁律由环节和条件保证",
    "guarded": "条由铁律本身在办理时把关",
    "open": "条涉及日期、数量等，办理时逐次核对",
}


def checked(
    out: Console,
    told: Sequence[Mapping[str, str]],
    proved: Sequence[Proved],
    warned: Sequence[str],
    kept: Sequence[Path],
) -> None:
    """Sound definitions, what exploring them has shown, what is seldom meant, and where traces were kept."""
    for one in told:
        out.print(f"{one['file']}：{one['workflow']} {one['version']} 没有问题", soft_wrap=True)
    for proof in proved:
        out.print(summary(proof), soft_wrap=True)
    for line in warned:
        out.print(f"提醒 {line}", soft_wrap=True, style="yellow")
    for path in kept:
        out.print(f"轨迹 {path}", soft_wrap=True)


def summary(proof: Proved) -> str:
    """One definition, in a line; what was not explored in a line of its own each."""
    counts = [(sum(law.verdict == word for law in proof.laws), told) for word, told in _VERDICTS.items()]
    laws = "，".join(f"{count} {told}" for count, told in counts if count)
    opened = len(proof.left_open)
    rest = f"；{opened} 个条件涉及日期、数量等，按可能成立走" if opened else ""
    lines = [f"{proof.workflow}：走遍 {proof.positions} 种情形{'，' + laws if laws else ''}{rest}"]
    lines += [f"  没有走到：{words}" for words in proof.unexplored]
    return "\n".join([*lines, *(f"  不在其内：{words}" for words in proof.apart)])


def wire(proof: Proved) -> dict[str, object]:
    """What was proved, for programs; without the problems: with any, the command has failed."""
    told = asdict(replace(proof, traces=()))
    del told["problems"], told["traces"]
    return told


def named(path: Path, flow: Workflow) -> dict[str, str]:
    """A definition file that was checked, for programs."""
    return {"file": str(path), "workflow": flow.name, "version": flow.version, "digest": flow.digest}


def steps(found: Replayed) -> list[dict[str, str]]:
    """The steps of a trace walked again, for programs: what was done, and the step it led to."""
    return [{"act": one.step.told, "state": place} for one, place in zip(found.steps, found.places, strict=True)]


def replayed(out: Console, found: Replayed) -> None:
    """A trace walked again: its steps one a line, then that it shows the same."""
    for number, one in enumerate(steps(found), 1):
        out.print(f"{number:>3}. {one['act']} → {one['state']}", soft_wrap=True)
    if found.changed:
        out.print("定义已经改动（摘要不同），以上按现在的写法走", style="yellow")
    for refusal in found.against:
        out.print(f"此后办不成：{refusal.because}", soft_wrap=True)
    out.print(f"与当时发现的相同：{found.trace.message}", soft_wrap=True)
