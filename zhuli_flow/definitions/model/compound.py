"""A compound state (大环节): states that belong together, such as all in which an approval is in force."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Compound:
    """``states`` are the plain ones in it, at any depth, in the order written; ``within`` the compound around it."""

    name: str
    title: str
    states: tuple[str, ...]
    within: str = ""
