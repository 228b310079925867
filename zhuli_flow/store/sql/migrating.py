"""A database made, or brought to its newest form, by Alembic; loaded only then, and to compare one with the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from zhuli_flow.store.sql import schema


@contextmanager
def migrated(module: ModuleType, driver: Any) -> Iterator[None]:
    """A write transaction in which this driver connection's database has come to the newest form: all steps or none.

    What the caller does inside belongs to it. Raises the driver's errors, not SQLAlchemy's.
    """
    with core_connection(module, driver) as connection:
        driver.execute("BEGIN IMMEDIATE")
        with connection.begin():
            _upgrade(connection)
            yield


@contextmanager
def core_connection(module: ModuleType, driver: Any) -> Iterator[sqlalchemy.Connection]:
    """This driver connection as SQLAlchemy sees it, which neither begins nor closes anything by itself."""
    engine = sqlalchemy.create_engine(
        "sqlite://", creator=lambda: driver, module=module, poolclass=StaticPool, pool_reset_on_return=None
    )
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise error.orig or error from error


def _upgrade(connection: sqlalchemy.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
