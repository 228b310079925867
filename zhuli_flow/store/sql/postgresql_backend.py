"""A database on a PostgreSQL server, for an office that works from several machines.

Writers of all machines take turns by one advisory lock, held from the beginning of a write to its end. So everything
that holds of an SQLite file holds here: who reads in a write reads what was written last, numbers have no gaps, and
entries have one order, that of their commits. Readers wait for nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from zhuli_flow.errors import ZhuliError
from zhuli_flow.store.sql import backup as upkeep
from zhuli_flow.store.sql import job_tables, postgresql, schema, sqlite
from zhuli_flow.store.sql.backend import Backend, Fill
from zhuli_flow.store.sql.postgresql import PostgresqlConnection
from zhuli_flow.store.sql.readers import KEPT
from zhuli_flow.store.sql.sqlite_backend import SqliteBackend
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.new_file import aside

BEGIN_WRITE = (
    "BEGIN; SET LOCAL lock_timeout = {}; SELECT pg_advisory_xact_lock(1986422374, hashtext(current_schema())); "
    f"SET LOCAL lock_timeout = {postgresql.BUSY_MS}"
)
"""One office a schema; the first number says that it is an office's turn and nobody else's lock."""

BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class PostgresqlBackend(Backend):
    """The database that ``url`` names, its schema being the first of the search path.

    ``owner``: the URL of the role that owns the tables, "" where ``url`` does. ``copies``: the folder for copies that
    nobody asked for.
    """

    def __init__(self, url: str, owner: str, copies: Path) -> None:
        self._url, self._owner, self._copies = url, owner or url, copies
        self.shown, _ = postgresql.shown(url), postgresql.shown(self._owner)
        self.error: type[Exception] = postgresql.driver().Error
        self._writer: PostgresqlConnection | None = None
        self._idle: list[PostgresqlConnection] = []

    def begin(self, wait_ms: int) -> Connection:
        """A connection that broke while nobody used it (a server begun anew) is replaced, once."""
        kept = self._writer
        if kept is not None:
            try:
                return self._begun(kept, wait_ms)
            except self.error:
                if not kept.driver.closed:
                    raise
        self._writer = PostgresqlConnection(postgresql.connect(self._url))
        return self._begun(self._writer, wait_ms)

    def _begun(self, connection: PostgresqlConnection, wait_ms: int) -> Connection:
        if _within(connection):
            raise RuntimeError("cannot begin: already within a transaction")
        try:
            connection.driver.execute(BEGIN_WRITE.format(wait_ms), prepare=False)
        except BaseException:
            self.undo(connection)
            raise
        return connection

    def commit(self, connection: Connection) -> None:
        """Raises InvalidInput (``unknown_outcome``) when the connection breaks meanwhile: it may have come to pass."""
        if connection.driver.info.transaction_status.name != "INTRANS":
            raise RuntimeError("a statement failed and was passed over: nothing can be committed")
        try:
            connection.driver.commit()
        except self.error as error:
            if connection.driver.closed:
                raise postgresql.unknown_outcome(self.shown) from error
            raise

    def undo(self, connection: Connection) -> None:
        try:
            connection.driver.rollback()
        except self.error:  # it is gone, and what it had written with it
            self._drop_writer()

    def _drop_writer(self) -> None:
        if self._writer is not None:
            self._writer.driver.close()
            self._writer = None

    @contextmanager
    def look(self) -> Iterator[Connection]:
        connection = self._reading()
        try:
            yield connection
            connection.driver.commit()
        finally:
            self._put_back(connection)

    def _reading(self) -> PostgresqlConnection:
        while self._idle:
            connection = self._idle.pop()
            try:
                connection.driver.execute(BEGIN_READ)
            except self.error:
                connection.driver.close()
            else:
                connection.forget()
                return connection
        connection = PostgresqlConnection(postgresql.connect(self._url))
        connection.driver.execute(BEGIN_READ)
        return connection

    def _put_back(self, connection: PostgresqlConnection) -> None:
        try:
            connection.driver.rollback()
        except self.error:
            connection.driver.close()
        if len(self._idle) < KEPT and not connection.driver.closed:
            self._idle.append(connection)
        else:
            connection.driver.close()

    def close(self) -> None:
        self._drop_writer()
        while self._idle:
            self._idle.pop().driver.close()

    def is_there(self) -> bool:
        return True

    def tables(self, connection: Connection) -> set[str]:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return {name for (name,) in found.fetchall()}

    def create(self) -> None:
        with self._owning() as driver:
            if self.tables(PostgresqlConnection(driver)):
                raise sqlite.unusable(
                    "database_exists",
                    f"{self.shown}: 库中已有表；未改动任何内容",
                    "要用现有的办公环境，请用它的 --home；要新建，请换一个空的库",
                )
            self._migrate(driver, lambda _: None)

    def upgrade(self, fill: Fill) -> None:
        with self._owning() as driver:
            self._migrate(driver, fill)

    def _migrate(self, driver: Any, fill: Fill) -> None:
        from zhuli_flow.store.sql import migrating, privileges  # with Alembic and SQLAlchemy, as nothing else needs

        driver.rollback()
        with migrating.migrated_on_server(driver):
            fill(PostgresqlConnection(driver))
            privileges.grant(driver, self._role())

    def take_over(self, source: Connection, note: Fill) -> None:
        from zhuli_flow.store.sql import replacing

        def fill(made: Connection) -> None:
            replacing.fill(source, made)
            note(made)

        with self._owning() as driver:
            self._migrate(driver, fill)

    def discard(self) -> None:
        from zhuli_flow.store.sql.account_tables import METADATA

        self.close()
        names = ", ".join(f'"{name}"' for name in (*METADATA.tables, "alembic_version"))
        with self._owning() as driver:
            driver.execute(f"DROP TABLE IF EXISTS {names} CASCADE")
            driver.execute("DROP FUNCTION IF EXISTS entry_only_next, kept_as_written")
            job_tables.drop(driver)

    @property
    def url(self) -> str:
        return postgresql.plain(self._url)

    def _role(self) -> str:
        """The account that the office works with, by the server's own word: a URL may leave it to the surroundings."""
        with closing(postgresql.connect(self._url)) as driver:
            return str(driver.execute("SELECT current_user").fetchone()[0])

    @contextmanager
    def _owning(self) -> Iterator[Any]:
        """A transaction of the owner of the tables, alone: nobody writes meanwhile."""
        with closing(postgresql.connect(self._owner)) as driver:
            driver.autocommit = False
            driver.execute("SELECT pg_advisory_lock(1986422374, hashtext(current_schema()))")
            driver.commit()
            yield driver
            driver.commit()

    def copy_name(self, word: str) -> Path:
        return upkeep.free_name(self._copies / "zhuli.db", word)

    def backup(self, target: Path) -> Path:
        """Every row, as one look sees them, in an SQLite file: the same backup whatever keeps the office."""
        from zhuli_flow.store.sql import transfer

        if target.exists():
            return upkeep.backup(sqlite.driver(), target, target)  # which says so
        part = SqliteBackend(aside(target, "rows"), scratch=True)
        try:
            with self.look() as source:
                part.create(schema.revision(source, self.tables(source)) or "head")
                copy = part.begin(postgresql.BUSY_MS)
                tables = transfer.tables_of(copy)
                transfer.copy_rows(source, copy, tables)
                transfer.require_same(source, copy, tables)
                part.commit(copy)
            return upkeep.backup(sqlite.driver(), part.path, target)
        finally:
            part.discard()

    def restore(self, source: Path) -> Path:
        """Exchanged in one transaction of the tables' owner; only a backup of the newest form can be put back."""
        from zhuli_flow.store.sql import replacing

        upkeep.require_usable(sqlite.driver(), source)
        with closing(SqliteBackend(source)) as file, file.look() as old, self._owning() as driver:
            with self.look() as present:
                schema.require_current(schema.revision(present, self.tables(present)), self.shown)
            kept = self.backup(self.copy_name("before-restore"))
            replacing.replace(old, PostgresqlConnection(driver), source)
        return kept

    def faults(self, connection: Connection) -> list[str]:
        from zhuli_flow.store.sql import server_tables

        return server_tables.faults(connection)

    def notes(self) -> tuple[str, ...]:
        from zhuli_flow.store.sql import privileges

        with self.look() as connection:
            mighty = privileges.too_mighty(connection)
        if not mighty:
            return ()
        return (
            f"{self.shown}: 办公用的账号能改写 {'、'.join(mighty)}；建议另设表的所有者（zhuli init --database-owner）",
        )

    def explain(self, error: Exception) -> ZhuliError | None:
        return postgresql.explain(error, self.shown)


def _within(connection: Connection) -> bool:
    return connection.driver.info.transaction_status.name in ("INTRANS", "INERROR", "ACTIVE")
