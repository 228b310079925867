"""Killed while a file for people is written: it is whole under its name or not there, and the repetition is clean.

Every file that a command is told to write goes through ``support.new_file``, ``archiving.package`` or ``db backup``;
one of each kind is killed before any of its write points (short form: some of them).
"""

import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.faults.killing import KILLED, heard, killed_at
from tests.services.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.clock import parse_instant
from zhuli_flow.services.archiving import archive, event_logs
from zhuli_flow.services.rehearsal import beginning
from zhuli_flow.settings import Settings
from zhuli_flow.store.sql.database import Database
from zhuli_flow.support.new_file import write_new, write_over

pytestmark = pytest.mark.sqlite("dies at statements to the file")

LONG = bool(os.environ.get("ZHULI_LONG_TESTS"))
FEW = 12
"""How many points of one output the short form tries; the last ones, where the name is taken, always."""
Making = Callable[[Stage, Path], object]
MADE: Mapping[str, Making] = {
    "a case's package": lambda stage, target: archive.archive(stage.office, "WB-2018-0001", target),
    "the whole history": lambda stage, target: archive.export_audit(stage.office, target),
    "an event log": lambda stage, target: event_logs.export_xes(stage.office, target),
    "an object-centric log": lambda stage, target: event_logs.export_ocel(stage.office, target),
    "a table or a paper": lambda stage, target: write_new(target, b"a total" * 1000),
    "a file that is written over": lambda stage, target: write_over(target, b"a feed" * 1000),
    "a backup": lambda stage, target: stage.office.database.backup(target),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    stage = Stage(home)
    stage.walk(stage.open(), "valid")
    stage.office.database.close()
    return home


def told(target: Path) -> object:
    """What a finished file says; a database by its rows, since its pages may lie otherwise."""
    if target.name.endswith(".db"):
        database = Database(target)
        with database.read() as connection:
            found = connection.execute("SELECT hash FROM entry ORDER BY case_id, seq").fetchall()
        assert database.check() == []
        database.close()
        return found
    if zipfile.is_zipfile(target):
        assert zipfile.ZipFile(target).testzip() is None
    return target.read_bytes()


def tried(points: int, few: int = FEW) -> range | list[int]:
    if LONG or points <= few:
        return range(1, points + 1)
    return sorted({*range(1, points + 1, max(1, points // (few // 2))), *range(points - few // 2, points + 1)})


@pytest.mark.parametrize("name", MADE)
def test_killed_anywhere_a_file_is_whole_or_absent_and_the_repetition_clean(
    name: str, home: Path, tmp_path: Path
) -> None:
    def make(folder: Path) -> None:
        stage = Stage(home, fresh=False)
        MADE[name](stage, folder / target_name)
        stage.office.database.close()

    target_name = "out.db" if name == "a backup" else "out"
    for folder in (first := tmp_path / "first", whole := tmp_path / "whole"):
        folder.mkdir()
    make(first)  # signs a checkpoint, where one is part of it; there is nothing new to sign then
    points = list[str]()
    with heard(points.append, files=True):
        make(whole)
    expected = told(whole / target_name)
    for k in tried(len(points)):
        (folder := tmp_path / str(k)).mkdir()
        where = f"killed at {k} of {len(points)}: {points[k - 1][:60]}"
        assert killed_at(k, make, folder, files=True) == KILLED, where
        if (folder / target_name).exists():
            assert told(folder / target_name) == expected, where
            (folder / target_name).unlink()
        make(folder)
        assert told(folder / target_name) == expected, where
        assert sorted(one.name for one in folder.iterdir()) == [target_name], where


def test_killed_anywhere_a_new_home_is_whole_or_absent_and_the_repetition_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bundle := tmp_path / "bundle" / "workflows").mkdir(parents=True)
    beginning.begin("visit", "走访", "", bundle, bootstrap.sample("."))
    monkeypatch.setattr(bootstrap, "FOLDERS", ("workflows",))
    monkeypatch.setattr(bootstrap, "bundle", lambda name: tmp_path / "bundle" / name)  # few, to be quick

    def make(folder: Path) -> None:
        chosen = Settings(rehearsal=True)
        start = parse_instant("2018-10-08")
        bootstrap.make_home(folder / "home", chosen, start=start, sampled=False, os_user="root")

    (whole := tmp_path / "whole").mkdir()
    points = list[str]()
    with heard(points.append, files=True):
        make(whole)
    for k in tried(len(points), 6):
        (folder := tmp_path / str(k)).mkdir()
        where = f"killed at {k} of {len(points)}: {points[k - 1][:60]}"
        assert killed_at(k, make, folder, files=True) == KILLED, where
        if (folder / "home").exists():
            assert points[k - 2] in ("os.rename", "os.rmdir", "os.fsync"), where  # the name is taken at the end
        else:
            make(folder)
        office = bootstrap.open_office(folder / "home")
        assert office.database.check() == [], where
        office.database.close()
        assert sorted(one.name for one in folder.iterdir()) == ["home"], where
        shutil.rmtree(folder)
