"""A child short of everything: it ends by its limits, and takes nothing of the parent's with it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zhuli_flow.support import confined


@pytest.fixture
def script(tmp_path, monkeypatch):
    """A module of the test's own, which the children find in place of the program's."""
    monkeypatch.setattr(confined, "_PACKAGE", f"{tmp_path}:{confined._PACKAGE}")

    def write(code: str) -> str:
        (tmp_path / "planted_child.py").write_text(f"from zhuli_flow.support.confined import confine\n{code}\n")
        return "planted_child"

    return write


def test_a_question_gets_its_answer(script):
    ended = confined.run(script("import sys; print(sys.stdin.read()[::-1], end='')"), b"abc", 30)
    assert (ended.output, ended.code, ended.late) == (b"cba", 0, False)


def test_a_child_that_waits_is_stopped_and_what_it_said_is_kept(script):
    ended = confined.run(script("import time; print('half', flush=True); time.sleep(60)"), b"", 2)
    assert (ended.output, ended.code, ended.late) == (b"half\n", None, True)


def test_a_child_that_spins_ends_with_its_seconds(script):
    ended = confined.run(script("confine(2 * 1024**3, 1)\nwhile True: pass"), b"", 30)
    assert ended.late
    assert ended.code is not None


def test_a_child_gets_no_memory_beyond_its_limit(script):
    ended = confined.run(script("confine(256 * 1024**2, 5)\nx = bytearray(512 * 1024**2)"), b"", 30)
    assert ended.code == 1
    assert not ended.late


def test_the_childs_environment_holds_only_what_is_named(script, monkeypatch):
    monkeypatch.setenv("ZHULI_SECRET", "x")
    monkeypatch.setenv("FONTCONFIG_FILE", "fonts")
    told = script("import os; print(*sorted(os.environ), flush=True)")
    assert b"ZHULI_SECRET" not in confined.run(told, b"", 30).output
    child = confined.start(told, {"SETTLED": "1"}, ("FONTCONFIG_FILE",))
    assert isinstance(child, subprocess.Popen)
    names = child.communicate(timeout=30)[0].split()
    assert {b"SETTLED", b"FONTCONFIG_FILE"} < set(names)
    assert b"ZHULI_SECRET" not in names


PARENT = """
import os, signal, sys
from zhuli_flow.support import confined
confined._PACKAGE = sys.argv[1]
child = confined.start("planted_child", {})
print(child.stdout.readline().decode().strip(), flush=True)
os.kill(os.getpid(), getattr(signal, sys.argv[2]))
"""


@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM"])
def test_a_child_ends_with_the_process_that_began_it(script, end):
    """Also in the middle of its work, and whatever its own children or threads do."""
    script("import os\nconfine(2 * 1024**3)\nprint(os.getpid(), flush=True)\nwhile True: pass")
    words = [sys.executable, "-c", PARENT, confined._PACKAGE, end]
    told = subprocess.run(words, capture_output=True, text=True, check=False, timeout=30)
    child = int(told.stdout)
    for _ in range(100):
        if gone(child):
            break
        time.sleep(0.05)
    else:
        os.kill(child, signal.SIGKILL)
        raise AssertionError("the child went on")


def gone(process: int) -> bool:
    """Whether it has ended; one that nobody has waited for yet has."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def test_a_fork_leaves_its_parents_pipe_alone():
    """It holds no end of it open, and its own children have a pipe of their own."""
    before = confined._LIFELINE.reading()
    child = os.fork()
    if child == 0:
        os._exit(0 if confined._LIFELINE._ends is None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert confined._LIFELINE.reading() == before
