"""Indexes for who holds a role where: asked of one area, not of everybody."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_organisation_level_city", "organisation", ["level", "city"], unique=False)
    op.create_index("ix_organisation_level_county", "organisation", ["level", "county"], unique=False)
    op.create_index("ix_person_organisation", "person", ["organisation"], unique=False)
