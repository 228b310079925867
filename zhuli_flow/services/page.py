"""A page of a list: its lines, how many there are in all, and where the next page begins."""

from __future__ import annotations

from dataclasses import dataclass

from zhuli_flow.engine.model.case import Json

Line = dict[str, Json]
"""A line of a list as JSON, by its keys."""


@dataclass(frozen=True, slots=True)
class Page:
    """``total`` lines fit, ``lines`` are those of this page; ``next`` is where the next one begins (empty: no more)."""

    lines: list[Line]
    total: int
    next: str = ""

    def json(self, name: str) -> Line:
        """The wire form, the lines under ``name``; an empty list says all there is to say."""
        told: Line = {name: [*self.lines]}
        return {**told, "total": self.total, "next": self.next} if self.total else told
