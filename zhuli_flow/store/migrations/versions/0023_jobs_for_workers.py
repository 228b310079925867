"""On PostgreSQL: the tables of jobs, by which the workers of several machines share what there is to do.

They hold nothing that can't be found in the office's rows. A later procrastinate that wants other tables gets a
migration that takes these away and makes its own.
"""

from __future__ import annotations

from alembic import op

from zhuli_flow.store.sql import job_tables

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        job_tables.make(bind.connection.driver_connection)
