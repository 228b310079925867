from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql.server import Server
from tests.store.making import AT
from zhuli_flow.store import workflows
from zhuli_flow.store.sql.database import Database

OWNER, CLERK, TEMPLATE = "tables_owner", "office_account", "office_template"


@pytest.fixture(scope="session")
def accounts(server: Server) -> Server:
    """The server, with a role that owns tables and one that an office works with, and a database of theirs."""
    server.ask(f"CREATE ROLE {OWNER} LOGIN", f"CREATE ROLE {CLERK} LOGIN", f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}")
    made = Database(server.url(TEMPLATE, CLERK), owner=server.url(TEMPLATE, OWNER))
    made.create()
    with made.write() as connection:
        workflows.put(connection, name="zone", version="1", digest="d1", text="name: zone", document={}, at=AT)
    made.close()
    return server


@pytest.fixture
def kept(accounts: Server, tmp_path: Path) -> Iterator[Database]:
    """An office's database of two roles: made by the owner, used by the account."""
    name = accounts.fresh(TEMPLATE)
    made = Database(accounts.url(name, CLERK), owner=accounts.url(name, OWNER), copies=tmp_path)
    yield made
    made.close()
    accounts.drop(name)
