"""Statements about the jobs and the workers of an office on a server: procrastinate's own tables, only read here."""

from __future__ import annotations

from sqlalchemy import column, func, select, table

from zhuli_flow.store.sql.core.constructs import Among, value

_JOBS = table("procrastinate_jobs", column("task_name"), column("status"))
_WORKERS = table("procrastinate_workers", column("last_heartbeat"))

WAITING = (
    select(func.count()).select_from(_JOBS).where(_JOBS.c.status == "todo", Among(_JOBS.c.task_name, value("duties")))
)
SIGNS = select(_WORKERS.c.last_heartbeat, func.clock_timestamp())
"""By the server's clock, as the signs themselves are; no rehearsal has workers."""
