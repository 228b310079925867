"""Eight programs that write at once to one PostgreSQL server: acts with their whole trail, and the same without.

Without the trail an act leaves the rows of its case, deadlines and papers, and nothing of history: no entry is written
out, hashed, chained, stored or put into the log. Such an office is of no use; it says what history costs.
"""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WRITERS, CASES = 8, 6
AS_AN_OFFICE = {"fsync": "on", "full_page_writes": "on"}
_MEETING: list[Any] = []


def measure(quick: bool) -> None:
    """All figures of one run, the two ways by turns."""
    sys.path.insert(0, str(ROOT))
    from report import heading, line

    from tests.postgresql.server import LACKING, serving

    with tempfile.TemporaryDirectory(prefix="zhuli-bench-") as made, serving(**AS_AN_OFFICE) as server:
        if server is None:
            print(LACKING)
            return
        rounds = 4 if quick else 12
        _make(Path(made) / "home", server.url(server.fresh()))
        context = get_context("spawn")
        begun = (context.Barrier(WRITERS, timeout=120),)
        with ProcessPoolExecutor(WRITERS, context, initializer=_begin, initargs=begun) as pool:
            told = [pool.submit(_write, Path(made) / "home", writer, rounds) for writer in range(WRITERS)]
            took = [one.result() for one in told].pop()
    whole, bare = took[0::2], took[1::2]
    rate = WRITERS * CASES * len(_events())
    heading(f"{WRITERS} writers on PostgreSQL (fsync on)", "acts/s")
    line("with the whole trail", rate / median(whole))
    line("the same without", rate / median(bare))
    ratios = sorted(without / with_ for with_, without in zip(whole, bare, strict=True))
    print(f"  with/without by pairs: median {median(ratios):.2f}, {ratios[0]:.2f} to {ratios[-1]:.2f} (aim ≥ 0.9)")


def _begin(barrier: Any) -> None:
    _MEETING.append(barrier)


def _events() -> tuple[str, ...]:
    import office

    return office.EVENTS


def _make(home: Path, where: str) -> None:
    import office

    office.make_office(home, where).database.close()


def _write(home: Path, writer: int, rounds: int) -> list[float]:
    """Seconds of each round from the moment all begin to that when all are done: with and without, by turns."""
    import office

    from zhuli_flow import bootstrap
    from zhuli_flow.engine.model.decision import Command
    from zhuli_flow.services.cases import advance
    from zhuli_flow.services.history import entries

    here, write, took = bootstrap.open_office(home, os_user="bench"), entries.write, []
    for turn in range(2 * rounds):
        ids = office.open_cases(here, CASES)
        entries.write = _nothing if turn % 2 else write
        _MEETING[0].wait()
        began = perf_counter()
        for case_id in ids:
            for event in office.EVENTS:
                request = f"{writer}-{turn}-{case_id}-{event}"
                advance.advance(here, case_id, office.PERSON, Command(event, {"ok": True}, request_id=request))
        _MEETING[0].wait()
        took.append(perf_counter() - began)
        entries.write = write
    here.database.close()
    return took


def _nothing(connection: Any, chain: str, seq: int, previous: bytes, entry: Any) -> Any:
    from zhuli_flow.services.history.entries import Written

    return Written(seq + 1, previous)


if __name__ == "__main__":
    measure("--quick" in sys.argv)
