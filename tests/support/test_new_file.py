"""A new file is whole or absent, whoever is killed on the way; nothing is written over."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zhuli_flow.errors import InvalidInput
from zhuli_flow.support.new_file import aside, filling, write_new

KILLED = """
import os, signal, sys
from pathlib import Path
from zhuli_flow.support.new_file import filling
with filling(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_file_stands_under_its_name_only_once_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    with filling(target) as file:
        file.write(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_what_goes_wrong_leaves_nothing(tmp_path: Path) -> None:
    def half() -> None:
        with filling(tmp_path / "a.zip") as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over_also_when_it_came_meanwhile(tmp_path: Path) -> None:
    target = tmp_path / "a.zip"

    def late() -> None:
        with filling(target) as file:
            file.write(b"mine")
            target.write_bytes(b"theirs")

    with pytest.raises(InvalidInput, match="已经存在"):
        late()
    with pytest.raises(InvalidInput, match="已经存在"):
        write_new(target, b"mine")
    assert target.read_bytes() == b"theirs"


def test_a_killed_process_leaves_no_half_file_and_the_next_takes_its_litter_away(tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    subprocess.run([sys.executable, "-c", KILLED, str(target)], check=False)
    assert not target.exists()
    assert len(list(tmp_path.iterdir())) == 1
    write_new(target, b"whole")
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_living_process_prepares_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / f".a.zip.{os.getppid()}.part"
    other.write_bytes(b"theirs")
    assert aside(tmp_path / "a.zip", "part").name == f".a.zip.{os.getpid()}.part"
    assert other.exists()
