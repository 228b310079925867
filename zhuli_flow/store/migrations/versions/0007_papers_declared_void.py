"""An index of the papers declared void: the register of numbers counts them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_notice_void", "notice", ["series", "year"], unique=False, sqlite_where=sa.text("state = 'void'")
    )
