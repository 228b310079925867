"""A region (并行环节): what runs beside the main line of a case, such as publicity while the decision is prepared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """``states`` by name with their titles, the first of them where it begins; one of its own name if none is written.

    It runs only while the main line stands in one of ``beside``. Leaving them ends it, but for one that ``resumes``
    where it stood as soon as the main line is back.
    """

    name: str
    title: str
    states: Mapping[str, str]
    beside: tuple[str, ...]
    resumes: bool = False
    clause: str = ""

    @property
    def first(self) -> str:
        """The state that it begins in."""
        return next(iter(self.states))


def of_state(regions: Mapping[str, Region], state: str) -> Region | None:
    """The region that ``state`` is a state of; None for one of the main line."""
    return next((region for region in regions.values() if state in region.states), None)
