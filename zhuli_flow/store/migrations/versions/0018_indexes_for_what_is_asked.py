"""Indexes for a list of cases by its last days, and for what happened in the office's own chain by event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    last_day = sa.text("coalesce(step_red_at, whole_red_at, '9999')")
    op.create_index("ix_listing_last_day", "listing", [last_day, "case_id"], unique=False)
    of_office = sa.text("case_id = 'office'")
    op.create_index("ix_entry_of_office", "entry", ["event", "seq"], unique=False, sqlite_where=of_office)
