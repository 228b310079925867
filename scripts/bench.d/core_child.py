"""One process that acts: what ``core`` runs under callgrind, on this tree or on an older one.

usage: core_child.py TREE HOME prepare NUMBER | TREE HOME serve | TREE HOME (act | batch | options | open) NUMBER

Office and acts come from ``office.py`` of the tree that is measured, so an older tree is driven by its own paths.
Between marks (``getsid``, where callgrind dumps its counts) stands the work alone: start-up and warm-up lie before.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

TREE, HOME = Path(sys.argv[1]), Path(sys.argv[2])
sys.path.insert(0, str(TREE))
sys.path.insert(0, str(TREE / "scripts/bench.d"))

import office  # noqa: E402 - from the tree measured

PARTS = 2
"""Measured stretches of the same work; they should agree."""


def prepare(number: int) -> None:
    """A home with ``number`` cases, their ids noted beside its database."""
    made = office.make_office(HOME)
    (HOME / "ids.json").write_text(json.dumps(office.open_cases(made, number)), encoding="utf-8")
    made.database.close()


def measure(kind: str, number: int) -> None:
    """Warm up once, then ``number`` units of work ``PARTS`` times, a mark before each and after the last."""
    opened = office.bootstrap.open_office(HOME, os_user="bench")
    ids = iter(json.loads((HOME / "ids.json").read_text(encoding="utf-8")))
    work = WORKS[kind](opened)
    work(ids, 1)
    gc.collect()
    gc.freeze()
    spent = [_mark()]
    for _ in range(PARTS):
        work(ids, number)
        spent.append(_mark())
    opened.database.close()
    print(json.dumps([after - before for before, after in pairwise(spent)]))


def serve() -> None:
    """Contestants that answer the lines ``KIND prepare NUMBER`` and ``KIND run NUMBER``, for as long as one asks."""
    made = office.make_office(HOME)
    contestants: dict[str, Any] = {}
    for line in sys.stdin:
        kind, what, number = line.split()
        if kind not in contestants:
            contestants[kind] = office.Single(made, int(number)) if kind == "act" else office.Batched(made)
        getattr(contestants[kind], what)()
        if what == "prepare":
            gc.collect()
        print(kind, what, flush=True)
    made.database.close()


def _mark() -> float:
    """Processor seconds so far."""
    os.getsid(0)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _acts(opened: Any) -> Callable[[Any, int], None]:
    """Every case through its seven acts, each a transaction."""

    def work(ids: Any, number: int) -> None:
        for _ in range(number):
            case_id = next(ids)
            for event in office.EVENTS:
                office.advance.advance(opened, case_id, office.PERSON, office.command(event))

    return work


def _batches(opened: Any) -> Callable[[Any, int], None]:
    """A hundred cases through their seven acts, a transaction for each hundred acts."""

    def work(ids: Any, number: int) -> None:
        batched = office.Batched(opened)
        for _ in range(number):
            batched.ids = [next(ids) for _ in range(office.BATCH)]
            batched.run()

    return work


def _options(opened: Any) -> Callable[[Any, int], None]:
    """What may be done now, a hundred times, in memory."""
    asked = office.Options(opened, 100)

    def work(ids: Any, number: int) -> None:
        for _ in range(number):
            asked.run()

    return work


def _openings(opened: Any) -> Callable[[Any, int], None]:
    def work(ids: Any, number: int) -> None:
        office.open_cases(opened, number)

    return work


WORKS: dict[str, Callable[[Any], Callable[[Any, int], None]]] = {
    "act": _acts,
    "batch": _batches,
    "options": _options,
    "open": _openings,
}

if __name__ == "__main__":
    if sys.argv[3] == "prepare":
        prepare(int(sys.argv[4]))
    elif sys.argv[3] == "serve":
        serve()
    else:
        measure(sys.argv[3], int(sys.argv[4]))
