"""Each invariant of a home fails under its own name when what it guards is changed behind the program's back."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.test_kill_sweep import DAY, post
from tests.services.staging import Stage
from zhuli_flow.services.administration import doctor
from zhuli_flow.services.administration.invariants import INVARIANTS, broken
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.delivery.deliver import deliver
from zhuli_flow.services.history import checkpoints, log_key
from zhuli_flow.services.registers import counts

pytestmark = pytest.mark.sqlite("rows are changed in the file, behind the program's back")
DAMAGE = {
    "数据页": "UPDATE listing SET case_id = 'WB-2018-0099' WHERE case_id = 'WB-2018-0002'",
    "留痕链": "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '同意', '照办') AS BLOB)",
    "留痕总树": "UPDATE merkle_head SET size = size + 1",
    "事项内容": "UPDATE cases SET body = replace(body, '请示', '别的')",
    "办理步数": "UPDATE cases SET version = version + 1",
    "流程定义": "UPDATE definition SET text = text || ' '",
    "事项登记": "UPDATE cases SET city = '别处'",
    "检索登记": "UPDATE duty SET case_id = 'WB-2018-0001'",
    "总览计数": "UPDATE listing SET applicant = '别的单位'",
    "名录登记": "UPDATE person SET token_hash = 'x' WHERE id = '甲'",
    "发文字号": "UPDATE number_series SET last = 7",
    "待发登记": "UPDATE outbox SET state = 'pending' WHERE kind = 'letter'",
    "文件": f"UPDATE notice SET state = 'issued', sha256 = '{'0' * 64}'",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cases, one with a document; reminders swept and delivered; a checkpoint signed."""
    home = tmp_path_factory.mktemp("whole")
    stage = Stage(home)
    stage.walk(stage.open(), "valid")
    stage.walk(stage.open(), "intake")
    sweep(stage.on(DAY).office)
    deliver(stage.office, post(home))
    checkpoints.take(stage.office)
    assert counts.catch_up(stage.office) == 3
    stage.office.database.close()
    return home


@pytest.fixture
def stage(template: Path, tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(Path(shutil.copytree(template, tmp_path / "home")), fresh=False, at=DAY)
    yield stage
    stage.office.database.close()


def change(stage: Stage, statement: str) -> None:
    with sqlite3.connect(stage.office.database.path) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        assert connection.execute(statement).rowcount > 0
        for _, text in triggers:
            connection.execute(text)
    connection.close()


def test_nothing_is_broken_in_a_whole_home(stage: Stage) -> None:
    assert list(broken(stage.office)) == []


@pytest.mark.parametrize("name", INVARIANTS)
def test_each_fails_under_its_name(stage: Stage, name: str) -> None:
    if name == "检查点":
        log_key.last_file(stage.office).write_text("别的", encoding="utf-8")
    else:
        change(stage, DAMAGE[name])
    assert name in {one.name for one in broken(stage.office)}
    assert doctor.exit_code(doctor._guarded(lambda: doctor._record(stage.office), stage.office.home)) == 7
