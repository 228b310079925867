"""Laws (铁律) of a workflow: properties that must hold on every path and in every history; ``line`` is 1-based.

``engine.laws`` holds every act to them, ``engine.history_laws`` every history.
"""

from __future__ import annotations

from dataclasses import dataclass

from zhuli_flow.definitions.model.expressions import Condition


@dataclass(frozen=True, slots=True)
class NeverBefore:
    """``event`` is never done before ``first`` has been."""

    title: str
    event: str
    first: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class EveryHas:
    """Whenever ``event`` is done, ``name`` is there: a field that is filled, or ``KIND.number`` of a document."""

    title: str
    event: str
    name: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class EveryLeadsTo:
    """After ``event`` the case does ``goal`` sooner or later: an event, or a state that it reaches."""

    title: str
    event: str
    goal: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Always:
    """``condition`` (written as ``text``) is never false; while it cannot be known, it is not broken."""

    title: str
    text: str
    condition: Condition
    line: int = 0


@dataclass(frozen=True, slots=True)
class NeverBetween:
    """``event`` is never done after ``start`` and before ``end``."""

    title: str
    event: str
    start: str
    end: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class EveryInTime:
    """Whenever ``event`` is done, the last day of ``deadline`` is not over."""

    title: str
    event: str
    deadline: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class EveryOfOneRound:
    """Whenever ``event`` is done, ``others`` have been, and all of it counts: none has changed or was returned past."""

    title: str
    event: str
    others: tuple[str, ...]
    line: int = 0


Law = NeverBefore | NeverBetween | EveryHas | EveryInTime | EveryOfOneRound | EveryLeadsTo | Always
