"""Run by alembic: migrates the connection it was handed, in that connection's own transaction."""

from __future__ import annotations

from alembic import context

from zhuli_flow.store.sql import account_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=account_tables.METADATA,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
