"""Work lists in pages: what is owed under an address, and by when; the upgrade fills it in from the cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("duty")  # made anew from the cases, as at its beginning
    op.create_table(
        "duty",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("owed", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.CheckConstraint("owed IN (0, 1)", name=op.f("ck_duty_owed")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_duty_case_id_cases")),
        sa.PrimaryKeyConstraint("address", "owed", "due_on", "case_id", name=op.f("pk_duty")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
