"""Who has read which message, and when; until then no message could be marked as read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_read",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["inbox.id"], name=op.f("fk_message_read_message_id_inbox")),
        sa.PrimaryKeyConstraint("person", "message_id", name=op.f("pk_message_read")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
