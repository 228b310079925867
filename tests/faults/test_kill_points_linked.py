"""The same for cases that open and drive each other, and for periods that come again: no half of an act ever stands."""

import shutil
from pathlib import Path

import pytest

from tests.faults.killing import KILLED, heard, killed_at
from tests.services.calls import called
from tests.services.staging import Stage
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.history import verify

CALL = "BZ-2018-0001"


def told_in(home: Path) -> Stage:
    """A call is issued to two units, one sends its part, the call turns through three quarters, and is stopped."""
    stage = Stage(home, fresh=False)
    stage.on("2018-10-08")
    units = {"subject": "总结", "units": "甲县政府、乙县政府"}
    open_case(stage.office, "call", "甲县政府", "县", units, request_id="r0")
    stage.do(CALL, "issue", "甲", request="r1")
    stage.do("FB-2018-0001", "send", "县", amount="7", request="r2")
    stage.do(CALL, "run", "甲", request="r3")
    sweep(stage.on("2019-08-05").office)
    return stage


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("template")
    called(home).office.database.close()
    return home


def test_killed_at_every_statement_linked_cases_stand_whole_or_not_at_all(template: Path, tmp_path: Path) -> None:
    spoken: list[str] = []
    with heard(spoken.append):
        stage = told_in(Path(shutil.copytree(template, tmp_path / "whole")))
        stage.office.database.close()
    expected = stage.everything()
    assert stage.table("SELECT COUNT(*) FROM entry WHERE event = 'turn'") == [(3,)]
    stage.office.database.close()
    for k, statement in enumerate(spoken, 1):
        home, where = tmp_path / str(k), f"killed at {k}: {statement[:60]}"
        shutil.copytree(template, home)
        assert killed_at(k, told_in, home) == KILLED, where
        again = told_in(home)
        assert verify.verify(again.office).ok, where
        assert verify.faults(again.office) == [], where
        assert again.everything() == expected, where
        again.office.database.close()
        shutil.rmtree(home)
