"""What exploring a definition has shown, in words: how much was looked at, which laws hold, what was left open."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.services.administration.proofs import Proved

_VERDICTS = {
    "proved": "条铁律由环节和条件保证",
    "guarded": "条由铁律本身在办理时把关",
    "open": "条涉及日期、数量等，办理时逐次核对",
}


def summary(proof: Proved) -> str:
    """One definition, in a line; what was not explored in a line of its own each."""
    counts = [(sum(law.verdict == word for law in proof.laws), told) for word, told in _VERDICTS.items()]
    laws = "，".join(f"{count} {told}" for count, told in counts if count)
    opened = len(proof.left_open)
    rest = f"；{opened} 个条件涉及日期、数量等，按可能成立走" if opened else ""
    lines = [f"{proof.workflow}：走遍 {proof.positions} 种情形{'，' + laws if laws else ''}{rest}"]
    return "\n".join([*lines, *(f"  没有走到：{words}" for words in proof.unexplored)])


def wire(proof: Proved) -> dict[str, object]:
    """What was proved, for programs; without the problems: with any, the command has failed."""
    told = asdict(proof)
    del told["problems"]
    return told


def named(path: Path, flow: Workflow) -> dict[str, str]:
    """A definition file that was checked, for programs."""
    return {"file": str(path), "workflow": flow.name, "version": flow.version, "digest": flow.digest}
