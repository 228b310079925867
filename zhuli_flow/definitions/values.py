"""Values that are written as text wherever a definition wants a length of time, a number or one of a few words."""

from __future__ import annotations

from zhuli_flow.calendar import Period, parse_period
from zhuli_flow.errors import InvalidInput


def as_period(value: object) -> Period | None:
    """The period that ``value`` spells; None when it spells none."""
    if not isinstance(value, str):
        return None
    try:
        return parse_period(value)
    except InvalidInput:
        return None


def is_period(value: object) -> bool:
    """Whether ``value`` spells a period."""
    return as_period(value) is not None


FILE_TYPES = ("pdf", "ofd", "doc", "docx", "wps", "xls", "xlsx", "et", "csv", "txt", "jpg", "jpeg", "png", "zip")
"""Types of file that a material or a file field may accept."""
