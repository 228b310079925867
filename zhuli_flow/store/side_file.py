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

from zhuli_flow.store.sql import sqlite

WAIT_S = 5.0
"""So many seconds a look waits for another process."""
Face = TypeVar("Face")
Answer = TypeVar("Answer")


class SideFile(Generic[Face]):
    """Files of one kind: ``format`` counts the changes of what stands in them, ``schema`` makes an empty one.

    ``face`` is what a connection to one is used through.
    """

    def __init__(self, format_: int, schema: Sequence[str], face: Callable[[Any], Face]) -> None:
        self._format, self._schema, self._face = format_, (*schema, f"PRAGMA user_version = {format_}"), face

    def look(self, path: Path, use: Callable[[Face], Answer]) -> Answer:
        """What ``use`` makes of the file at ``path``, alone with it.

        Where the folder can't be written to, one in memory stands in: as true, and slower. InvalidInput while another
        process has it for longer than five seconds.
        """
        module = sqlite.driver()
        try:
            return self._used(_private(path), use)
        except module.OperationalError as error:
            raise sqlite.explain(error, path) or error from error
        except module.DatabaseError:
            remove(path)
            return self._used(_private(path), use)

    def read(self, path: Path, use: Callable[[Face], Answer | None]) -> Answer | None:
        """What ``use`` makes of the file as it stands, beside others who read; None without one of this format.

        Raises as ``look`` does while another process writes it for longer than five seconds.
        """
        module = sqlite.driver()
        if not path.is_file():
            return None
        try:
            with closing(_connected(str(path))) as connection:
                connection.execute("BEGIN")
                known = connection.execute("PRAGMA user_version").fetchone()[0] == self._format
                return use(self._face(connection)) if known else None
        except module.OperationalError as error:
            raise sqlite.explain(error, path) or error from error
        except module.DatabaseError:
            return None  # damaged: ``look`` makes it anew

    def _used(self, where: str, use: Callable[[Face], Answer]) -> Answer:
        with closing(_connected(where)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone()[0] != self._format:
                for statement in self._schema:
                    connection.execute(statement)
            answer = use(self._face(connection))
            connection.execute("COMMIT")
            return answer


def remove(path: Path) -> None:
    """Throw the file away; the next who looks makes it anew."""
    for name in (path.name, f"{path.name}-journal"):
        path.with_name(name).unlink(missing_ok=True)


def _connected(where: str) -> Any:
    return sqlite.driver().connect(where, isolation_level=None, timeout=WAIT_S)


def _private(path: Path) -> str:
    """The file, there and for its owner only; memory where it can't be."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError:
        return ":memory:"
    return str(path)
