"""Numbers that were filled in, and an index of cases at rest; the upgrade fills the former in from the cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure",
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_figure_case_id_cases")),
        sa.PrimaryKeyConstraint("workflow", "field", "value", "case_id", name=op.f("pk_figure")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    resting = sa.text("step_rests = 1 OR whole_rests = 1")
    op.create_index("ix_listing_rests", "listing", ["changed_at"], unique=False, sqlite_where=resting)
