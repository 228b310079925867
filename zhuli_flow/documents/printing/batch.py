"""Many documents on several presses at once, one a core: each result as it is ready, none held longer than needed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

from zhuli_flow.documents.printing.printer import PrintFailed, PrintingChild, PrintJob

_WORTH_A_PRESS = 6
"""Documents that take as long as starting a printer: fewer than this for each are not worth another."""


def workers_for(count: int) -> int:
    """Return how many presses ``count`` documents are worth on this machine."""
    return max(1, min(os.cpu_count() or 1, count // _WORTH_A_PRESS))


def each_outcome(
    jobs: Sequence[PrintJob], *, assets: Path, timeout_s: float = 30, workers: int | None = None
) -> Iterator[tuple[int, bytes | PrintFailed]]:
    """Yield each job's place and its PDF, or why there is none, in the order they are finished.

    A document's bytes do not depend on which printer prints it. Whoever stops listening stops the rest.
    """
    count = workers or workers_for(len(jobs))
    free: SimpleQueue[PrintingChild] = SimpleQueue()

    def print_one(job: PrintJob) -> bytes | PrintFailed:
        printer = free.get()
        try:
            return printer.outcome(job)
        finally:
            free.put(printer)

    with ExitStack() as stack:
        for _ in range(count):
            free.put(stack.enter_context(PrintingChild(assets, timeout_s)))
        pool = stack.enter_context(ThreadPoolExecutor(count))
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        waiting = {pool.submit(print_one, job): place for place, job in enumerate(jobs)}
        for done in as_completed(waiting):
            yield waiting.pop(done), done.result()
