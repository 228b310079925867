"""The database of a home: opened once, one writer, many readers; every condition of the file told in words.

A write is ``BEGIN IMMEDIATE`` on the one writing connection of this process: other threads wait their turn here, other
processes at the file. Readers see one consistent state from their first statement on and can't write.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.store.sql import backup as upkeep
from zhuli_flow.store.sql import schema, sqlite
from zhuli_flow.store.sql.readers import Readers
from zhuli_flow.store.sql.statements import Connection

BEGIN_WRITE = "BEGIN IMMEDIATE"
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


class Database:
    """A database file and its connections. Nothing is opened before it is first used; one object serves all threads."""

    def __init__(self, where: str | Path, *, scratch: bool = False) -> None:
        """``where`` is a path or an ``sqlite:///`` URL. Raises InvalidInput for other databases.

        ``scratch``: a private copy that is thrown away; nothing is synced to the disk, a power cut would damage it.
        """
        self.path = _path_of(where)
        self._module = sqlite.driver()
        self._turn = threading.RLock()
        self._known_current = False
        self._writer: Connection | None = None
        self._role: sqlite.Role = "scratch" if scratch else "writer"
        self._readers = Readers(lambda: sqlite.connect(self._module, self.path, "reader"))

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction on the writing connection: committed at the end, undone by any exception.

        Raises InvalidInput (read-only, full, busy, other revision), NotFound (no file), IntegrityBroken (damaged).
        Not to be nested: a use case is one transaction.
        """
        self._require_current()
        with self._turn:
            try:
                connection = self._open_writer()
                connection.cursor.execute(BEGIN_WRITE)
                connection.forget()
                try:
                    yield connection
                    connection.driver.commit()
                except BaseException:
                    connection.driver.rollback()
                    raise
            except self._module.DatabaseError as error:
                self._tell(error)
                raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only transaction; raises as ``write`` does."""
        self._require_current()
        with self._look() as connection:
            yield connection

    def create(self) -> None:
        """Make the file, private to its owner, with every table. InvalidInput when it exists or can't be made."""
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
            with self._turn, self._told():
                self._migrate()
        except Exception:
            self.close()
            upkeep.remove(self.path)
            raise

    def upgrade(self, fill: Callable[[Connection], None] = lambda _: None) -> Path | None:
        """Bring an older database to the newest form, after a copy of it; returns the copy, None when already newest.

        ``fill`` then writes what new tables repeat of the old ones. All steps or none.
        Raises as ``write`` does, also for a newer database.
        """
        found = self._revision()
        if schema.state_of(found) != "older":
            schema.require_current(found, self.path)
            return None
        copy = upkeep.free_name(self.path, f"before-{schema.REVISION}")
        self.backup(copy)
        with self._turn:
            self._without_foreign_keys(fill)
        return copy

    def _without_foreign_keys(self, fill: Callable[[Connection], None]) -> None:
        """Migrate with references not enforced (a table may be rebuilt under another's reference), then check all."""
        driver = self._open_writer().driver
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with self._told():
                self._migrate(fill)
        finally:
            driver.execute("PRAGMA foreign_keys=ON")

    def _migrate(self, fill: Callable[[Connection], None] = lambda _: None) -> None:
        from zhuli_flow.store.sql import migrating  # with Alembic and SQLAlchemy, which nothing else needs

        connection = self._open_writer()
        with migrating.migrated(self._module, connection.driver):
            fill(connection)
            upkeep.require_references(connection)

    def schema_state(self) -> schema.SchemaState:
        """Whether the file has the form this program knows; ``empty`` also without a file."""
        return schema.state_of(self._revision()) if self.path.exists() else "empty"

    def backup(self, target: Path) -> Path:
        """A checked copy taken while others work; never over an existing file. Returns ``target``."""
        with self._told():
            return upkeep.backup(self._module, self.path, target)

    def restore(self, source: Path) -> Path:
        """Put a backup in place of the present content; returns the copy kept of what was there before.

        Raises NotFound, IntegrityBroken (the backup is damaged) or InvalidInput (newer); then nothing has changed.
        """
        with self._turn:
            kept = upkeep.restore(self._module, source, self.path)
            self.close()
            self._known_current = False
        return kept

    def check(self) -> list[str]:
        """Everything wrong with the file, in words: pages, references, tables and triggers. Empty when it is whole."""
        self._require_current()
        with self._look() as connection:
            return upkeep.faults(connection)

    def notes(self) -> tuple[str, ...]:
        """What a person should know about this machine's SQLite or the folder; not an error."""
        return tuple(note for note in (sqlite.age_note(self._module), upkeep.folder_note(self.path)) if note)

    def close(self) -> None:
        """Give up every connection; the next use opens anew."""
        with self._turn:
            self._drop_writer()
            self._readers.close()

    def _drop_writer(self) -> None:
        if self._writer is not None:
            self._writer.driver.close()
            self._writer = None

    def _require_current(self) -> None:
        if not self._known_current:
            schema.require_current(self._revision(), self.path)
            self._known_current = True

    def _revision(self) -> str | None:
        if not self.path.exists():
            raise NotFound(f"{self.path}: 没有数据库", fix="请先建立：zhuli init，或用 --home 指明所在文件夹")
        with self._look() as connection:
            return schema.revision(connection)

    def _open_writer(self) -> Connection:
        if self._writer is None:
            self._writer = Connection(sqlite.connect(self._module, self.path, self._role))
        return self._writer

    @contextmanager
    def _look(self) -> Iterator[Connection]:
        with self._told(), self._readers.look() as connection:
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns the driver's errors about the file into words; leaves the others as they are."""
        try:
            yield
        except self._module.DatabaseError as error:
            self._tell(error)
            raise

    def _tell(self, error: Exception) -> None:
        """Raises a driver's error in words, when it is about the file."""
        told = sqlite.explain(error, self.path)
        if told is not None:
            raise told from error


def _path_of(where: str | Path) -> Path:
    text = str(where)
    scheme, found, rest = text.partition("://")
    if not found:
        return Path(text)
    if scheme == "sqlite" and rest.startswith("/"):
        return Path(rest.removeprefix("/"))
    if scheme.startswith("postgres"):
        raise InvalidInput("目前还不支持 PostgreSQL；未改动任何内容", fix="请先用 SQLite：zhuli init 不带 --database")
    raise InvalidInput(f"{scheme}: 不认识的数据库类型；未改动任何内容", fix="请写文件路径，或 sqlite:///路径")
