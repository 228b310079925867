"""Where cases stand in regions beside their main line, and since when; the upgrade fills it in from the history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "region_place",
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_region_place_case_id_cases")),
        sa.PrimaryKeyConstraint("workflow", "state", "case_id", name=op.f("pk_region_place")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_region_place_state_case_id", "region_place", ["state", "case_id"], unique=False)
