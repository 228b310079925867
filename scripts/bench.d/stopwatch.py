"""Contestants take turns in short rounds, so that whatever else the machine does slows all of them alike."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from statistics import median
from time import perf_counter
from typing import Protocol


class Contestant(Protocol):
    """Something that does the same work in its own way; ``work`` is how many events one round carries out."""

    work: int

    def prepare(self) -> None:
        """Get ready for one round; not timed."""

    def run(self) -> None:
        """Carry out ``work`` events; timed."""


class Rates:
    """Events per second of every contestant, a list of rounds by name."""

    def __init__(self, rounds: Mapping[str, list[float]]) -> None:
        self.rounds = rounds

    def rate(self, name: str) -> float:
        """The median over the rounds, in events per second."""
        return median(self.rounds[name])

    def ratio(self, name: str, other: str) -> float:
        """How many times as fast as the other: the median of the ratios within each round."""
        pairs = zip(self.rounds[name], self.rounds[other], strict=True)
        return median(mine / its for mine, its in pairs)


def interleave(contestants: Mapping[str, Contestant], rounds: int, what: str, budget: float) -> Rates:
    """Let everyone run once in every round; the first round only warms up and does not count.

    On a busy machine it ends after ``budget`` seconds, yet not before the third round that counts.
    """
    found: dict[str, list[float]] = {name: [] for name in contestants}
    begun = perf_counter()
    for number in range(rounds + 1):
        if number > 3 and perf_counter() - begun > budget:
            break
        tell(f"{what}: round {number} of {rounds}")
        for name, contestant in contestants.items():
            contestant.prepare()
            gc.collect()
            start = perf_counter()
            contestant.run()
            seconds = perf_counter() - start
            if number:
                found[name].append(contestant.work / seconds)
    tell("")
    return Rates(found)


def tell(progress: str) -> None:
    """Progress on stderr: one line that rewrites itself on a terminal; in a pipe only the first of each contest."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[Kbench: {progress}" if progress else "\r\033[K")
        sys.stderr.flush()
    elif ": round 0 " in progress:
        sys.stderr.write(f"bench: {progress.partition(': round')[0]}\n")
