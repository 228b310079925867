"""Many issue at once and are killed at random: every number is taken once and none is missing."""

import multiprocessing
import os
import random
import shutil
import signal
import threading
from pathlib import Path
from time import sleep

from tests.services.staging import Stage
from zhuli_flow.services.history import verify
from zhuli_flow.services.notices import number_register

SEED = 20181210
WORKERS, EACH = 10, 5
KILLS = 6


def issue_all(home: Path, cases: list[str]) -> None:
    """Approve each case under a request id of its own; done before, it is answered and takes no number again."""
    stage = Stage(home, fresh=False)
    for case in cases:
        stage.do(case, "approve", "领导", request=f"approve-{case}")
        sleep(0.002)
    stage.office.database.close()


def kill_some(children: list["multiprocessing.process.BaseProcess"], dice: random.Random) -> int:
    """Kill some of the children while they work; how many were still at it."""
    killed = 0
    for child in dice.sample(children, KILLS):
        threading.Event().wait(dice.random() / 50)  # all fifty take a tenth of a second where the disk is memory
        if child.is_alive() and child.pid:
            os.kill(child.pid, signal.SIGKILL)
            killed += 1
    return killed


def test_fifty_issuers_of_whom_some_are_killed_leave_no_gap_and_no_double(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    stage = Stage(tmp_path / "home")
    cases = [stage.walk(stage.open(), "ruling") for _ in range(WORKERS * EACH)]
    stage.office.database.close()
    shares = [cases[start::WORKERS] for start in range(WORKERS)]
    dice, context, killed = random.Random(SEED), multiprocessing.get_context("fork"), 0
    for _ in range(3):  # killed, told again, killed again
        children = [context.Process(target=issue_all, args=(tmp_path / "home", share)) for share in shares]
        for child in children:
            child.start()
        killed += kill_some(children, dice)
        for child in children:
            child.join(60)
        require_whole(stage)
    for share in shares:
        issue_all(tmp_path / "home", share)
    assert killed > 0
    require_whole(stage)
    assert taken(stage) == list(range(1, WORKERS * EACH + 1))
    assert verify.verify(stage.office).ok
    shutil.rmtree(tmp_path / "home")


def taken(stage: Stage) -> list[int]:
    return [int(str(line.n)) for one in number_register.page(stage.office).series for line in one.lines]


def require_whole(stage: Stage) -> None:
    """At any time: the numbers taken are 1 to n, each by one act, and the counter says n."""
    assert [fault for one in number_register.page(stage.office).series for fault in one.faults] == []
    assert taken(stage) == list(range(1, len(taken(stage)) + 1))
    stage.office.database.close()
