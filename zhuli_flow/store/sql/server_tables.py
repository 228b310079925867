"""What is wrong with the tables of a PostgreSQL database: held against those that the program knows."""

from __future__ import annotations

from sqlalchemy import Table

from zhuli_flow.store.sql import job_tables
from zhuli_flow.store.sql.account_tables import METADATA
from zhuli_flow.store.sql.statements import Connection

GUARDED = ("entry", "definition", "calendar_year")
GUARDS = (
    ("entry", "entry_only_next"),
    job_tables.GUARD,
    *((table, f"{table}_{name}") for table in GUARDED for name in ("kept", "kept_whole")),
)
"""Table and trigger: against bugs. Who owns the tables can drop them, not the chain."""

_COLUMNS = """SELECT table_name, column_name, is_nullable = 'YES', collation_name
    FROM information_schema.columns WHERE table_schema = current_schema()"""
_INDEXES = "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = current_schema()"
_CONSTRAINTS = """SELECT conrelid::regclass::text, conname FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace AND convalidated"""
_TRIGGERS = """SELECT tgrelid::regclass::text, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND relnamespace = current_schema()::regnamespace"""


def faults(connection: Connection) -> list[str]:
    """Columns, indexes, constraints and guards that are missing or not as the program makes them, in words."""
    columns = {row[:2]: row[2:] for row in connection.execute(_COLUMNS).fetchall()}
    named = {
        "索引": set(connection.execute(_INDEXES).fetchall()),
        "约束": set(connection.execute(_CONSTRAINTS).fetchall()),
        "触发器": set(connection.execute(_TRIGGERS).fetchall()),
    }
    lacking = [("触发器", *guard) for guard in GUARDS if guard not in named["触发器"]]
    for table in METADATA.sorted_tables:
        lacking += [
            ("字段", table.name, one.name) for one in table.columns if not _is(one.nullable, columns, table, one.name)
        ]
        lacking += [
            ("索引", table.name, str(one.name)) for one in table.indexes if (table.name, one.name) not in named["索引"]
        ]
        lacking += [
            ("约束", table.name, str(one.name))
            for one in table.constraints
            if one.name is not None and (table.name, str(one.name)) not in named["约束"]
        ]
    return [f"结构：缺少{kind} {table}.{name}，或与程序要求的不同" for kind, table, name in sorted(lacking)]


def _is(
    nullable: bool | None, columns: dict[tuple[str, ...], tuple[bool, str | None]], table: Table, name: str
) -> bool:
    """Whether the column is there, empty only where it may be, and of text compared by its bytes."""
    found = columns.get((table.name, name))
    is_text = str(table.columns[name].type) == "TEXT"
    return found is not None and found[0] == bool(nullable) and (not is_text or found[1] == "C")
