"""A file beside the database, of SQLite itself, that can be thrown away: what it holds is made again from the database.

It is made when there is none, and anew when it is damaged or of another format. Many read it at once; who writes it is
alone with it, and what he puts is kept unless he raises.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Generic, TypeVar

from zhuli_flow.errors import IntegrityBroken, ZhuliError
from zhuli_flow.store.sql import sqlite

WAIT_S = 5.0
"""So many seconds a look waits for another process."""
Handle = TypeVar("Handle")
Answer = TypeVar("Answer")


class Damaged(Exception):
    """What stands in a side file is not what can have been put there: whoever reads it raises this."""


class SideFile(Generic[Handle]):
    """Files of one kind: ``format`` counts the changes of what stands in them, ``schema`` makes an empty one.

    ``handle`` is what a connection to one is used through.
    """

    def __init__(self, format_: int, schema: Sequence[str], handle: Callable[[Any], Handle]) -> None:
        self._format, self._schema, self._handle = format_, (*schema, f"PRAGMA user_version = {format_}"), handle

    def look(self, path: Path, use: Callable[[Handle], Answer]) -> Answer:
        """What ``use`` makes of the file at ``path``, alone with it.

        Where the folder can't be written to, one in memory stands in: as true, and slower. InvalidInput while another
        process has it for longer than five seconds.
        """
        try:
            return self._used(_private(path), use)
        except (sqlite.driver().DatabaseError, Damaged) as error:
            _require_damaged(error, path)
        return self._used(_anew(path), use)

    def read(self, path: Path, use: Callable[[Handle], Answer | None]) -> Answer | None:
        """What ``use`` makes of the file as it stands, beside others who read; None without one of this format.

        Raises as ``look`` does while another process writes it for longer than five seconds.
        """
        if not path.is_file():
            return None
        try:
            with closing(_connected(str(path))) as connection:
                connection.execute("BEGIN")
                known = connection.execute("PRAGMA user_version").fetchone()[0] == self._format
                return use(self._handle(connection)) if known else None
        except (sqlite.driver().DatabaseError, Damaged) as error:
            _require_damaged(error, path)
            return None  # ``look`` makes it anew

    def _used(self, where: str, use: Callable[[Handle], Answer]) -> Answer:
        with closing(_connected(where)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone()[0] != self._format:
                for statement in self._schema:
                    connection.execute(statement)
            answer = use(self._handle(connection))
            connection.execute("COMMIT")
            return answer


def remove(path: Path) -> None:
    """Throw the file away; the next who looks makes it anew."""
    for name in (path.name, f"{path.name}-journal"):
        path.with_name(name).unlink(missing_ok=True)


def _require_damaged(error: Exception, path: Path) -> None:
    """Raises in words what is no damage: the file is taken, the disk is full, the folder read-only."""
    told: ZhuliError | None = None if isinstance(error, Damaged) else sqlite.explain(error, path)
    if told is not None and not isinstance(told, IntegrityBroken):
        raise told from error


def _anew(path: Path) -> str:
    """An empty file in the place of a damaged one; memory where that can't be taken away."""
    try:
        remove(path)
    except OSError:
        return ":memory:"
    return _private(path)


def _connected(where: str) -> Any:
    return sqlite.driver().connect(where, isolation_level=None, timeout=WAIT_S)


def _private(path: Path) -> str:
    """The file, there and for its owner only; memory where it can't be."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError:
        return ":memory:"
    return str(path)
