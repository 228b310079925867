"""Killed before any one statement, then run again with the same request ids: the record is as if nothing had happened.

The child dies by ``os._exit`` at the k-th statement it sends to the database (BEGIN and COMMIT among them), for every k
of a whole story; the parent then tells the story again from the start. Not one row may differ from the story told in
one go.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.services.staging import Stage
from zhuli_flow.services import verify
from zhuli_flow.services.sweep import sweep
from zhuli_flow.store import sqlite

CASE = "WB-2018-0001"
KILLED = 86


def tell(stage: Stage) -> None:
    """Open, sign, move with a document, remind, expire and open the next case."""
    stage.on("2018-10-08")
    stage.open(request_id="r0")
    stage.do(CASE, "submit", "县", request="r1")
    stage.do(CASE, "accept", "甲", request="r2")
    stage.do(CASE, "agree", "甲", amount="6", request="r3")
    stage.do(CASE, "agree", "领导", request="r4")
    stage.do(CASE, "approve", "领导", request="r5")
    sweep(stage.on("2019-03-02").office)


def told_in(home: Path) -> Stage:
    stage = Stage(home, fresh=False)
    tell(stage)
    return stage


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("template")
    Stage(home).office.database.close()
    return home


@contextmanager
def heard(hear: Callable[[str], None]) -> Iterator[None]:
    """``hear`` is called before every statement of every connection opened meanwhile."""
    real = sqlite.connect

    def connect(*args: Any) -> Any:
        connection = real(*args)
        connection.set_trace_callback(hear)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "connect", connect)
        yield


def killed_at(home: Path, k: int) -> int:
    """Tell the story in a child that dies at its k-th statement; the child's exit code."""
    child = os.fork()
    if child == 0:
        left = k

        def hear(_: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os._exit(KILLED)

        with heard(hear):
            told_in(home)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def require_sound(stage: Stage, where: str) -> None:
    assert verify.verify(stage.office).ok, where
    assert verify.faults(stage.office) == [], where
    for case, seq, version in stage.table("SELECT id, seq, version FROM cases"):
        numbers = [n for (n,) in stage.table(f"SELECT seq FROM entry WHERE case_id = '{case}' ORDER BY seq")]
        acts = f"SELECT COUNT(*) FROM entry WHERE case_id = '{case}' AND kind IN ('move', 'sign', 'operation')"
        assert (numbers, stage.table(acts)) == (list(range(1, seq + 1)), [(version,)]), where
    assert stage.table("SELECT n FROM notice") == [(1,)], where
    assert stage.table("SELECT last FROM number_series WHERE series = '测函'") == [(1,)], where


def test_killed_at_every_statement_of_a_story_nothing_is_lost_or_done_twice(template: Path, tmp_path: Path) -> None:
    spoken: list[str] = []
    with heard(spoken.append):
        stage = told_in(Path(shutil.copytree(template, tmp_path / "whole")))
        stage.office.database.close()
    expected = stage.everything()
    require_sound(stage, "in one go")
    stage.office.database.close()
    assert spoken.count("COMMIT") > 10

    for k, statement in enumerate(spoken, 1):
        home, where = tmp_path / str(k), f"killed at {k}: {statement[:60]}"
        shutil.copytree(template, home)
        assert killed_at(home, k) == KILLED, where
        again = told_in(home)
        require_sound(again, where)
        assert again.everything() == expected, where
        again.office.database.close()
        shutil.rmtree(home)
