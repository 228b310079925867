"""Messages lie under an address, so that a reader's are read and no others; the upgrade fills in that of each case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLUMNS = ("id", "key", "person", "role", "case_id", "text", "at", "read_at")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuilt()
    else:  # a table that others refer to can't be taken away there, and need not
        _added()
    for column in ("address", "case_id"):
        op.create_index(f"ix_inbox_{column}", "inbox", [column], unique=False)


def _added() -> None:
    for column in ("person", "role"):
        op.drop_index(f"ix_inbox_{column}", "inbox")
    op.add_column("inbox", sa.Column("address", sa.Text(), nullable=True))
    inbox = sa.table("inbox", *map(sa.column, ("person", "role", "address")))
    where = sa.case((inbox.c.person.is_not(None), sa.literal("@") + inbox.c.person), else_=inbox.c.role)
    op.execute(sa.update(inbox).values(address=where))
    op.alter_column("inbox", "address", nullable=False)


def _rebuilt() -> None:
    op.create_table(
        "inbox_addressed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("read_at", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.CheckConstraint("person IS NOT NULL OR role IS NOT NULL", name=op.f("ck_inbox_receiver")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inbox_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("key", name=op.f("uq_inbox_key")),
        sqlite_strict=True,
    )
    old, new = (sa.table(name, *map(sa.column, COLUMNS)) for name in ("inbox", "inbox_addressed"))
    where = sa.case((old.c.person.is_not(None), sa.literal("@") + old.c.person), else_=old.c.role)
    op.execute(
        sa.insert(sa.table("inbox_addressed", *map(sa.column, (*COLUMNS, "address")))).from_select(
            [*COLUMNS, "address"], sa.select(*(old.c[name] for name in COLUMNS), where)
        )
    )
    op.drop_table(old.name)
    op.rename_table(new.name, old.name)
