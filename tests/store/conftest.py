from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.making import AT
from zhuli_flow.store import workflows
from zhuli_flow.store.sql.database import Database


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    made = Database(home / "zhuli.db")
    made.create()
    yield made
    made.close()


@pytest.fixture
def ready(database: Database) -> Database:
    """A database that knows one definition, so that cases may refer to it."""
    with database.write() as connection:
        workflows.put(connection, name="zone", version="1", digest="d1", text="name: zone", document={}, at=AT)
    return database
