"""Facts about the database itself, by name: the office chain's head, the last sweep, the heartbeat."""

from __future__ import annotations

from sqlalchemy import Connection

from zhuli_flow.store.sql.statements import first, run


def put(connection: Connection, key: str, value: str) -> None:
    """Write a fact over the earlier one."""
    run(
        connection,
        "INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        {"key": key, "value": value},
    )


def get(connection: Connection, key: str) -> str | None:
    """The fact, None when it was never written."""
    found = first(connection, "SELECT value FROM meta WHERE key = :key", key=key)
    return None if found is None else str(found[0])
