"""A quota (名额): how many cases may be in force together, and how one waits for a place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    """How many cases may be in force together; ``queued_by`` is the event that takes a place in the queue.

    ``minimum``: how many there should be at least, a number or a ``$parameter``; None where nothing says so.
    """

    name: str
    title: str
    counts: str
    maximum: str | int
    queued_by: str | None
    source: str = ""
    minimum: str | int | None = None
