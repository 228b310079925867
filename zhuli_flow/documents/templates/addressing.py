"""Addressees in one line: organs of one kind are joined by 、, different kinds by ， (7.3.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_SOCIETY = re.compile(r"(学会|研究会|促进会|联合会|(?<!科学技术)协会)(（[^（）]*）)?$")
_FIRM = re.compile(r"(公司|企业|大学|学院|研究院|研究所|医院)(（[^（）]*）)?$")
_WRITTEN = "，"


def kind_of(name: str) -> str:
    """Of which kind a name is: a society, a firm or school, or an organ."""
    return "society" if _SOCIETY.search(name) else "firm" if _FIRM.search(name) else "organ"


def joined(names: Sequence[str] | str) -> str:
    """``names`` in one line; where somebody wrote ， into them, the others are joined as they stand, by 、."""
    if isinstance(names, str):
        return names
    if not names or any(_WRITTEN in name for name in names):
        return "、".join(names)
    marks = ("、" if kind_of(a) == kind_of(b) else _WRITTEN for a, b in pairwise(names))
    return names[0] + "".join(mark + name for mark, name in zip(marks, names[1:], strict=True))
