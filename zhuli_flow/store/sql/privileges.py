"""Who may do what to the tables on PostgreSQL: the office's own account adds to history and can't change it."""

from __future__ import annotations

from typing import Any

from zhuli_flow.store.sql import job_tables
from zhuli_flow.store.sql.account_tables import METADATA
from zhuli_flow.store.sql.statements import Connection

WRITTEN_ONCE = ("entry", "definition", "calendar_year", "merkle_node")
"""Tables whose rows never change: the account of the office may read them and add to them."""


def grant(driver: Any, role: str) -> None:
    """Let ``role`` work with the tables of the current schema, in the driver's transaction; nothing if it owns them."""
    from psycopg import sql

    if driver.execute("SELECT current_user = %s", (role,)).fetchone()[0]:
        return
    whom = sql.Identifier(role)
    schema = sql.Identifier(driver.execute("SELECT current_schema()").fetchone()[0])
    driver.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, whom))
    driver.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {} TO {}").format(schema, whom))
    driver.execute(sql.SQL("GRANT SELECT ON alembic_version TO {}").format(whom))
    for table in (*METADATA.tables, *job_tables.TABLES):
        acts = "SELECT, INSERT" if table in WRITTEN_ONCE else "SELECT, INSERT, UPDATE, DELETE"
        asked = sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(acts), sql.Identifier(table), whom)
        driver.execute(asked)


def too_mighty(connection: Connection) -> list[str]:
    """The tables of history that this account could change, by the server's own word: owner, superuser, granted."""
    asked = "SELECT has_table_privilege(%s, 'UPDATE') OR has_table_privilege(%s, 'DELETE, TRUNCATE')"
    return [one for one in WRITTEN_ONCE if connection.execute(asked, (one, one)).fetchone()[0]]
