"""Every row of one database brought into another, whatever keeps the two: moving an office, a backup, a rehearsal.

Loaded only for that: it knows every table by way of SQLAlchemy. Entries go in the order in which they came, so that the
Merkle log over them is the same.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import MetaData, Table, bindparam, insert, select
from sqlalchemy.exc import SAWarning

from zhuli_flow.errors import IntegrityBroken
from zhuli_flow.store.sql import migrating, sqlite
from zhuli_flow.store.sql.account_tables import METADATA
from zhuli_flow.store.sql.compiling import DIALECTS
from zhuli_flow.store.sql.core.constructs import Arrival
from zhuli_flow.store.sql.statements import Connection, Row, numbered, placed
from zhuli_flow.store.sql.tables import EntryRow

AT_ONCE = 1000
"""How many rows are written at once."""


def tables_of(copy: Connection) -> Sequence[Table]:
    """The tables that an SQLite copy has, those they refer to first: an older one has others than the program knows."""
    found = MetaData()
    with migrating.core_connection(sqlite.driver(), copy.driver) as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # it does not know what an index over an expression is, nor need it
        found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def copy_rows(source: Connection, target: Connection, tables: Sequence[Table] = METADATA.sorted_tables) -> None:
    """Every row of ``source`` into the empty tables of ``target``, in the transactions of the two."""
    for table in tables:
        text = _insertion(table, target.dialect)
        found = _rows(source, table)
        while batch := list(islice(found, AT_ONCE)):
            target.cursor.executemany(text, batch)


def require_same(source: Connection, target: Connection, tables: Sequence[Table] = METADATA.sorted_tables) -> None:
    """Raises IntegrityBroken unless every table has the same rows in both, byte by byte, entries in the same order."""
    for table in tables:
        if _digest(source, table) != _digest(target, table):
            raise IntegrityBroken(
                f"{table.name}: 搬过去的内容与原来的不同，已全部撤销", fix="请检查两边的存储，再重做；原来的未改动"
            )


def _digest(connection: Connection, table: Table) -> bytes:
    found = hashlib.sha256()
    for row in _rows(connection, table):
        found.update(repr(tuple(row)).encode())
    return found.digest()


def _rows(connection: Connection, table: Table) -> Iterator[Row]:
    """The rows in an order that is the same everywhere."""
    order = [Arrival()] if table.name == EntryRow.__tablename__ else list(table.primary_key.columns)
    return connection.walk(_text(select(*table.columns).order_by(*order), connection.dialect), ())


def _insertion(table: Table, dialect: str) -> str:
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns}
    place = placed if dialect == "sqlite" else numbered
    return place(_text(insert(table).values(values).inline(), dialect)).text


def _text(statement: object, dialect: str) -> str:
    make, _ = DIALECTS[dialect]
    return str(statement.compile(dialect=make()))  # type: ignore[attr-defined]
