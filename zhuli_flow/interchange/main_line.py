"""The main line of a definition: which act leads from which step to which. What runs beside it (regions) is folded in.

An act that only begins, moves or ends a region leaves the main line where it is; one done in a region may be done in
every step that the region runs beside. None of the forms here has a word for a region that ends with its step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from zhuli_flow.definitions.model.graph import mains
from zhuli_flow.definitions.model.region import of_state
from zhuli_flow.definitions.model.workflow import SAME, START, Event, Workflow


class Move(NamedTuple):
    """One act out of one step (or START). ``target``: the step it leads to, "" where it stays."""

    event: Event
    source: str
    target: str


def moves(workflow: Workflow) -> Iterator[Move]:
    """Every act out of every step, in the order written; one that leads into a compound's history names no target."""
    for event in workflow.events.values():
        for source in dict.fromkeys(mains(event.sources, workflow.regions)):
            stays = event.target in {SAME, START} or of_state(workflow.regions, event.target) is not None
            yield Move(event, source, "" if stays or event.history else event.target)
