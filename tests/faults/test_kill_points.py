"""Killed before any one statement, then run again with the same request ids: the record is as if nothing had happened.

The child dies by ``os._exit`` at the k-th statement it sends to the database (BEGIN and COMMIT among them), for every k
of a whole story; the parent then tells the story again from the start. Not one row may differ from the story told in
one go.
"""

import shutil
from pathlib import Path

import pytest

from tests.faults.killing import KILLED, heard, killed_at
from tests.services.staging import Stage
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.history import verify

CASE = "WB-2018-0001"


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
        assert killed_at(k, told_in, home) == KILLED, where
        again = told_in(home)
        require_sound(again, where)
        assert again.everything() == expected, where
        again.office.database.close()
        shutil.rmtree(home)
