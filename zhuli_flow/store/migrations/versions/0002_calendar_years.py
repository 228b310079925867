"""The years' holidays an office imports itself; a frozen copy of the table and its triggers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TRIGGERS = (
    """CREATE TRIGGER calendar_year_no_replace BEFORE INSERT ON calendar_year
        WHEN EXISTS (SELECT 1 FROM calendar_year WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'calendar_year: already imported'); END""",
    """CREATE TRIGGER calendar_year_no_update BEFORE UPDATE ON calendar_year
        BEGIN SELECT RAISE(ABORT, 'calendar_year: what deadlines were counted by never changes'); END""",
    """CREATE TRIGGER calendar_year_no_delete BEFORE DELETE ON calendar_year
        BEGIN SELECT RAISE(ABORT, 'calendar_year: what deadlines were counted by never changes'); END""",
)

GUARDS = tuple(
    f"CREATE TRIGGER calendar_year_{name} BEFORE {acts} ON calendar_year"
    f" FOR EACH {each} EXECUTE FUNCTION kept_as_written()"
    for name, acts, each in (("kept", "UPDATE OR DELETE", "ROW"), ("kept_whole", "TRUNCATE", "STATEMENT"))
)


def upgrade() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_calendar_year_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_year")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_calendar_year_year"), "calendar_year", ["year"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for trigger in TRIGGERS:
            op.execute(trigger)
    else:
        for statement in GUARDS:
            op.execute(statement)
