"""Killed while a database is put back or upgraded: the old content or the new with its entry, and the repetition works.

A write point is a statement to any database or anything that changes a file. Short form: some of them.
"""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.killing import KILLED, heard, killed_at
from tests.store.sql import test_backup
from zhuli_flow import bootstrap
from zhuli_flow.clock import parse_instant
from zhuli_flow.services.administration.invariants import broken
from zhuli_flow.services.history import entries
from zhuli_flow.services.rehearsal import beginning
from zhuli_flow.settings import Settings

pytestmark = pytest.mark.sqlite("dies at statements to the file")

LONG = bool(os.environ.get("ZHULI_LONG_TESTS"))
SEED = int(os.environ.get("ZHULI_FAULT_SEED") or (random.SystemRandom().randrange(10**9) if LONG else 20181210))
FEW, LAST = 5, 5


next_version = test_backup.next_version


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has been backed up, to ``backup.db`` in it, and worked in since."""
    place = tmp_path_factory.mktemp("template")
    (bundle := place / "workflows").mkdir()
    beginning.begin("visit", "走访", "", bundle, bootstrap.sample("."))
    home = place / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "FOLDERS", ("workflows",))
        patch.setattr(bootstrap, "bundle", lambda name: place / name)
        start = parse_instant("2018-10-08")
        bootstrap.make_home(home, Settings(rehearsal=True), start=start, sampled=False, os_user="root")
    note(home, "一")
    office = bootstrap.open_office(home)
    office.database.backup(home / "backup.db")
    office.database.close()
    note(home, "二")
    return home


def note(home: Path, words: str) -> None:
    office = bootstrap.open_office(home)
    with office.database.write() as connection:
        entries.write_office(connection, office, "note", words)
    office.database.close()


def acts(home: Path) -> list[str]:
    """What is on record in a home whose every invariant holds."""
    office = bootstrap.open_office(home)
    assert list(broken(office)) == []
    with office.database.read() as connection:
        found = connection.execute("SELECT event FROM entry WHERE case_id = 'office' ORDER BY seq").fetchall()
    office.database.close()
    return [event for (event,) in found]


def points_of(work: Callable[[Path], object], home: Path) -> list[str]:
    points = list[str]()
    with heard(points.append, files=True):
        work(home)
    return points


def tried(points: list[str]) -> list[int]:
    """Every point, or some drawn ones and the last, where the new content is put in place."""
    if LONG:
        return list(range(1, len(points) + 1))
    drawn = random.Random(SEED).sample(range(1, len(points) + 1), FEW)
    return sorted({*drawn, *range(len(points) - LAST, len(points) + 1)})


def litter(home: Path) -> list[str]:
    return [one.name for one in home.iterdir() if one.name.startswith(".")]


def put_back(home: Path) -> None:
    bootstrap.put_back(home, home / "backup.db", "root")


OLD = ["init", "register", "note", "note"]
NEW = ["init", "register", "note", "restore"]


def test_killed_while_a_backup_is_put_back(template: Path, tmp_path: Path) -> None:
    assert acts(template) == OLD
    points = points_of(put_back, Path(shutil.copytree(template, tmp_path / "whole")))
    assert acts(tmp_path / "whole") == NEW
    for k in tried(points):
        home, where = Path(shutil.copytree(template, tmp_path / str(k))), f"seed {SEED}, killed at {k}: {points[k - 1]}"
        assert killed_at(k, put_back, home, files=True) == KILLED, where
        assert acts(home) in (OLD, NEW), where
        put_back(home)
        assert acts(home) == NEW, where
        assert litter(home) == [], where
        kept = home / "zhuli.db.before-restore"
        assert kept.exists(), where
        shutil.rmtree(home)


def test_killed_while_a_damaged_database_is_replaced(template: Path, tmp_path: Path) -> None:
    """A database is there at any time, and what was left of the damaged one is kept."""
    damaged = Path(shutil.copytree(template, tmp_path / "damaged"))
    (damaged / "zhuli.db").write_bytes(b"no database" * 5000)
    points = points_of(put_back, Path(shutil.copytree(damaged, tmp_path / "whole")))
    assert acts(tmp_path / "whole") == NEW
    for k in tried(points):
        home, where = Path(shutil.copytree(damaged, tmp_path / str(k))), f"seed {SEED}, killed at {k}: {points[k - 1]}"
        assert killed_at(k, put_back, home, files=True) == KILLED, where
        assert (home / "zhuli.db").exists(), where
        put_back(home)
        assert acts(home) == NEW, where
        assert litter(home) == [], where
        kept = (home / "zhuli.db.before-restore").read_bytes()
        assert kept == (damaged / "zhuli.db").read_bytes() or kept.startswith(b"SQLite format 3"), where
        shutil.rmtree(home)


def test_a_backup_is_put_back_where_no_database_is_left(template: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(template, tmp_path / "home"))
    (home / "zhuli.db").unlink()
    assert bootstrap.put_back(home, home / "backup.db", "root") is None
    assert acts(home) == NEW


def upgrade(home: Path) -> None:
    bootstrap.upgrade_database(home, "root")


def state(home: Path) -> str:
    database = bootstrap.open_database(home)
    found = database.schema_state()
    database.close()
    return found


def test_killed_while_a_database_is_upgraded(template: Path, tmp_path: Path, next_version: Path) -> None:
    points = points_of(upgrade, Path(shutil.copytree(template, tmp_path / "whole")))
    assert acts(tmp_path / "whole") == [*OLD, "upgrade"]
    for k in tried(points):
        home, where = Path(shutil.copytree(template, tmp_path / str(k))), f"seed {SEED}, killed at {k}: {points[k - 1]}"
        assert killed_at(k, upgrade, home, files=True) == KILLED, where
        assert state(home) == "older" or acts(home) == [*OLD, "upgrade"], where
        upgrade(home)
        assert acts(home) == [*OLD, "upgrade"], where
        assert litter(home) == [], where
        shutil.rmtree(home)


def test_an_older_backup_is_brought_to_the_newest_form_as_it_is_put_back(
    template: Path, tmp_path: Path, next_version: Path
) -> None:
    home = Path(shutil.copytree(template, tmp_path / "home"))
    upgrade(home)
    put_back(home)
    assert (state(home), acts(home)) == ("current", NEW)
