"""A law of a workflow as written; ``definitions.laws`` reads and checks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Law:
    """A property that must hold on every path: kept here, proved elsewhere."""

    title: str
    words: Mapping[str, str]
    line: int = 0
