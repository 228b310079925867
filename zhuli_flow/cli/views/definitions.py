"""Two versions of a definition side by side, as a person reads what changed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console

from zhuli_flow.definitions.differences import Difference
from zhuli_flow.definitions.model.workflow import Workflow

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
