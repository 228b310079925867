"""Personal data stand beside the history, which binds them by salted commitments; so they can be erased by law.

Entries written before stay as they are: what they say openly can't be taken out of them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TRIGGERS = (
    """CREATE TRIGGER personal_value_only_erased BEFORE UPDATE ON personal_value
        WHEN NEW.text IS NOT NULL OR NEW.case_id <> OLD.case_id OR NEW.commitment <> OLD.commitment
        OR NEW.name <> OLD.name
        BEGIN SELECT RAISE(ABORT, 'personal_value: may only be erased'); END""",
    """CREATE TRIGGER personal_value_no_delete BEFORE DELETE ON personal_value
        BEGIN SELECT RAISE(ABORT, 'personal_value: may only be erased'); END""",
)


def upgrade() -> None:
    op.create_table(
        "personal_value",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.CheckConstraint("(salt IS NULL) = (text IS NULL)", name=op.f("ck_personal_value_erased")),
        sa.PrimaryKeyConstraint("case_id", "commitment", name=op.f("pk_personal_value")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        for trigger in _TRIGGERS:
            op.execute(trigger)
