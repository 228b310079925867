"""A folder for the moment: private, gone at the end, and not left for good by whoever is killed."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from zhuli_flow.support import scratch as room
from zhuli_flow.support.scratch import clear, scratch

WORK = """
import os, signal, sys
from pathlib import Path
from zhuli_flow.support.scratch import scratch
with scratch(Path(sys.argv[1])) as folder:
    (folder / "secret").write_text("x")
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL) if sys.argv[2] == "die" else sys.stdin.read()
"""


def begun(parent: Path, how: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", WORK, str(parent), how]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_it_is_private_and_gone_at_the_end(tmp_path: Path) -> None:
    with scratch(tmp_path) as folder:
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "a").write_text("x")
    assert list(tmp_path.iterdir()) == []


def test_it_is_gone_after_a_failure_too(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), scratch(tmp_path):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_taken_away_and_a_living_ones_stays(tmp_path: Path) -> None:
    with begun(tmp_path, "die") as dead:
        assert dead.wait() == -signal.SIGKILL
    with begun(tmp_path, "stay") as living:
        assert living.stdout is not None
        kept = Path(living.stdout.readline().strip())
        with scratch(tmp_path):
            pass
        assert list(tmp_path.iterdir()) == [kept]
        living.communicate("")
    assert list(tmp_path.iterdir()) == []


def test_it_is_looked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Path] = []
    monkeypatch.setattr(room, "clear", looked.append)
    for _ in range(2):
        with scratch(tmp_path):
            pass
    assert looked == [tmp_path]


def test_a_folder_taken_away_before_it_was_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, made = room.tempfile.mkdtemp, list[str]()

    def first_is_lost(**given: object) -> str:
        made.append(real(**given))  # type: ignore[call-overload]
        if len(made) == 1:
            clear(tmp_path)
        return made[-1]

    monkeypatch.setattr(room.tempfile, "mkdtemp", first_is_lost)
    with scratch(tmp_path) as folder:
        assert str(folder) == made[1]
        assert list(tmp_path.iterdir()) == [folder]
