"""How long cases were in each state, and since when they are in theirs; the upgrade fills it in from the history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _listing()
    op.create_table(
        "stay",
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_stay_case_id_cases")),
        sa.PrimaryKeyConstraint("workflow", "state", "seconds", "case_id", "version", name=op.f("pk_stay")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _listing() -> None:
    op.drop_table("listing")  # made anew from the cases, as at its beginning
    op.create_table(
        "listing",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_kind", sa.Text(), nullable=False),
        sa.Column("applicant_id", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.Text(), nullable=False),
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
    for columns in (["changed_at"], ["workflow"], ["city", "workflow"], ["applicant_id", "workflow"]):
        op.create_index(f"ix_listing_{'_'.join(columns)}", "listing", columns, unique=False)
