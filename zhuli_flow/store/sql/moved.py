"""The mark on an SQLite file whose office has moved to a server: it is read as before, and takes no entry any more."""

from __future__ import annotations

from zhuli_flow.store.sql.statements import Connection

REVISION = "moved"
"""What stands in the place of a revision; no program opens it as the database of an office."""

TRIGGER = "entry: this office has moved"
"""What a process hears that has had the file open since before."""


def mark(connection: Connection) -> None:
    """Mark the file, in the transaction that held it while it was copied."""
    connection.execute(f"CREATE TRIGGER entry_moved BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, '{TRIGGER}'); END")
    connection.execute("UPDATE alembic_version SET version_num = ?", (REVISION,))
