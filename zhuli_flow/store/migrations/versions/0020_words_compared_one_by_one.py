"""A check that a column holds one of several words compares them one by one, not by ``IN``.

SQLite makes a table in memory of more than two words each time a row is written: two such tables, of ``cases`` and of
``listing``, were a thirtieth of an act. The text of a check stands in the schema alone, so no row is rewritten; this is
the way that SQLite's own documentation of ALTER TABLE gives for it. Other databases make no such table.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_WORDS = re.compile(r"(\w+) IN \(('\w+'(?:, '\w+'){2,})\)")


def upgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        return
    schema = sa.table("sqlite_master", *map(sa.column, ("type", "name", "sql")))
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    tables = connection.execute(sa.select(schema.c.name, schema.c.sql).where(schema.c.type == "table")).all()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    try:
        for name, text in tables:
            this = (schema.c.type == "table") & (schema.c.name == name)
            connection.execute(sa.update(schema).where(this).values(sql=_WORDS.sub(_one_by_one, text)))
        connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")  # other connections read it anew
    finally:
        connection.exec_driver_sql("PRAGMA writable_schema=RESET")  # and so does this one


def _one_by_one(found: re.Match[str]) -> str:
    return " OR ".join(f"{found[1]} = {word}" for word in found[2].split(", "))
