"""Death at a chosen statement: what the kill-point tests share."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from zhuli_flow.store.sql import sqlite

KILLED = 86


@contextmanager
def heard(hear: Callable[[str], None]) -> Iterator[None]:
    """``hear`` is called before every statement of every connection opened meanwhile."""
    real = sqlite.connect

    def connect(*args: Any) -> Any:
        connection = real(*args)
        connection.set_trace_callback(hear)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "connect", connect)
        yield


def killed_at(k: int, work: Callable[[Path], object], home: Path) -> int:
    """The exit code of a child that does ``work`` in ``home`` and dies at its k-th statement to the database."""
    child = os.fork()
    if child == 0:
        left = k

        def hear(_: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os._exit(KILLED)

        with heard(hear):
            work(home)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
