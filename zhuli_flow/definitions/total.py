"""How the returns of many units are put together: blocks side by side, and what all of them name, each name once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Total:
    """``blocks`` of column ``by`` (value → title) are never added up; ``distinct`` titles the block of names.

    ``head`` are the numbers on its face: title → register; the first is the whole. ``same`` is the field of the asking
    case that holds which names a person has found to be one; ``kept_in`` the one in which an act keeps the totals.
    """

    by: str
    blocks: Mapping[str, str]
    distinct: str
    head: Mapping[str, str] = field(default_factory=dict)
    same: str | None = None
    kept_in: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns of the totals as rows (``total of``)."""
        return ("number", "item", "unit", *self.blocks, "distinct", "note")
