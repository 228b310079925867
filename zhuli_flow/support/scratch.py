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

from zhuli_flow.errors import InvalidInput

_PREFIX = ".zhuli-scratch-"
_looked_at: set[tuple[int, Path]] = set()
"""Where this process (by its number) has looked for what dead ones left; once is enough."""


@contextmanager
def scratch(beside: Path | None = None) -> Iterator[Path]:
    """A new folder (mode 0700) in ``beside``, else where this system keeps what is temporary.

    Raises InvalidInput when none can be made.
    """
    parent = Path(tempfile.gettempdir()) if beside is None else beside
    if (os.getpid(), parent) not in _looked_at:
        _looked_at.add((os.getpid(), parent))
        clear(parent)
    try:
        folder, lock = _made(parent)
    except OSError as error:
        told = f"不能在 {parent} 中建立临时文件夹（{error.strerror}）；未保存任何内容"
        raise InvalidInput(told, fix="请检查该文件夹的写入权限和剩余空间") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def clear(parent: Path) -> None:
    """Take away the folders in ``parent`` whose processes have died; those of other accounts stay."""
    for left in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # somebody else's, or taken away by another meanwhile
            handle = _opened(left)
            if _lock(handle):
                shutil.rmtree(left, ignore_errors=True)
            os.close(handle)


def _made(parent: Path) -> tuple[Path, int]:
    """A folder and what holds its lock; one that another took away before it was locked is made again."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        with suppress(FileNotFoundError):
            handle = _opened(folder)
            if _lock(handle) is not False and folder.exists():
                return folder, handle
            os.close(handle)


def _opened(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)


def _lock(handle: int) -> bool | None:
    """Whether the folder is ours from now on; None where the file system has no locks, so that nobody clears there."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
