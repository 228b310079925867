"""What the tests' other processes do; a process finds it by the name of this module, which pytest leaves alone."""

from collections import Counter
from pathlib import Path

from tests.faults.test_kill_sweep import arrived, post
from tests.services.at_once import meet
from tests.services.cases.test_concurrency import attempt
from tests.services.staging import Stage
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.delivery.deliver import deliver


def approve_all(home: Path, where: str, cases: list[tuple[str, int]]) -> list[str]:
    """What this process hears of each case, having asked together with the others."""
    stage = Stage(home, fresh=False, where=where)
    told = []
    for case, seen in cases:
        meet()
        told.append(attempt(stage, case, seen, event="approve", who="领导"))
    stage.office.database.close()
    return told


DAYS = ("2019-02-19", "2019-03-01", "2019-03-02", "2019-04-15")
"""A reminder, the last day, the day after it, and what is overdue long since."""


def do_duties(homes: list[Path], where: str, machine: int | None = None) -> Counter[str]:
    """Sweep and deliver on each of DAYS from the home of this machine; the letters it sent. None: whichever is free."""
    stage = Stage(homes[meet() if machine is None else machine], fresh=False, where=where)
    for day in DAYS:
        if machine is None:
            meet()
        sweep(stage.on(day).office)
        deliver(stage.office, post(stage.office.home))
    stage.office.database.close()
    return arrived(stage.office.home)
