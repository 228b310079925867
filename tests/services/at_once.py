"""Several processes that do one thing at the same moment, each with connections of its own.

What goes wrong in one of them is raised here, as it was there.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

from tests.postgresql import everywhere

T = TypeVar("T")
_MEETING: list[Any] = []


def at_once(count: int, work: Callable[..., T], *given: object) -> list[T]:
    """What ``work`` answers in each of ``count`` processes; in it, ``meet`` waits for the others."""
    context = get_context("spawn")
    begun = (context.Barrier(count, timeout=60),)
    with ProcessPoolExecutor(count, context, initializer=_begin, initargs=begun) as pool:
        return [one.result() for one in [pool.submit(work, *given) for _ in range(count)]]


def _begin(barrier: object) -> None:
    _MEETING.append(barrier)
    everywhere.in_a_child()


def meet() -> int:
    """Wait until every process of the same ``at_once`` has come here; a number from 0 on, each process its own."""
    return int(_MEETING[0].wait())
