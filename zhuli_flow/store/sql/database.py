"""The database of a home: opened once, one writer, many readers; every condition of it told in words.

A write is the one write transaction of this process: other threads wait their turn here, other processes and machines
at the database. Readers see one consistent state from their first statement on and can't write.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.store.sql import backup as upkeep
from zhuli_flow.store.sql import schema
from zhuli_flow.store.sql.backend import Backend
from zhuli_flow.store.sql.sqlite import driver, unusable
from zhuli_flow.store.sql.sqlite_backend import FIRST_MS, SqliteBackend
from zhuli_flow.store.sql.statements import Connection

WAIT_S = 120
"""How long a writer waits for its turn unless an office sets it: thirty writers take a few seconds, an import more."""


class Database:
    """A database and its connections. Nothing is opened before it is first used; one object serves all threads.

    ``on_wait`` is called when a write has waited a second for its turn.
    """

    def __init__(
        self,
        where: str | Path,
        *,
        scratch: bool = False,
        owner: str = "",
        copies: Path | None = None,
        wait_s: int = WAIT_S,
    ) -> None:
        """``where`` is a path, an ``sqlite:///`` or a ``postgresql://`` URL. Raises InvalidInput for other databases.

        ``scratch``: a private copy in a file that is thrown away; nothing is synced to the disk.
        On PostgreSQL: ``owner`` is the URL of the role to which the tables belong, for making and changing them,
        ``copies`` the folder for the copies that are made before a change (else where the process runs).
        ``wait_s``: how many seconds a write waits for its turn before it is given up as ``busy``.
        """
        self.on_wait: Callable[[], None] = _unmoved
        self._wait_s = wait_s
        self._backend = backend(where, scratch, owner, copies or Path())
        self._turn = threading.RLock()
        self._known_current = False

    @property
    def path(self) -> Path:
        """The file of an SQLite database. TypeError for another: whoever asks is about that file."""
        if self._backend.file is None:
            raise TypeError(f"{self.shown} is no file")
        return self._backend.file

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database, None of one on a server."""
        return self._backend.file

    @property
    def url(self) -> str:
        """The URL of one on a server, with any secret, never to be shown; "" of a file."""
        return self._backend.url

    @property
    def shown(self) -> str:
        """Its place in words, without a secret."""
        return self._backend.shown

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction on the writing connection: committed at the end, undone by any exception.

        Raises InvalidInput (read-only, full, busy, other revision), NotFound (no file), IntegrityBroken (damaged).
        Not to be nested: a use case is one transaction.
        """
        self._require_current()
        backend = self._backend
        self._take_turn()
        try:
            connection = self._begun()
            connection.forget()
            try:
                yield connection
                backend.commit(connection)
            except BaseException:
                backend.undo(connection)
                raise
        except backend.error as error:
            self._tell(error)
            raise
        finally:
            self._turn.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only transaction; raises as ``write`` does."""
        self._require_current()
        with self._look() as connection:
            yield connection

    def create(self) -> None:
        """Make it, private to its owner, with every table. InvalidInput when it exists or can't be made."""
        with self._turn, self._told():
            self._backend.create()

    def take_over(self, source: Connection, note: Callable[[Connection], None]) -> None:
        """Make it with every row that ``source`` sees, and what ``note`` adds to them: all of it or nothing."""
        with self._turn, self._told():
            self._backend.take_over(source, note)

    def discard(self) -> None:
        """Take away what ``create`` made, content and all: for whoever could not finish what it was made for."""
        with self._turn, self._told():
            self._backend.discard()

    def upgrade(self, fill: Callable[[Connection, Path], None] = lambda *_: None) -> Path | None:
        """Bring an older database to the newest form, after a copy of it; returns the copy, None when already newest.

        ``fill``, which is told the copy, then writes what new tables repeat of the old ones. All steps or none.
        Raises as ``write`` does, also for a newer database.
        """
        found = self._revision()
        if schema.state_of(found) != "older":
            schema.require_current(found, self.shown)
            return None
        copy = self._backend.copy_name(f"before-{schema.REVISION}")
        self.backup(copy)
        with self._turn, self._told():
            self._backend.upgrade(lambda connection: fill(connection, copy))
        return copy

    def schema_state(self) -> schema.SchemaState:
        """Whether it has the form this program knows; ``empty`` also without a file."""
        return schema.state_of(self._revision()) if self._backend.is_there() else "empty"

    def is_made(self) -> bool:
        """Whether there is an office's database: one that has tables. InvalidInput when they are somebody else's."""
        return self._backend.is_there() and self._revision() is not None

    def look_back(self) -> AbstractContextManager[Connection]:
        """A reading transaction whatever the form: for what has been moved away from here."""
        return self._look()

    def backup(self, target: Path) -> Path:
        """A checked copy taken while others work; never over an existing file. Returns ``target``, an SQLite file."""
        with self._told():
            return self._backend.backup(target)

    def spare_name(self) -> Path:
        """The name under which ``restore`` keeps what is here now."""
        return self._backend.copy_name("before-restore")

    def prepared(self, source: Path, target: Path) -> Database:
        """A copy of the backup ``source`` in the file ``target``, for what is to be written before it is put back.

        Raises as ``restore``.
        """
        with self._told():
            upkeep.require_usable(driver(), source)
            return Database(upkeep.backup(driver(), source, target))

    def restore(self, source: Path) -> Path | None:
        """Put a backup in place of the present content; returns the copy kept of what was there before, if anything.

        Raises NotFound, IntegrityBroken (the backup is damaged) or InvalidInput (newer); then nothing has changed.
        """
        with self._turn, self._told():
            kept = self._backend.restore(source)
            self._known_current = False
        return kept

    def wipe(self) -> None:
        """Leave nothing in the file of what rows no longer say: pages given up, the write-ahead log.

        Others who read meanwhile may keep the log; on a server it is a matter of the server's own care.
        """
        with self._turn, self._told():
            self._backend.wipe()

    def check(self) -> list[str]:
        """Everything wrong with the tables, in words: pages, references, triggers. Empty when all is whole."""
        self._require_current()
        with self._look() as connection:
            return self._backend.faults(connection)

    def notes(self) -> tuple[str, ...]:
        """What a person should know about how it is kept; not an error."""
        return self._backend.notes()

    def close(self) -> None:
        """Give up every connection; the next use opens anew."""
        with self._turn:
            self._backend.close()

    def _take_turn(self) -> None:
        """Among the threads of this process."""
        if self._turn.acquire(timeout=FIRST_MS / 1000):
            return
        self.on_wait()
        if not self._turn.acquire(timeout=self._wait_s):
            raise unusable("busy", f"{self.shown}: 一直有别的办理在写入；未保存任何内容", "请稍候重做这一步")

    def _begun(self) -> Connection:
        """A write transaction, once the other processes let this one begin; somebody is told after a second."""
        try:
            return self._backend.begin(FIRST_MS)
        except self._backend.error as error:
            told = self._backend.explain(error)
            if told is None or told.code != "busy":
                raise
        self.on_wait()
        return self._backend.begin(self._wait_s * 1000)

    def _require_current(self) -> None:
        if not self._known_current:
            schema.require_current(self._revision(), self.shown)
            self._known_current = True

    def _revision(self) -> str | None:
        if not self._backend.is_there():
            raise NotFound(f"{self.shown}: 没有数据库", fix="请先建立：zhuli init，或用 --home 指明所在文件夹")
        with self._look() as connection:
            return schema.revision(connection, self._backend.tables(connection))

    @contextmanager
    def _look(self) -> Iterator[Connection]:
        with self._told(), self._backend.look() as connection:
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns the driver's errors about the database into words; leaves the others as they are."""
        try:
            yield
        except self._backend.error as error:
            self._tell(error)
            raise

    def _tell(self, error: Exception) -> None:
        """Raises a driver's error in words, when it is about the database."""
        told = self._backend.explain(error)
        if told is not None:
            raise told from error


def _unmoved() -> None:
    """Nobody is there to be told."""


def backend(where: str | Path, scratch: bool, owner: str, copies: Path) -> Backend:
    """What keeps the database at ``where``. Raises InvalidInput for what is neither SQLite nor PostgreSQL."""
    text = str(where)
    scheme, found, rest = text.partition("://")
    if not found:
        return SqliteBackend(Path(text), scratch=scratch)
    if scheme == "sqlite" and rest.startswith("/"):
        return SqliteBackend(Path(rest.removeprefix("/")), scratch=scratch)
    if scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        from zhuli_flow.store.sql.postgresql_backend import PostgresqlBackend  # most homes are files

        return PostgresqlBackend(text, owner, copies)
    raise InvalidInput(
        f"{scheme}: 不认识的数据库类型；未改动任何内容",
        fix="请写文件路径、sqlite:///路径，或 postgresql://用户@主机/库名",
    )
