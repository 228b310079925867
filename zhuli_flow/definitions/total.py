"""How the returns of many units are put together: blocks side by side, and what all of them name, each name once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Total:
    """``blocks`` of column ``by`` (value → title) are never added up; ``distinct`` titles the block of names.

    ``head`` are the numbers on its face: title → register; the first is the whole.
    """

    by: str
    blocks: Mapping[str, str]
    distinct: str
    head: Mapping[str, str] = field(default_factory=dict)
