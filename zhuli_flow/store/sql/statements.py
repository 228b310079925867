"""How a statement reaches the database: one function, named parameters (``:name``), the same text on every database.

On SQLite the statement goes straight to the driver, inside the same SQLAlchemy transaction: the driver keeps it
prepared by its text, and a durable transition costs little above its commit (Core's execution costs several lookups).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import Connection, text

from zhuli_flow.errors import ZhuliError

__all__ = [
    "Connection",
    "Result",
    "Row",
    "Values",
    "first",
    "instant",
    "one_of",
    "pack",
    "rows",
    "run",
    "run_many",
    "savepoint",
    "unpack",
]

Row = tuple[Any, ...]
Values = Mapping[str, Any]


class Result(Protocol):
    """What a statement returned: rows as tuples in the order of the SELECT; ``rowcount`` for writes."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> Any: ...


def run(connection: Connection, statement: str, values: Values | None = None) -> Result:
    """Execute one statement in the connection's transaction."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        result: Result = driver.execute(statement, values or {})
        return result
    return connection.execute(text(statement), values)


def run_many(connection: Connection, statement: str, rows: Sequence[Row]) -> None:
    """Execute one statement for every row, prepared once; a row has the values in the order they are named.

    By place, not by name: the driver would look up every name anew in every row. No rows: nothing happens.
    """
    if not rows:
        return
    placed, names = _placed(statement)
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.executemany(placed, rows)
    else:
        connection.execute(text(statement), [dict(zip(names, row, strict=True)) for row in rows])


@lru_cache(64)
def _placed(statement: str) -> tuple[str, tuple[str, ...]]:
    """A statement with ``?`` in place of its names, and the names in their order."""
    return _NAMED.sub("?", statement), tuple(_NAMED.findall(statement))


_NAMED = re.compile(r":(\w+)")


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part of the connection's transaction: a ZhuliError undoes this part alone and goes on to the caller.

    Any other exception is about the whole transaction, which SQLite may have ended already (disk full).
    """
    run(connection, "SAVEPOINT part")
    try:
        yield
    except ZhuliError:
        run(connection, "ROLLBACK TO part")
        run(connection, "RELEASE part")
        raise
    run(connection, "RELEASE part")


def first(connection: Connection, statement: str, **values: Any) -> Row | None:
    """The first row, None without one."""
    row: Row | None = run(connection, statement, values).fetchone()
    return row


def rows(connection: Connection, statement: str, **values: Any) -> list[Row]:
    """Every row."""
    found: list[Row] = run(connection, statement, values).fetchall()
    return found


@lru_cache(64)
def instant(moment: datetime) -> str:
    """UTC text of an aware instant; sorts like the instant. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment.astimezone(UTC).isoformat()


def pack(value: object) -> str:
    """JSON text for a column that nobody hashes."""
    return _encode(value)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"not JSON-safe: {type(value).__name__}")


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode


def unpack(text_: str) -> Any:
    """The value of a JSON column."""
    return json.loads(text_)


def one_of(names: Sequence[str], prefix: str = "p") -> tuple[str, dict[str, str]]:
    """Placeholders and values for ``IN (…)``: ``(":p0, :p1", {"p0": …})``."""
    values = {f"{prefix}{index}": name for index, name in enumerate(names)}
    return ", ".join(f":{name}" for name in values), values
