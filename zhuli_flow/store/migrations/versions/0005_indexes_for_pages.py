"""Indexes for what lists ask page by page: what changed last, which deadline ends first, which paper bears a number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_listing_changed_at", "listing", ["changed_at"], unique=False)
    for name, state in (("due_on", "running"), ("rests", "suspended")):
        op.create_index(
            f"ix_deadline_{name}",
            "deadline",
            ["due_on", "case_id", "name"],
            unique=False,
            sqlite_where=sa.text(f"state = '{state}'"),
        )
    op.create_index("ix_notice_number", "notice", ["number"], unique=False)
    op.create_index("ix_notice_sha256", "notice", ["sha256"], unique=False)
