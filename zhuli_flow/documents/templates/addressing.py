"""Addressees in one line: organs of one kind are joined by 、, different kinds by ， (7.3.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_SOCIETY = re.compile(r"(学会|研究会|促进会|联合会|(?<!科学技术)协会)(（[^（）]*）)?$")
_FIRM = re.compile(
    r"(公司|企业|集团|大学|学院|学校|院校|高校|研究院|研究所|研究中心|院所|科研机构|分院|医院|园区|合作社)(（[^（）]*）)?$"
)
_PLACES = re.compile("各(省|自治区|直辖市|市|地|州|盟|县|区|旗)(?![直级属])")
_DEPARTMENTS = re.compile(
    "(省|自治区|市|县|区)直|(省|国务院|市|县|自治区)(委|政府|人民政府)?各|各(部门|部委|厅|委办局|直属|单位)"
)
_WRITTEN = "，"


def alike(before: str, after: str) -> bool:
    """Whether two neighbours in a list are of one kind: organs of places and departments of one government are two."""
    kinds = _kind(before), _kind(after)
    return kinds[0] == kinds[1] or {*kinds} in ({"organ", "places"}, {"organ", "departments"})


def _kind(name: str) -> str:
    """A society, a firm or school, or an organ; organs named together by their places or as departments."""
    if _SOCIETY.search(name) or _FIRM.search(name):
        return "society" if _SOCIETY.search(name) else "firm"
    return "places" if _PLACES.match(name) else "departments" if _DEPARTMENTS.match(name) else "organ"


def joined(names: Sequence[str] | str) -> str:
    """``names`` in one line; where somebody wrote ， into them, the others are joined as they stand, by 、."""
    if isinstance(names, str):
        return names
    if not names or any(_WRITTEN in name for name in names):
        return "、".join(names)
    marks = ("、" if alike(a, b) else _WRITTEN for a, b in pairwise(names))
    return names[0] + "".join(mark + name for mark, name in zip(marks, names[1:], strict=True))
