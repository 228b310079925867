"""Death at a chosen write: what the kill-point tests share."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from zhuli_flow.store.sql import sqlite

KILLED = 86
FILE_WRITES = ("fsync", "replace", "rename", "link", "unlink", "mkdir", "rmdir")
"""What changes files beside the database, by its name in ``os``."""


@contextmanager
def heard(hear: Callable[[str], None], *, files: bool = False) -> Iterator[None]:
    """``hear`` is called before every statement of every connection opened meanwhile.

    ``files``: also before everything that changes files.
    """
    real = sqlite.connect

    def connect(*args: Any) -> Any:
        connection = real(*args)
        connection.set_trace_callback(hear)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "connect", connect)
        for name in FILE_WRITES if files else ():
            patch.setattr(os, name, _announced(name, getattr(os, name), hear))
        yield


def _announced(name: str, real: Callable[..., Any], hear: Callable[[str], None]) -> Callable[..., Any]:
    def run(*args: Any, **named: Any) -> Any:
        hear(f"os.{name}")
        return real(*args, **named)

    return run


def killed_at(k: int, work: Callable[[Path], object], home: Path, *, files: bool = False) -> int:
    """The exit code of a child that does ``work`` in ``home`` and dies at its k-th statement to the database.

    ``files``: or at its k-th write of any kind, as ``heard`` counts them.
    """
    child = os.fork()
    if child == 0:
        left = k

        def hear(_: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os._exit(KILLED)

        with heard(hear, files=files):
            work(home)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
