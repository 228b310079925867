"""Many processes in one home at the same moment: each gets its turn, one act moves a case, duties are done once.

Short: a dozen writers, 50 rounds; ``scripts/test --long``: 32 writers, 1,000 rounds.
"""

import os
import random
import shutil
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event, Timer

import pytest

from tests.faults.crowd import Together, crowd
from tests.faults.test_kill_sweep import DAY, arrived, post, told
from tests.services.staging import Stage
from zhuli_flow import scheduler
from zhuli_flow.errors import RulesRefused
from zhuli_flow.services.administration.invariants import broken
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.delivery.deliver import deliver

pytestmark = pytest.mark.sqlite("waits at the file")

LONG = bool(os.environ.get("ZHULI_LONG_TESTS"))
SEED = int(os.environ.get("ZHULI_FAULT_SEED") or (random.SystemRandom().randrange(10**9) if LONG else 20181210))
WRITERS, EACH = (32, 10) if LONG else (12, 3)
RIVALS, ROUNDS = 8, 1000 if LONG else 50


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def sound(home: Path, day: str = "2018-10-08") -> Stage:
    stage = Stage(home, fresh=False, at=day)
    assert list(broken(stage.office)) == []
    return stage


def test_whoever_writes_gets_a_turn_however_many_write(home: Path) -> None:
    """Each opens a connection, acts, closes it, as a command does; nobody is told that the database is taken."""
    Stage(home).office.database.close()

    def work(number: int, together: Together) -> list[str]:
        together.meet()
        mine = []
        for count in range(EACH):
            stage = Stage(home, fresh=False)
            case = stage.open(request_id=f"{number}-{count}")
            stage.do(case, "submit", "县")
            stage.office.database.close()
            mine.append(case)
        return mine

    opened = [case for mine in crowd([partial(work, number) for number in range(WRITERS)]) for case in mine]
    assert sorted(opened) == [f"WB-2018-{number:04}" for number in range(1, WRITERS * EACH + 1)]
    stage = sound(home)
    assert stage.table("SELECT state, COUNT(*) FROM cases GROUP BY state") == [("intake", WRITERS * EACH)]
    stage.office.database.close()


def test_of_eight_processes_on_one_event_exactly_one_wins_every_time(home: Path) -> None:
    stage = Stage(home)
    cases = [stage.walk(stage.open(), "intake") for _ in range(ROUNDS)]
    before = {case: stage.stored(case) for case in cases}
    stage.office.database.close()

    def work(number: int, together: Together) -> list[str]:
        stage, dice, answers = Stage(home, fresh=False), random.Random(SEED + number), []
        for case in cases:
            together.meet()
            for _ in range(dice.randrange(2000)):
                pass  # none of them is always the first
            answers.append(attempt(stage, case, before[case].case.version))
        stage.office.database.close()
        return answers

    heard = crowd([partial(work, number) for number in range(RIVALS)])
    for case, answers in zip(cases, zip(*heard, strict=True), strict=True):
        assert answers.count("won") == 1, f"seed {SEED}, {case}: {answers}"
        assert all(one == "won" or one.startswith("stale_version") for one in answers), (
            f"seed {SEED}, {case}: {answers}"
        )
    stage = sound(home)
    for case, stored in before.items():
        after = stage.stored(case)
        assert (after.case.version, after.seq) == (stored.case.version + 1, stored.seq + RIVALS)
    stage.office.database.close()


def attempt(stage: Stage, case: str, seen: int) -> str:
    try:
        stage.do(case, "accept", "甲", seen=seen)
    except RulesRefused as refused:
        return "; ".join(one.code for one in refused.refusals)
    return "won"


def test_sweeps_at_once_beside_commands_come_to_what_one_alone_comes_to(home: Path, tmp_path: Path) -> None:
    """A command that reminds, expires and delivers, and ``run`` that does so on and on, while two others write."""
    stage = Stage(home)
    for state in ("valid", "intake", "valid", "review", "intake", "valid") * (5 if LONG else 1):
        stage.walk(stage.open(), state)
    stage.office.database.close()
    alone = Path(shutil.copytree(home, tmp_path / "alone"))
    for work in (partial(write, alone, 1), partial(write, alone, 2), partial(duty, alone)):
        work(None)
    crowd([partial(duty, home), partial(running, home), partial(write, home, 1), partial(write, home, 2)])
    expected, found = sound(alone, DAY), sound(home, DAY)
    assert arrived(home) == arrived(alone)
    assert set(arrived(home).values()) == {1}
    for mine, wanted in zip(told(found)[:3], told(expected)[:3], strict=True):
        assert mine == wanted
    for stage in (expected, found):
        stage.office.database.close()


def duty(home: Path, together: Together | None) -> None:
    stage = Stage(home, fresh=False).on(DAY)
    if together:
        together.meet()
    for _ in range(3):
        sweep(stage.office)
        deliver(stage.office, post(home))
    stage.office.database.close()


def running(home: Path, together: Together) -> None:
    """``zhuli run`` for as long as the others may need."""
    stage, stop = Stage(home, fresh=False).on(DAY), Event()
    duties = {"sweep": lambda _: sweep(stage.office), "deliver": lambda _: deliver(stage.office, post(home))}
    together.meet()
    timer = Timer(6 if LONG else 3, stop.set)
    timer.start()
    office = replace(stage.office, rehearsal=False)  # a rehearsal does not tick; its duties know that it is one
    scheduler.run(office, stop, every=timedelta(milliseconds=100), duties=duties)
    timer.join()
    stage.office.database.close()


def write(home: Path, number: int, together: Together | None) -> None:
    stage = Stage(home, fresh=False).on(DAY)
    if together:
        together.meet()
    for count in range(5):
        stage.open(request_id=f"{number}-{count}", until="2020-03-01")
    stage.office.database.close()
