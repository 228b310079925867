"""A private folder for the moment: gone at the end, and taken away by the next that needs one when its process died.

What lies in it may be a copy of the whole office or what somebody handed in, so a killed process must not leave it for
good. Who works in one holds a lock on it that the kernel gives back with the process, whatever ended that.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = ".zhuli-scratch-"
_looked_at: set[tuple[int, Path]] = set()
"""Where this process (by its number) has looked for what dead ones left; once is enough."""


@contextmanager
def scratch(beside: Path | None = None) -> Iterator[Path]:
    """A new folder (mode 0700) in ``beside``, else where this system keeps what is temporary.

    Raises OSError when none can be made.
    """
    parent = Path(tempfile.gettempdir()) if beside is None else beside
    if (os.getpid(), parent) not in _looked_at:
        _looked_at.add((os.getpid(), parent))
        clear(parent)
    folder, lock = _made(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def clear(parent: Path) -> None:
    """Take away the folders in ``parent`` whose processes have died; those of other accounts stay."""
    for left in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # somebody else's, or taken away by another meanwhile
            lock = _locked(left)
            if lock is not None:
                shutil.rmtree(left, ignore_errors=True)
                os.close(lock)


def _made(parent: Path) -> tuple[Path, int]:
    """A folder and its lock; one that another took away before it was locked is made again."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        with suppress(FileNotFoundError):
            lock = _locked(folder)
            if lock is not None and folder.exists():
                return folder, lock
            if lock is not None:
                os.close(lock)


def _locked(folder: Path) -> int | None:
    """The lock of a folder as a descriptor; None while somebody holds it. Raises OSError where it can't be opened."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle
