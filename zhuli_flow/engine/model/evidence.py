"""Evidence (依据): what an act gave, in which round, and of which content; and why it no longer counts (须重办)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Why = Literal["changed", "returned"]
"""What it was given for has changed since; or the case was returned (退回) to a step before it."""


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """The latest time that an event was done, or a sheet filled, while it may still count.

    ``act``: the version of the case that it made; ``state`` and ``visit``: the step it was given in, and at which visit
    of the path (0: the case was opened by it). ``gave``: each field and material it gave, with the act since which that
    has stood as it does. ``times`` it was done in this round. ``digest``: 64 hex digits, the SHA-256 of what it was
    given for (``engine.evidence.content``). ``upheld``: who gave it has said that it holds unchanged (沿用).
    """

    act: int
    state: str
    visit: int
    by: str
    role: str
    digest: str
    gave: Mapping[str, int] = {}
    round: int = 1
    times: int = 1
    upheld: bool = False


class Stale(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why evidence must be given again: the ``event`` that made it so, who did that and when (UTC, ISO 8601).

    ``names``: the fields, materials and sheets that changed.
    """

    why: Why
    event: str
    by: str
    at: str
    names: tuple[str, ...] = ()
