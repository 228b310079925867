"""Facts about the database itself, by name: the office chain's head, the last sweep, the heartbeat."""

from __future__ import annotations

from zhuli_flow.store.sql.statements import Connection, first, run


def put(connection: Connection, key: str, value: str) -> None:
    """Write a fact over the earlier one."""
    run(connection, "meta.put", {"key": key, "value": value})


def get(connection: Connection, key: str) -> str | None:
    """The fact, None when it was never written."""
    found = first(connection, "meta.get", key=key)
    return None if found is None else str(found[0])
