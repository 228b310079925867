"""The file torn or flipped, the disk full or read-only: never a half act, never silence, never other content."""

import errno
import os
import random
import resource
import shutil
import subprocess
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.faults.killing import KILLED
from tests.services.staging import Stage
from zhuli_flow.errors import IntegrityBroken, InvalidInput
from zhuli_flow.services.administration.invariants import broken
from zhuli_flow.store import files
from zhuli_flow.store.sql import sqlite

pytestmark = pytest.mark.sqlite("damages the file itself")

LONG = bool(os.environ.get("ZHULI_LONG_TESTS"))
SEED = int(os.environ.get("ZHULI_FAULT_SEED") or (random.SystemRandom().randrange(10**9) if LONG else 20181210))
CUTS, FLIPS = (400, 400) if LONG else (12, 16)
CASE = "WB-2018-0001"


class Torn(NamedTuple):
    """A home copied while its last acts lay in the WAL alone, and the lengths of its history that a cut may leave."""

    home: Path
    before: int
    after: int


def length(stage: Stage) -> int:
    return int(stage.table("SELECT COUNT(*) FROM entry")[0][0])


@pytest.fixture(scope="module")
def torn(tmp_path_factory: pytest.TempPathFactory) -> Torn:
    home, copy = tmp_path_factory.mktemp("live"), tmp_path_factory.mktemp("torn") / "home"
    stage = Stage(home)
    stage.open()
    stage.office.database.close()  # into the file
    stage = Stage(home, fresh=False)
    before = length(stage)
    stage.walk(CASE, "ruling")
    shutil.copytree(home, copy)  # as the power cut leaves it
    found = Torn(copy, before, length(stage))
    stage.office.database.close()
    assert (copy / "zhuli.db-wal").stat().st_size > 0
    return found


def test_a_wal_that_reached_the_disk_whole_has_everything(torn: Torn, tmp_path: Path) -> None:
    stage = Stage(Path(shutil.copytree(torn.home, tmp_path / "home")), fresh=False)
    assert (list(broken(stage.office)), length(stage)) == ([], torn.after)
    stage.office.database.close()


def test_a_torn_wal_leaves_whole_acts_from_the_first_on(torn: Torn, tmp_path: Path) -> None:
    """Cut anywhere, every other time with three bytes flipped before the cut: what is left is a beginning."""
    dice, lengths = random.Random(SEED), set[int]()
    for number in range(CUTS):
        home = Path(shutil.copytree(torn.home, tmp_path / str(number)))
        wal = home / "zhuli.db-wal"
        content = bytearray(wal.read_bytes())
        cut = dice.randrange(len(content) + 1)
        for _ in range(3 if number % 2 and cut else 0):
            content[dice.randrange(cut)] ^= 1 << dice.randrange(8)
        wal.write_bytes(content[:cut])
        (home / "zhuli.db-shm").unlink(missing_ok=True)
        stage = Stage(home, fresh=False)
        assert list(broken(stage.office)) == [], f"seed {SEED}, cut {number} at {cut}"
        assert torn.before <= length(stage) <= torn.after, f"seed {SEED}, cut {number} at {cut}"
        lengths.add(length(stage))
        stage.open()  # work goes on
        stage.office.database.close()
        shutil.rmtree(home)
    assert len(lengths) > 1


def test_a_flipped_byte_of_the_file_is_found_or_changes_nothing(torn: Torn, tmp_path: Path) -> None:
    whole = Stage(Path(shutil.copytree(torn.home, tmp_path / "whole")), fresh=False)
    expected = whole.everything()
    whole.office.database.close()  # all in one file
    dice, found = random.Random(SEED), 0
    for number in range(FLIPS):
        home = Path(shutil.copytree(tmp_path / "whole", tmp_path / str(number)))
        file = home / "zhuli.db"
        content = bytearray(file.read_bytes())
        place, bit = dice.randrange(len(content)), dice.randrange(8)
        content[place] ^= 1 << bit
        file.write_bytes(content)
        stage = Stage(home, fresh=False)
        try:
            told = bool(list(broken(stage.office)))
            assert told or stage.everything() == expected, f"seed {SEED}, flip {number}: bit {bit} of byte {place}"
            found += told
        except (IntegrityBroken, InvalidInput):
            found += 1
        finally:
            stage.office.database.close()
            shutil.rmtree(home)
    assert found > 0


def test_a_text_that_is_none_any_more_is_told_as_damage(torn: Torn, tmp_path: Path) -> None:
    stage = Stage(Path(shutil.copytree(torn.home, tmp_path / "home")), fresh=False)
    with stage.office.database.write() as connection:
        connection.execute("UPDATE cases SET body = CAST(x'22ff22' AS TEXT)")
    with pytest.raises(IntegrityBroken, match="已损坏"):
        stage.table("SELECT body FROM cases")
    assert "事项内容" in {one.name for one in broken(stage.office)}
    stage.office.database.close()


# ── no room ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    stage.open()
    yield stage
    stage.office.database.close()


def require_refused(stage: Stage, codes: set[str]) -> None:
    """One more act does not fit: told in words with a next step, nothing of it is there, reading goes on."""
    before = stage.everything()
    with pytest.raises(InvalidInput) as told:
        stage.do(CASE, "submit", "县")
    assert told.value.code in codes
    assert told.value.exit_code == 6
    assert sqlite.NOTHING_SAVED in told.value.message
    assert told.value.fix
    assert stage.everything() == before


def require_goes_on(stage: Stage) -> None:
    stage.do(CASE, "submit", "县")
    assert list(broken(stage.office)) == []


def test_no_page_may_be_added(stage: Stage) -> None:
    """By SQLite's own limit: told as a full disk."""
    writer: Any = stage.office.database._backend._open_writer().driver  # type: ignore[attr-defined]
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(InvalidInput) as told:
        for _ in range(1000):
            stage.open(subject="长" * 2000)
    assert told.value.code == "disk_full"
    assert list(broken(stage.office)) == []
    writer.execute("PRAGMA max_page_count = 1000000")
    stage.open()
    assert list(broken(stage.office)) == []


def test_no_file_may_grow(stage: Stage) -> None:
    """By the limit of the operating system, in a child: the write itself fails."""
    stage.office.database.close()
    child = os.fork()
    if child == 0:
        try:
            inner = Stage(stage.office.home, fresh=False)
            inner.table("SELECT 1")
            resource.setrlimit(resource.RLIMIT_FSIZE, (2048, resource.RLIM_INFINITY))
            require_refused(inner, {"disk_full", "disk_error"})
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            require_goes_on(inner)
            inner.office.database.close()
            os._exit(KILLED)
        finally:
            traceback.print_exc()
            os._exit(1)  # the child never returns into the test run
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED
    stage = Stage(stage.office.home, fresh=False)
    assert list(broken(stage.office)) == []
    assert stage.stored(CASE).case.state == "intake"
    stage.office.database.close()


def test_a_material_finds_no_room(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a sync that says so, as a network disk does: no file under its final name, no litter."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InvalidInput) as told:
        files.store_bytes(stage.office.home, b"%PDF-1.4", "a.pdf", "pdf")
    assert (told.value.code, told.value.exit_code) == ("disk_full", 6)
    assert [path for path in (stage.office.home / "files").rglob("*") if path.is_file()] == []


class Mounted:
    """A small file system of its own, where this account may mount one."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __call__(self, *options: str) -> None:
        done = subprocess.run(["mount", *options, str(self.place)], capture_output=True, check=False)
        if done.returncode:
            pytest.skip("this account can't mount a file system")


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mounted]:
    place = tmp_path / "small"
    place.mkdir()
    if os.geteuid() or shutil.which("mount") is None:
        pytest.skip("only root can mount a file system")
    mounted = Mounted(place)
    mounted("-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs")
    yield mounted
    subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_disk_that_is_full(mount: Mounted) -> None:
    stage = Stage(mount.place)
    stage.open()
    filler = mount.place / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(b"0" * 4096)
    require_refused(stage, {"disk_full", "disk_error"})
    filler.unlink()
    require_goes_on(stage)
    stage.office.database.close()


def test_a_disk_that_is_read_only(mount: Mounted) -> None:
    """An act is refused in words, and so is a material."""
    stage = Stage(mount.place)
    stage.open()
    stage.office.database.close()
    mount("-o", "remount,ro")
    stage = Stage(mount.place, fresh=False)
    with pytest.raises(InvalidInput) as told:
        stage.do(CASE, "submit", "县")
    assert told.value.code in {"read_only", "cannot_open"}  # the latter where no other process has it open
    assert (told.value.exit_code, bool(told.value.fix)) == (6, True)
    with pytest.raises(InvalidInput) as told:
        files.store_bytes(stage.office.home, b"%PDF-1.4", "a.pdf", "pdf")
    assert (told.value.code, told.value.exit_code) == ("read_only", 6)
    stage.office.database.close()
    mount("-o", "remount,rw")
    stage = Stage(mount.place, fresh=False)
    require_goes_on(stage)
    stage.office.database.close()
