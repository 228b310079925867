"""What a cell of a table holds, and how it reads in words, on a screen as in a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

Entry = None | bool | int | Decimal | str | date | Sequence[str]
"""What a cell of a table may hold; a sequence is a list of names, one a line. Text stays text, always."""


def text_of(entry: Entry) -> str:
    """A cell in one line of words."""
    if isinstance(entry, bool):
        return "是" if entry else "否"
    if entry is None or isinstance(entry, str | int | Decimal | date):
        return "" if entry is None else str(entry)
    return "、".join(entry)
