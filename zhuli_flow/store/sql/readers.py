"""Connections that only read: opened when they are needed, a few of them kept for the next look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from zhuli_flow.store.sql.statements import Connection

KEPT = 5
"""How many idle connections stay open; a sixth look at the same time opens one more, and closes it at its end."""


class Readers:
    """The reading connections of one database, for all threads; each serves one look at a time."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        """``connect`` opens a driver connection that begins no transaction of its own."""
        self._connect = connect
        self._idle: list[Any] = []

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """A reading transaction: one consistent state from its first statement on. Raises the driver's errors."""
        idle = self._idle
        driver = idle.pop() if idle else self._connect()
        try:
            driver.execute("BEGIN")
            yield Connection(driver)
            driver.commit()
        finally:
            if driver.in_transaction:
                driver.rollback()
            self._put_back(idle, driver)

    def close(self) -> None:
        """Close the idle connections, and each of the others at the end of its look."""
        idle, self._idle = self._idle, []
        for driver in idle:
            driver.close()

    def _put_back(self, idle: list[Any], driver: Any) -> None:
        if idle is self._idle and len(idle) < KEPT:
            idle.append(driver)
        else:
            driver.close()
