"""How a statement reaches the database: by its name, as text compiled beforehand, straight to the driver.
The driver keeps it prepared by its text: a durable transition costs little above its commit.

To write one: put it in ``core/<subject>.py`` in SQLAlchemy Core over the tables, as a constant (``LOAD``), and run
``scripts/compile_statements``; ``compiled/`` then has its text for each database, and run time loads no SQLAlchemy.
To run one, by subject and constant::

    found = first(connection, "cases.load", id=case_id)  # one row as a tuple in the order of the select, or None
    run(connection, "cases.insert", values).rowcount     # named values; an insert's are named like its columns
    for row in walk(connection, "audit.links"):          # many rows, read as they are asked for
    run_many(connection, "inbox.put", rows)              # values by place: an insert's in its table's order

Conditions that are not always asked are constants of their own. The statement says where they go (``Chosen()``), the
caller names those it wants, joined by AND: ``rows(connection, ("cases.search", "cases.in_city"), city=…)``.
A list of values is one value: ``Among(column, value("ids"))`` in Core, ``ids=array(ids)`` when run. Where a row is
there already: ``upsert``; what databases spell differently: the words of ``core/constructs.py`` and no others.
A test compiles everything for SQLite and PostgreSQL, compares ``compiled/``, and finds names used or made in vain.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from zhuli_flow.clock import to_the_second
from zhuli_flow.errors import ZhuliError

__all__ = [
    "Connection",
    "Result",
    "Row",
    "Statement",
    "Values",
    "array",
    "first",
    "instant",
    "pack",
    "rows",
    "run",
    "run_many",
    "savepoint",
    "unpack",
    "walk",
]

Row = tuple[Any, ...]
Values = Mapping[str, Any]


class Result(Protocol):
    """What a statement returned: rows as tuples in the order of the SELECT; ``rowcount`` for writes."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> Any: ...


Statement = str | tuple[str, ...]
"""The name of a statement; with conditions to be joined, ``(statement, condition, …)``."""


class Placed(NamedTuple):
    """A text with ``?`` (PostgreSQL: ``$1``) in place of its names, and how to put named values in their order.

    By name the driver would make and look up every name anew, each time it runs.
    """

    text: str
    in_order: Callable[[Values], Sequence[Any]]


class _Texts(dict[Statement, Placed]):
    """The compiled texts of one database by name, and what was joined of them, as far as they were asked for."""

    def __init__(self, dialect: str, compiled: Mapping[str, str]) -> None:
        self._place = placed if dialect == "sqlite" else numbered
        self._compiled = compiled

    def __missing__(self, wanted: Statement) -> Placed:
        made = self[wanted] = self._place(self._joined(wanted))
        return made

    def _joined(self, wanted: Statement) -> str:
        if isinstance(wanted, str):
            return self._compiled[wanted]
        statement, *conditions = wanted
        chosen = " AND ".join(f"({self._compiled[condition]})" for condition in conditions) or "TRUE"
        return self._compiled[statement].replace("{conditions}", chosen)


def placed(text: str) -> Placed:
    """A text for SQLite: ``:name`` becomes ``?``, as often as it stands there."""
    names = [found[1] for found in _NAMED.finditer(text) if found[1]]
    return _by_place(_NAMED.sub(lambda found: "?" if found[1] else found[0], text), names)


def numbered(text: str) -> Placed:
    """A text for PostgreSQL: ``%(name)s`` is ``$1`` wherever it stands: what is grouped by is what is selected."""
    names = list(dict.fromkeys(found[2] for found in _NAMED.finditer(text) if found[2]))
    put = _NAMED.sub(lambda found: f"${names.index(found[2]) + 1}" if found[2] else found[0], text)
    return _by_place(put.replace("%%", "%"), names)


def _by_place(put: str, names: Sequence[str]) -> Placed:
    if len(names) > 1:
        return Placed(put, itemgetter(*names))
    return Placed(put, lambda values: [values[name] for name in names])


_NAMED = re.compile(r"'[^']*'|(?<!:):(\w+)|%\((\w+)\)s")
"""A name as SQLite or PostgreSQL has it, or a text in quotation marks, in which there is none; ``::`` is a cast."""


@lru_cache
def _texts(dialect: str) -> _Texts:
    return _Texts(dialect, json.loads((Path(__file__).parent / "compiled" / f"{dialect}.json").read_text("utf-8")))


class Connection:
    """A driver's connection inside a transaction, with the texts of its database. ``Database`` makes and ends it.

    ``seen`` and ``known`` hold what is read once in a transaction, texts and what is made of rows; whoever writes such
    a thing writes it there too, or takes it out.
    ``written`` holds rows as this connection last wrote them, for those who write by compare-and-set; may be outdated.
    ``cursor`` serves every statement whose rows are fetched at once: a cursor for each costs more than a short one.
    """

    __slots__ = ("cursor", "dialect", "driver", "known", "seen", "texts", "written")

    def __init__(self, driver: Any, dialect: str = "sqlite") -> None:
        self.driver = driver
        self.dialect = dialect
        self.cursor = driver.cursor()
        self.seen: dict[str, str] = {}
        self.known: dict[str, object] = {}
        self.written: dict[str, object] = {}
        self.texts = _texts(dialect)

    def forget(self) -> None:
        """Read anew what was read once in a transaction."""
        self.seen.clear()
        self.known.clear()

    def execute(self, text: str, values: Sequence[Any] = ()) -> Result:
        """Run a text of this database's own: a PRAGMA, a savepoint, a question about its tables."""
        result: Result = self.driver.execute(text, values)
        return result

    def walk(self, text: str, values: Sequence[Any]) -> Iterator[Row]:
        """Every row of a question, on a cursor of its own."""
        return iter(self.driver.execute(text, values))


def run(connection: Connection, statement: Statement, values: Values | None = None) -> Result:
    """Execute one statement in the connection's transaction; the result is good until the next one."""
    text, in_order = connection.texts[statement]
    result: Result = connection.cursor.execute(text, in_order(values or {}))
    return result


def walk(connection: Connection, statement: Statement, /, **values: Any) -> Iterator[Row]:
    """Every row, read as it is asked for, whatever else is executed meanwhile."""
    text, in_order = connection.texts[statement]
    return connection.walk(text, in_order(values))


def run_many(connection: Connection, statement: Statement, rows: Sequence[Row]) -> None:
    """Execute one statement for every row, prepared once; a row has the values in the order they are named.

    By place, not by name: the driver would look up every name anew in every row. No rows: nothing happens.
    """
    if rows:
        connection.cursor.executemany(connection.texts[statement].text, rows)


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part of the connection's transaction: a ZhuliError undoes this part alone and goes on to the caller.

    Any other exception is about the whole transaction, which the database may have ended already (disk full).
    """
    execute = connection.cursor.execute
    execute("SAVEPOINT part")
    try:
        yield
    except ZhuliError:
        execute("ROLLBACK TO part")
        execute("RELEASE part")
        connection.forget()
        raise
    execute("RELEASE part")


def first(connection: Connection, statement: Statement, /, **values: Any) -> Row | None:
    """The first row, None without one."""
    result = run(connection, statement, values)
    row: Row | None = result.fetchone()
    if row is not None:
        result.fetchall()  # the statement must not stay open: the cursor is shared
    return row


def rows(connection: Connection, statement: Statement, /, **values: Any) -> list[Row]:
    """Every row."""
    found: list[Row] = run(connection, statement, values).fetchall()
    return found


@lru_cache(64)
def instant(moment: datetime) -> str:
    """UTC text of an aware instant, to the second as history has it; it sorts alike. ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return to_the_second(moment.astimezone(UTC))


def array(values: Sequence[str] | Sequence[int]) -> str:
    """A list of values as the one value that ``Among`` compares with."""
    return pack(list(values))


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
