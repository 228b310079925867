"""承继: which organisation stands in the place of which; until then a renamed county was two units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "succession",
        sa.Column("predecessor", sa.Text(), nullable=False),
        sa.Column("successor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.CheckConstraint("predecessor <> successor", name=op.f("ck_succession_units")),
        sa.ForeignKeyConstraint(
            ["predecessor"], ["organisation.id"], name=op.f("fk_succession_predecessor_organisation")
        ),
        sa.ForeignKeyConstraint(["successor"], ["organisation.id"], name=op.f("fk_succession_successor_organisation")),
        sa.PrimaryKeyConstraint("predecessor", name=op.f("pk_succession")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_succession_successor"), "succession", ["successor"], unique=False)
