"""The tables of procrastinate on PostgreSQL: jobs for the workers, beside the office's own tables and no part of them.

A job only says that something is to be done at once; what is to be done stands in the office's rows. So jobs are in no
backup, and a database that was put back or moved begins without any.
"""

from __future__ import annotations

import importlib
from typing import Any

from zhuli_flow.store.sql.postgresql import FIX_MISSING
from zhuli_flow.store.sql.sqlite import NOTHING_SAVED, unusable

TABLES = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")
GUARD = ("procrastinate_jobs", "procrastinate_jobs_notify_queue_job_inserted_v1")
"""Table and trigger by which a worker hears at once of a job."""

_LEFT = """DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\\_%'
        LOOP EXECUTE 'DROP FUNCTION ' || one.name || ' CASCADE'; END LOOP;
    FOR one IN SELECT oid::regtype AS name FROM pg_type WHERE typnamespace = current_schema()::regnamespace
        AND typname LIKE 'procrastinate\\_%' AND typtype IN ('c', 'e')
        LOOP EXECUTE 'DROP TYPE IF EXISTS ' || one.name || ' CASCADE'; END LOOP;
END $$"""


def procrastinate() -> Any:
    """The module ``procrastinate``. Raises InvalidInput where it is not installed."""
    try:
        return importlib.import_module("procrastinate")
    except ImportError as error:
        raise unusable("no_driver", f"本机没有安装 procrastinate；{NOTHING_SAVED}", FIX_MISSING) from error


def make(driver: Any) -> None:
    """Make them in the driver's transaction, as the library that is installed wants them."""
    procrastinate()
    from procrastinate.schema import SchemaManager

    driver.execute(SchemaManager.get_schema())


def drop(driver: Any) -> None:
    """Take them away, jobs and all; nothing where there are none."""
    driver.execute(f"DROP TABLE IF EXISTS {', '.join(TABLES)} CASCADE")
    driver.execute(_LEFT)
