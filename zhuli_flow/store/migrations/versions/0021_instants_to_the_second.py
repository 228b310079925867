"""Instants that rows repeat of history are to the second, as history has them.

Rows written by the machine's clock had fractions, and how long a case stayed in a state was reckoned with them. The
upgrade makes the rows of stays anew from the history.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_SECOND = len("2018-10-08T01:00:00+00:00")
_INSTANTS = {
    "cases": ("opened_at", "updated_at"),
    "listing": ("changed_at", "entered_at"),
    "region_place": ("entered_at",),
    "queue_place": ("since",),
    "inbox": ("at",),
    "outbox": ("created_at",),
    "reminder_sent": ("sent_at",),
    "notice": ("ordered_at", "issued_at"),
}


def upgrade() -> None:
    for name, columns in _INSTANTS.items():
        table = sa.table(name, *map(sa.column, columns))
        for column in columns:
            cut = sa.func.substr(table.c[column], 1, _SECOND - 6) + "+00:00"
            op.execute(sa.update(table).where(sa.func.length(table.c[column]) > _SECOND).values({column: cut}))
    op.execute(sa.delete(sa.table("stay")))
