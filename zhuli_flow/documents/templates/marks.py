"""The names in a red mark: which organs stand in it, and where a long one breaks (GB/T 9704-2012, 7.2.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_NAMES = 6
"""Of more organs the mark bears the lead organ's name alone, as 7.2.4 allows; all of them sign."""
MOST_CHARACTERS = 22
"""A longer name, 文件 with it, would be too small in one line of 150 mm; it takes two."""
_BREAK = re.compile(r"(?<=[）》”省市])|(?=领导小组|工作|委员会|办公室|联席会议|管理|协调|推进|指挥部|筹备|创建|建设)")
_NEVER_FIRST = "）》”的和与及、"


def named(issuers: Sequence[str], lead: str) -> list[str]:
    """The organs whose names make the mark, in their order."""
    return list(issuers) if len(issuers) <= MOST_NAMES else [lead or issuers[0]]


def lines(text: str) -> list[str]:
    """A mark in one line, or in two of about one length, broken before a word where one is near the middle."""
    if len(text) <= MOST_CHARACTERS:
        return [text]
    middle = len(text) / 2
    places = [found.start() for found in _BREAK.finditer(text) if text[found.start() :][:1] not in _NEVER_FIRST]
    near = [at for at in places if abs(at - middle) <= len(text) / 6]
    at = min(near, key=lambda place: abs(place - middle), default=round(middle))
    return [text[:at], text[at:]]
