"""Work on files from outside, in a child process that is short of everything: time, memory, files.

A file may be made to break whoever parses it. The child limits itself with ``confine`` before it reads any of it, so
that whatever happens costs the child only, and ends by itself when the parent is gone. The parent's half is ``run``
(one question) or ``start`` (a child kept warm); both run ``python -m MODULE`` with a few names of the environment and
none of the parent's files.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
_PARENT = "ZHULI_PARENT"
"""Where a child finds the number of the pipe that tells it when the parent is gone."""
_PACKAGE = str(Path(__file__).resolve().parents[2])


class _Lifeline:
    """A pipe nobody writes to: this process alone holds the end for writing, and every child has the other.

    The kernel closes it with the process, also after ``kill -9``. A fork of this process has one of its own.
    """

    def __init__(self) -> None:
        self._ends: tuple[int, int] | None = None
        self._lock = threading.Lock()

    def reading(self) -> int:
        """The end to hand on."""
        with self._lock:
            if self._ends is None:
                self._ends = os.pipe()
            return self._ends[0]

    def let_go(self) -> None:
        """In a fork: the parent's is not to be held open from here."""
        for end in self._ends or ():
            os.close(end)
        self._ends, self._lock = None, threading.Lock()


_LIFELINE = _Lifeline()
os.register_at_fork(after_in_child=_LIFELINE.let_go)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: what it had written by then (bytes), and its exit code; None: it was stopped, being late."""

    output: bytes
    code: int | None

    @property
    def late(self) -> bool:
        """Whether it ran out of wall time or CPU seconds."""
        return self.code in {None, -signal.SIGXCPU, -signal.SIGKILL}


def run(module: str, order: bytes, wall_s: float) -> Ended:
    """Give ``order`` to a child's input and wait at most ``wall_s`` seconds for its end."""
    try:
        done = subprocess.run(
            _command(module),
            input=order,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment({}),
            pass_fds=(_LIFELINE.reading(),),
            start_new_session=True,
            timeout=wall_s,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return Ended(late.stdout or b"", None)
    return Ended(done.stdout, done.returncode)


def start(module: str, settled: Mapping[str, str], kept: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
    """A child that stays, with pipes to it; the caller ends it.

    ``settled`` is added to its environment, and so is what this process has under the names ``kept``.
    """
    return subprocess.Popen(
        _command(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(settled, kept),
        pass_fds=(_LIFELINE.reading(),),
        start_new_session=True,
    )


def confine(memory: int, cpu_s: int | None = None, file_bytes: int = 0) -> None:
    """Limit this process for good: address space (bytes), CPU seconds (None: no limit yet), its largest file.

    From now on it ends when the process that began it is gone.
    """
    parent = os.environ.pop(_PARENT, "")
    if parent:
        threading.Thread(target=_outlive_nobody, args=(int(parent),), daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    if cpu_s is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))


def _outlive_nobody(parent: int) -> None:
    """Wait for the end of the parent, then end at once: whom would the answer reach?"""
    os.read(parent, 1)
    os.kill(os.getpid(), signal.SIGKILL)


def _command(module: str) -> list[str]:
    return [sys.executable, "-P", "-m", module]


def _environment(settled: Mapping[str, str], kept: tuple[str, ...] = ()) -> dict[str, str]:
    own = {name: os.environ[name] for name in (*_KEPT, *kept) if name in os.environ}
    return {**own, **settled, "PYTHONPATH": _PACKAGE, _PARENT: str(_LIFELINE.reading())}
