"""Work on files from outside, in a child process that is short of everything: time, memory, files.

A file may be made to break whoever parses it. The child limits itself with ``confine`` before it reads any of it, so
that whatever happens costs the child only. The parent's half is ``run`` (one question) or ``start`` (a child kept
warm); both run ``python -m MODULE`` with a few names of the environment and none of the parent's files.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
_PACKAGE = str(Path(__file__).resolve().parents[2])


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
        start_new_session=True,
    )


def confine(memory: int, cpu_s: int | None = None, file_bytes: int = 0) -> None:
    """Limit this process for good: address space (bytes), CPU seconds (None: no limit yet), its largest file."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    if cpu_s is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))


def _command(module: str) -> list[str]:
    return [sys.executable, "-P", "-m", module]


def _environment(settled: Mapping[str, str], kept: tuple[str, ...] = ()) -> dict[str, str]:
    own = {name: os.environ[name] for name in (*_KEPT, *kept) if name in os.environ}
    return {**own, **settled, "PYTHONPATH": _PACKAGE}
