"""What statements are written with: values, conditions to be chosen, and the words that databases spell differently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import BindParameter, Boolean, ColumnElement, Integer, LargeBinary, Table, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from zhuli_flow.store.sql.columns import Stored

CONDITIONS = "{conditions}"
"""Where the conditions chosen at run time come to stand in a compiled text."""


def table(row: type[Stored]) -> Table:
    """The table of a row's class: ``table(CaseRow).c.state`` is a column, a misspelt one an AttributeError."""
    return Stored.metadata.tables[str(row.__tablename__)]


def value(name: str) -> BindParameter[Any]:
    """A value given when the statement runs, under this name."""
    return bindparam(name)


def number(name: str) -> BindParameter[int]:
    """A value to reckon with: a whole number."""
    return bindparam(name, type_=Integer())


def words(name: str) -> BindParameter[str]:
    """A text where no column beside it says so."""
    return bindparam(name, type_=Text())


def blob(name: str) -> BindParameter[bytes]:
    """Bytes where no column beside them says so."""
    return bindparam(name, type_=LargeBinary())


class PerDialect:
    """A statement that needs the dialect's own ``insert`` (for ``ON CONFLICT``): built anew for each."""

    def __init__(self, build: Callable[[Any], Any]) -> None:
        self.build = build


def upsert(into: Table, columns: str, key: str, replace: str = "") -> PerDialect:
    """Add a row of these columns (names, blank between); where ``key`` is there already, ``replace`` or change nothing.

    The values have the names of the columns.
    """

    def build(insert: Any) -> Any:
        added = insert(into).values({name: value(name) for name in columns.split()})
        keys = key.split()
        if not replace:
            return added.on_conflict_do_nothing(index_elements=keys)
        changed = {name: added.excluded[name] for name in replace.split()}
        return added.on_conflict_do_update(index_elements=keys, set_=changed)

    return PerDialect(build)


class _Word(ColumnElement[Any]):
    """An expression that each database spells in its own way."""

    inherit_cache = False
    type: TypeEngine[Any] = Text()

    def __init__(self, *parts: ColumnElement[Any]) -> None:
        self.parts = parts


class _Condition(_Word):
    type = Boolean()


class Chosen(_Condition):
    """The place of the conditions that are chosen at run time, joined by AND; TRUE without any."""


class Among(_Condition):
    """``Among(column, value("ids"))``: whether the column is one of a list, bound as one value (``array``)."""


class AmongNumbers(Among):
    """The same of a column of whole numbers."""


class TextWithin(_Condition):
    """``TextWithin(column, value("word"))``: whether the text has the word in it, as it is written."""


class JsonText(_Word):
    """``JsonText(column, value("path"))``: what stands at ``$.a.b`` of JSON in a text column, as text."""


class JsonBytes(_Word):
    """``JsonBytes(column, value("path"))``: the same of a column of bytes (UTF-8)."""


class AsBytes(_Word):
    """``AsBytes(column)``: a text as its bytes (UTF-8); JSON is read from bytes, a text would be made for nothing."""

    type = LargeBinary()


class AsText(_Word):
    """``AsText(blob("body"))``: bytes (UTF-8) as a text."""


class Larger(_Word):
    """``Larger(a, b)``: the larger of two numbers."""

    type = Integer()


class Arrival(_Word):
    """The place of a row among all of its table, in the order in which they came.

    SQLite numbers the rows by itself; a schema for PostgreSQL has a column of identity for it.
    """

    type = Integer()


class Seconds(_Word):
    """``Seconds(since, until)``: the whole seconds between two instants (UTC text)."""

    type = Integer()


_SPELLINGS: dict[type[_Word], tuple[str, str]] = {
    Among: (
        "{0} IN (SELECT value FROM json_each({1}))",
        "{0} = ANY(ARRAY(SELECT jsonb_array_elements_text({1}::jsonb)))",
    ),
    AmongNumbers: (
        "{0} IN (SELECT value FROM json_each({1}))",
        "{0} = ANY(ARRAY(SELECT jsonb_array_elements_text({1}::jsonb)::integer))",
    ),
    TextWithin: ("instr({0}, {1}) > 0", "strpos({0}, {1}) > 0"),
    JsonText: ("json_extract({0}, {1})", "jsonb_path_query_first({0}::jsonb, {1}::jsonpath) #>> '{{}}'"),
    JsonBytes: (
        "json_extract(CAST({0} AS TEXT), {1})",
        "jsonb_path_query_first(convert_from({0}, 'UTF8')::jsonb, {1}::jsonpath) #>> '{{}}'",
    ),
    AsBytes: ("CAST({0} AS BLOB)", "convert_to({0}, 'UTF8')"),
    AsText: ("CAST({0} AS TEXT)", "convert_from({0}, 'UTF8')"),
    Larger: ("MAX({0}, {1})", "GREATEST({0}, {1})"),
    Arrival: ("rowid", "arrival"),
    Seconds: (
        "unixepoch({1}) - unixepoch({0})",
        "CAST(floor(extract(epoch FROM {1}::timestamptz)) - floor(extract(epoch FROM {0}::timestamptz)) AS INTEGER)",
    ),
    Chosen: ("{{conditions}}", "{{conditions}}"),
}


def _spelt(word: type[_Word], dialect: str, pattern: str) -> None:
    @compiles(word, dialect)
    def spell(element: _Word, compiler: SQLCompiler, **options: Any) -> str:
        return pattern.format(*(compiler.process(part, **options) for part in element.parts))


for _word, (_sqlite, _postgresql) in _SPELLINGS.items():
    _spelt(_word, "sqlite", _sqlite)
    _spelt(_word, "postgresql", _postgresql)
