"""A database made, or brought to its newest form, by Alembic; loaded only then, and to compare one with the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateIndex

from zhuli_flow.store.sql import schema


@contextmanager
def migrated(module: ModuleType, driver: Any, form: str = "head") -> Iterator[None]:
    """A write transaction in which this driver connection's database has come to a form, the newest: all steps or none.

    What the caller does inside belongs to it. Raises the driver's errors, not SQLAlchemy's.
    """
    with core_connection(module, driver) as connection:
        driver.execute("BEGIN IMMEDIATE")
        with connection.begin():
            _upgrade(connection, form)
            yield


@contextmanager
def core_connection(module: ModuleType, driver: Any) -> Iterator[sqlalchemy.Connection]:
    """This driver connection as SQLAlchemy sees it, which neither begins nor closes anything by itself."""
    engine = sqlalchemy.create_engine(
        "sqlite://", creator=lambda: driver, module=module, poolclass=StaticPool, pool_reset_on_return=None
    )
    with _connected(engine) as connection:
        yield connection


@contextmanager
def migrated_on_server(driver: Any, form: str = "head") -> Iterator[None]:
    """As ``migrated``, on a driver connection to PostgreSQL that is not in autocommit."""
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: driver, poolclass=StaticPool, pool_reset_on_return=None
    )
    engine.dialect.type_compiler_instance = _Types(engine.dialect)
    with _connected(engine) as connection, connection.begin():
        _upgrade(connection, form)
        yield


@contextmanager
def _connected(engine: sqlalchemy.Engine) -> Iterator[sqlalchemy.Connection]:
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise error.orig or error from error


def _upgrade(connection: sqlalchemy.Connection, form: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, form)


class _Types(PGTypeCompiler):
    """Columns of text are compared by their bytes, whatever the server's language: instants and ids sort so."""

    def visit_TEXT(self, type_: Any, **options: Any) -> str:  # noqa: N802 - SQLAlchemy's name
        return 'TEXT COLLATE "C"'


@compiles(CreateIndex, "postgresql")
def _partial(element: CreateIndex, compiler: Any, **options: Any) -> str:
    """Which rows an index holds is said once, for SQLite."""
    here = element.element.dialect_options
    here["postgresql"]["where"] = here["sqlite"]["where"]
    made: str = compiler.visit_create_index(element, **options)
    return made
