"""A page of a list: its lines, how many there are in all, and where the next page begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from zhuli_flow.engine.model.case import Json

Line = dict[str, Json]
"""A row of a register, by its columns: which there are, only the definition knows."""
T = TypeVar("T")
UNCOUNTED = -1
"""In the place of a total that nobody shows."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """``total`` lines fit, ``lines`` are those of this page; ``next`` is where the next one begins (empty: no more)."""

    lines: Sequence[T]
    total: int
    next: str = ""
    more: bool = False
    """There are more than ``total``: counting ended there."""

    @property
    def told(self) -> str:
        """How many there are, in words: 37 件, 1000 件以上."""
        return f"{self.total} 件{'以上' if self.more else ''}"

    def json(self, name: str) -> dict[str, object]:
        """The wire form, the lines under ``name``; an empty list says all there is to say."""
        shown: dict[str, object] = {name: self.lines}
        if not self.total:
            return shown
        return {**shown, "total": self.total, **({"total_at_least": True} if self.more else {}), "next": self.next}
