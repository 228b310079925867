"""The content of a PostgreSQL database exchanged for another's: by the owner of its tables, in one transaction."""

from __future__ import annotations

from pathlib import Path

from zhuli_flow.store.sql import schema, sqlite, transfer
from zhuli_flow.store.sql.account_tables import METADATA
from zhuli_flow.store.sql.server_tables import GUARDED
from zhuli_flow.store.sql.statements import Connection


def replace(old: Connection, new: Connection, source: Path) -> None:
    """The rows of ``old`` (the backup ``source``) in place of all in ``new``. InvalidInput for an older backup."""
    found = schema.revision(old, {name for (name,) in old.execute(_TABLES).fetchall()})
    if schema.state_of(found) != "current":
        raise sqlite.unusable(
            "older_backup",
            f"{source}: 备份还是旧结构（{found}，现为 {schema.REVISION}）；未改动任何内容",
            "请先另建一个 SQLite 环境，在那里 zhuli db restore、zhuli db upgrade，再恢复升级后的备份",
        )
    for table in GUARDED:
        new.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_kept_whole")
    new.execute(f"TRUNCATE {', '.join(METADATA.tables)}")
    for table in GUARDED:
        new.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_kept_whole")
    fill(old, new)


def fill(old: Connection, new: Connection) -> None:
    """The rows of ``old`` in the empty tables of ``new``, held against each other; numbering goes on from them."""
    transfer.copy_rows(old, new)
    transfer.require_same(old, new)
    for table in METADATA.tables.values():
        (key, *others) = table.primary_key.columns
        if not others and key.name == "id" and str(key.type) == "INTEGER":
            new.execute(_NEXT.format(table=table.name))


_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_NEXT = """SELECT setval(pg_get_serial_sequence('{table}', 'id'), COALESCE(MAX(id), 1), MAX(id) IS NOT NULL)
    FROM {table}"""
