"""A database in an SQLite file of the home.

A write is ``BEGIN IMMEDIATE`` on the one writing connection of this process: other threads wait their turn at
``Database``, other processes at the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from zhuli_flow.errors import ZhuliError
from zhuli_flow.store.sql import backup as upkeep
from zhuli_flow.store.sql import sqlite
from zhuli_flow.store.sql.backend import Backend, Fill
from zhuli_flow.store.sql.readers import Readers
from zhuli_flow.store.sql.statements import Connection

BEGIN_WRITE = "BEGIN IMMEDIATE"
FIRST_MS = 1000
"""How long a writer waits without being told otherwise, which costs no statement; Database asks for it first."""
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


class SqliteBackend(Backend):
    """The file at ``path``. Nothing is opened before it is first used.

    ``scratch``: a private copy that is thrown away; nothing is synced to the disk, a power cut would damage it.
    """

    def __init__(self, path: Path, *, scratch: bool = False) -> None:
        self.path = self.file = path
        self.shown = str(path)
        self._module = sqlite.driver()
        self.error = self._module.DatabaseError
        self._role: sqlite.Role = "scratch" if scratch else "writer"
        self._writer: Connection | None = None
        self._readers = Readers(lambda: sqlite.connect(self._module, self.path, "reader"))

    def begin(self, wait_ms: int) -> Connection:
        connection = self._open_writer()
        if wait_ms == FIRST_MS:
            connection.cursor.execute(BEGIN_WRITE)
        else:
            with _patient(connection.driver, wait_ms):
                connection.cursor.execute(BEGIN_WRITE)
        return connection

    def commit(self, connection: Connection) -> None:
        connection.driver.commit()

    def undo(self, connection: Connection) -> None:
        connection.driver.rollback()

    def look(self) -> AbstractContextManager[Connection]:
        return self._readers.look()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.driver.close()
            self._writer = None
        self._readers.close()

    def is_there(self) -> bool:
        return self.path.exists()

    def tables(self, connection: Connection) -> set[str]:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in found.fetchall()}

    def create(self, form: str = "head") -> None:
        """Make the file, private to its owner; ``form`` is the revision of its tables, for a copy of an older one."""
        try:
            self.path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))
        except FileExistsError as error:
            raise sqlite.unusable(
                "database_exists",
                f"{self.path}: 数据库已经存在；未改动任何内容",
                "要用现有的，直接使用即可；要新建，请换一个文件夹",
            ) from error
        except OSError as error:
            raise sqlite.cannot_make(self.path, error) from error
        try:
            self._migrate(form=form)
        except Exception:
            self.discard()
            raise

    def take_over(self, source: Connection, note: Fill) -> None:
        """Raises InvalidInput: an office moves from a file to a server."""
        raise sqlite.unusable(
            "not_a_server", f"{self.shown}: 只能搬到 PostgreSQL 服务器；未搬动", "请写 --to postgresql://用户@主机/库名"
        )

    def discard(self) -> None:
        self.close()
        upkeep.remove(self.path)

    def upgrade(self, fill: Fill) -> None:
        """References are not enforced meanwhile (a table may be rebuilt under another), but checked at the end."""
        driver = self._open_writer().driver
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with _patient(driver, sqlite.BUSY_MS):
                self._migrate(fill)
        finally:
            driver.execute("PRAGMA foreign_keys=ON")

    def copy_name(self, word: str) -> Path:
        return upkeep.free_name(self.path, word)

    def backup(self, target: Path) -> Path:
        return upkeep.backup(self._module, self.path, target)

    def restore(self, source: Path) -> Path | None:
        kept = upkeep.restore(self._module, source, self.path)
        self.close()
        return kept

    def wipe(self) -> None:
        """VACUUM keeps the numbers of rows by which entries are ordered: their table has an index of its key."""
        driver = self._open_writer().driver
        with _patient(driver, sqlite.BUSY_MS):
            driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def faults(self, connection: Connection) -> list[str]:
        return upkeep.faults(connection)

    def notes(self) -> tuple[str, ...]:
        return tuple(note for note in (sqlite.age_note(self._module), upkeep.folder_note(self.path)) if note)

    def explain(self, error: Exception) -> ZhuliError | None:
        return sqlite.explain(error, self.path)

    def _open_writer(self) -> Connection:
        if self._writer is None:
            driver = sqlite.connect(self._module, self.path, self._role)
            driver.execute(_WAIT.format(FIRST_MS))
            self._writer = Connection(driver)
        return self._writer

    def _migrate(self, fill: Fill = lambda _: None, form: str = "head") -> None:
        from zhuli_flow.store.sql import migrating  # with Alembic and SQLAlchemy, which nothing else needs

        connection = self._open_writer()
        with migrating.migrated(self._module, connection.driver, form):
            fill(connection)
            upkeep.require_references(connection)


_WAIT = "PRAGMA busy_timeout = {}"


@contextmanager
def _patient(driver: Any, wait_ms: int) -> Iterator[None]:
    """For one step the connection waits so long for the others."""
    driver.execute(_WAIT.format(wait_ms))
    try:
        yield
    finally:
        driver.execute(_WAIT.format(FIRST_MS))
