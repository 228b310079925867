"""Processes that work in one home at the same time: forked, since to begin one anew takes longer than what it does."""

import multiprocessing
import traceback
from collections.abc import Callable, Sequence
from typing import Any

_FORK = multiprocessing.get_context("fork")
WITHIN_S = 600
"""A process that has not ended by then has hung."""


class Together:
    """What the processes of one crowd share: ``meet`` waits until all have come to it."""

    def __init__(self, count: int) -> None:
        self._barrier = _FORK.Barrier(count, timeout=WITHIN_S)

    def meet(self) -> None:
        self._barrier.wait()


def crowd(work: Sequence[Callable[[Together], object]]) -> list[Any]:
    """What each of ``work`` answers, each in a process of its own; AssertionError with what went wrong in one."""
    together, answers = Together(len(work)), _FORK.SimpleQueue()
    children = [_FORK.Process(target=_one, args=(at, one, together, answers)) for at, one in enumerate(work)]
    for child in children:
        child.start()
    found = dict(answers.get() for _ in children)
    for child in children:
        child.join(WITHIN_S)
    wrong = [told for told in found.values() if isinstance(told, _Wrong)]
    assert not wrong, wrong[0].words
    return [found[at] for at in range(len(work))]


class _Wrong:
    def __init__(self, words: str) -> None:
        self.words = words


def _one(at: int, work: Callable[[Together], object], together: Together, answers: Any) -> None:
    try:
        answer = work(together)
    except BaseException:  # noqa: BLE001 - told where the test can fail
        answer = _Wrong(traceback.format_exc())
    answers.put((at, answer))
