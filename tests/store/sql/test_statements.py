"""Statements: compiled for every database as committed, each used, each used name there, each accepted by SQLite."""

import ast
import re
from pathlib import Path

import pytest

import zhuli_flow
from zhuli_flow.store.sql import compiling
from zhuli_flow.store.sql.database import Database
from zhuli_flow.store.sql.statements import array, rows

PACKAGE = Path(zhuli_flow.__file__).parent
WRITTEN = PACKAGE / "store" / "sql"
NAMED = re.compile(r":(\w+)")


def used() -> set[str]:
    """Every text in the program that has the form of a statement's name; where columns are named so too is left out."""
    subjects = {name.partition(".")[0] for name in compiling.statements()}
    named = re.compile(rf"({'|'.join(subjects)})\.[a-z_0-9]+")
    texts = {
        node.value
        for path in PACKAGE.rglob("*.py")
        if not path.is_relative_to(WRITTEN) and "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if named.fullmatch(text)}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_every_statement_stands_compiled_as_it_is_written(dialect: str) -> None:
    assert compiling.committed(dialect) == compiling.compiled(dialect), "run scripts/compile_statements"


def test_every_statement_is_used_and_every_used_name_is_there() -> None:
    assert used() == set(compiling.statements())


@pytest.mark.parametrize("name", sorted(compiling.statements()))
def test_sqlite_accepts_every_statement(database: Database, name: str) -> None:
    text = compiling.compiled("sqlite")[name].replace("{conditions}", "TRUE")
    if not text.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
        text = f"SELECT 1 FROM {name.partition('.')[0]} WHERE {text}"  # a condition, on the table of its subject
    with database.read() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"EXPLAIN {text}", dict.fromkeys(NAMED.findall(text), 0))


def test_conditions_are_joined_where_the_statement_has_their_place(database: Database) -> None:
    with database.read() as connection:
        assert rows(connection, ("cases.search",), limit=1, offset=0) == []
        chosen = ("cases.search", "cases.in_city", "cases.in_states")
        assert rows(connection, chosen, city="杭州", states=array(["a"]), limit=1, offset=0) == []
