"""Killed while running cases are moved to another version: each is moved whole or not at all, and the rest follows."""

import os
import shutil
from pathlib import Path

import pytest

from tests.faults.killing import KILLED, heard, killed_at
from tests.services.staging import Stage, story
from zhuli_flow.services.administration import migration
from zhuli_flow.services.administration.invariants import broken
from zhuli_flow.services.administration.migration import Wanted

pytestmark = pytest.mark.sqlite("dies at statements to the file")
STRIDE = 1 if os.environ.get("ZHULI_LONG_TESTS") else 5
WANTED = Wanted("desk", "2")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three cases under way, and the next version taken into use."""
    home = tmp_path_factory.mktemp("home")
    stage = Stage(home)
    for state in ("intake", "review", "valid"):
        stage.walk(stage.open(), state)
    stage.take_into_use(story(version='version: "1" -> version: "2"'))
    stage.office.database.close()
    return home


def work(home: Path) -> Stage:
    """Whatever still runs on the first version is moved."""
    stage = Stage(home, fresh=False)
    ids = migration.chosen(stage.office, WANTED)
    migration.migrate(stage.office, "甲", WANTED, ids, "新版", lambda done, total: None)
    return stage


def test_killed_at_any_statement_whole_cases_are_moved_and_the_rest_follows(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "BATCH", 1)  # several transactions
    spoken: list[str] = []
    with heard(spoken.append):
        stage = work(Path(shutil.copytree(template, tmp_path / "whole")))
        stage.office.database.close()
    expected = stage.everything()
    assert migration.chosen(stage.office, WANTED) == []  # none is left on the first version
    stage.office.database.close()
    assert spoken.count("COMMIT") > 3
    for k in range(1, len(spoken) + 1, STRIDE):
        home, where = Path(shutil.copytree(template, tmp_path / str(k))), f"killed at {k}: {spoken[k - 1][:60]}"
        assert killed_at(k, work, home) == KILLED, where
        left = Stage(home, fresh=False)
        assert list(broken(left.office)) == [], where
        left.office.database.close()
        again = work(home)
        assert again.everything() == expected, where
        again.office.database.close()
        shutil.rmtree(home)
