"""The lines of a printed form: its groups (类别), headings and labels, with the fields that answer each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_ITEM_NUMBER = re.compile(r"(\d{1,3})[.．、]")


@dataclass(frozen=True, slots=True)
class Line:
    """``text`` as printed, "" for a field that stands without a line of its own; only a label has ``fields``."""

    kind: Literal["group", "heading", "label"]
    text: str
    fields: tuple[str, ...] = ()


def item_number(line: Line) -> str:
    """The number that a line begins with, "" where it has none."""
    found = _ITEM_NUMBER.match(line.text)
    return found[1] if found else ""


def part_numbers(lines: Sequence[Line]) -> dict[str, str]:
    """How people call each field: ``18b``, the second of item 18; its place among all where no item is numbered."""
    numbers: dict[str, str] = {}
    item, letters = "", 0
    for line in lines:
        if found := _ITEM_NUMBER.match(line.text):
            item, letters = found[1], 0
        for name in line.fields:
            numbers[name] = f"{item}{chr(ord('a') + letters % 26)}" if item and line.text else str(len(numbers) + 1)
            letters += 1
    return numbers
