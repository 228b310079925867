"""By which definition a case lives, beside what lists ask, and who is named in it: who may read is asked of rows.

The upgrade fills both in.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _listing()
    op.create_table(
        "reader",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reader_case_id_cases")),
        sa.PrimaryKeyConstraint("mark", "case_id", name=op.f("pk_reader")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reader_case_id", "reader", ["case_id"], unique=False)


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
        sa.Column("digest", sa.Text(), nullable=False),
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
    resting = sa.text("step_rests = 1 OR whole_rests = 1")
    op.create_index("ix_listing_rests", "listing", ["changed_at"], unique=False, sqlite_where=resting)
