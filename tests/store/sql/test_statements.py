"""Statements: compiled for every database as committed, each used, each used name there, each accepted by SQLite."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import zhuli_flow
from zhuli_flow.engine.model.people import Organisation
from zhuli_flow.store.directory import put_organisations
from zhuli_flow.store.sql import compiling
from zhuli_flow.store.sql.database import Database
from zhuli_flow.store.sql.statements import first, numbered, placed, rows, walk

PACKAGE = Path(zhuli_flow.__file__).parent
STORE = PACKAGE / "store"
SQL = re.compile(r"\b(SELECT\b.*\bFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", re.DOTALL)
OWN_SQL = {
    STORE / "search_index.py": "a file of its own, made and read by SQLite's full-text search alone",
    STORE / "counts.py": "a file of its own, as the search index is",
    STORE / "sql" / "core" / "constructs.py": "how each database spells what they spell differently",
    STORE / "sql" / "schema.py": "asks which tables there are, before any is known",
    STORE / "sql" / "triggers.py": "triggers",
    STORE / "sql" / "backup.py": "asks a backup which tables it has, before any is known",
    STORE / "sql" / "sqlite_backend.py": "asks which tables there are",
    STORE / "sql" / "postgresql_backend.py": "asks which tables there are, and waits for the turn to write",
    STORE / "sql" / "server_tables.py": "asks the server's catalogue",
    STORE / "sql" / "replacing.py": "empties tables and sets what numbers their rows, as their owner",
    STORE / "sql" / "job_tables.py": "asks the server's catalogue what of the library's is left",
    STORE / "sql" / "moved.py": "a trigger, and the mark in Alembic's table",
    **dict.fromkeys((STORE / "migrations" / "versions").glob("000[12]_*.py"), "a frozen copy of what a revision did"),
}
COLUMN = re.compile(r"([a-z_]+)\.")
NAMED = re.compile(r":(\w+)")


def texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def used() -> set[str]:
    """Every text of the store's modules that has the form of a statement's name."""
    subjects = {name.partition(".")[0] for name in compiling.statements()}
    named = re.compile(rf"({'|'.join(subjects)})\.[a-z_0-9]+")
    return {text for path in STORE.glob("*.py") for text in texts(path) if named.fullmatch(text)}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_every_statement_stands_compiled_as_it_is_written(dialect: str) -> None:
    assert compiling.committed(dialect) == compiling.compiled(dialect), "run scripts/compile_statements"


def test_every_statement_is_used_and_every_used_name_is_there() -> None:
    assert used() == set(compiling.statements())


def test_no_sql_stands_in_strings() -> None:
    written = {path for path in PACKAGE.rglob("*.py") if any(SQL.search(text) for text in texts(path))}
    assert written == set(OWN_SQL)


def on_server_only(name: str) -> bool:
    """Of tables that no file has; ``tests/postgresql`` runs them."""
    return name.startswith("jobs.")


@pytest.mark.parametrize("name", sorted(name for name in compiling.statements() if not on_server_only(name)))
@pytest.mark.sqlite("its statements")
def test_sqlite_accepts_every_statement(database: Database, name: str) -> None:
    text = compiling.compiled("sqlite")[name].replace("{conditions}", "TRUE")
    if not text.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
        (first, *_) = COLUMN.findall(text)
        text = f"SELECT 1 FROM {first} WHERE {text}"  # a condition, on the table that it names first
    with database.read() as connection:
        connection.driver.execute(f"EXPLAIN {text}", dict.fromkeys(NAMED.findall(text), 0))


def test_conditions_are_joined_where_the_statement_has_their_place(database: Database) -> None:
    with database.read() as connection:
        assert rows(connection, ("cases.page",), limit=1) == []
        chosen = ("cases.page", "cases.in_city", "cases.in_state")
        assert rows(connection, chosen, city="杭州", state="a", limit=1) == []


@pytest.mark.parametrize(
    ("text", "put", "values"),
    [
        ("SELECT :b, ':c', :a, :b", "SELECT ?, ':c', ?, ?", [2, 1, 2]),
        ("SELECT :a", "SELECT ?", [1]),
        ("SELECT 1", "SELECT 1", []),
    ],
)
def test_named_values_are_put_in_the_order_of_their_names(text: str, put: str, values: list[int]) -> None:
    made = placed(text)
    assert (made.text, list(made.in_order({"a": 1, "b": 2, "c": 3}))) == (put, values)


def test_for_postgresql_the_same_name_is_the_same_value() -> None:
    made = numbered("SELECT %(b)s::VARCHAR, '%%', %(a)s GROUP BY %(b)s::VARCHAR")
    assert made.text == "SELECT $1::VARCHAR, '%', $2 GROUP BY $1::VARCHAR"
    assert list(made.in_order({"a": 1, "b": 2, "c": 3})) == [2, 1]


def test_a_walk_goes_on_whatever_else_is_asked_and_one_row_leaves_nothing_open(database: Database) -> None:
    units = [Organisation(name, name, "city") for name in "abc"]
    with database.write() as connection:
        put_organisations(connection, units)
        met = [(row[0], first(connection, _EVERY)) for row in walk(connection, _EVERY)]
        assert met == [(unit.id, ("a", "a", "city", "", "", "")) for unit in units]
        assert connection.cursor.fetchone() is None


_EVERY = "directory.every_organisation"
