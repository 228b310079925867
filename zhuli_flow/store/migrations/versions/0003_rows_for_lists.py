"""The rows by which lists, work lists and registers find cases; the upgrade fills them once they are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _listing()
    op.create_table(
        "duty",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_duty_case_id_cases")),
        sa.PrimaryKeyConstraint("address", "case_id", name=op.f("pk_duty")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_link",
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_link_case_id_cases")),
        sa.PrimaryKeyConstraint("workflow", "field", "target", "case_id", name=op.f("pk_case_link")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_cases_ever_in_force", "cases", ["workflow"], unique=False, sqlite_where=sa.text("approved_once = 1")
    )


def _listing() -> None:
    op.create_table(
        "listing",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_kind", sa.Text(), nullable=False),
        sa.Column("applicant_id", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("step_yellow_on", sa.Text(), nullable=True),
        sa.Column("step_red_at", sa.Text(), nullable=True),
        sa.Column("step_rests", sa.Integer(), nullable=False),
        sa.Column("whole_yellow_on", sa.Text(), nullable=True),
        sa.Column("whole_red_at", sa.Text(), nullable=True),
        sa.Column("whole_rests", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state_kind IN ('initial', 'open', 'in_force', 'final')", name=op.f("ck_listing_state_kind")
        ),
        sa.CheckConstraint("step_rests IN (0, 1)", name=op.f("ck_listing_step_rests")),
        sa.CheckConstraint("whole_rests IN (0, 1)", name=op.f("ck_listing_whole_rests")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_listing_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_listing")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
