"""Jobs for the workers: put in the transaction of the act that makes the work, seen by them when it is committed.

Only on PostgreSQL, where several machines work for one office; an office in a file is looked through by its own
process. What is to be done stands in the rows, a job says that it is there: one too many finds nothing to do.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from zhuli_flow.store.sql import job_tables
from zhuli_flow.store.sql.statements import Connection

ISSUE, DELIVER = "issue", "deliver"
"""The duties that an act makes work for: papers of a case to be printed, letters to be sent."""


def put(connection: Connection, duty: str, about: str = "") -> None:
    """A job of ``duty``, about one case where one is named; those of the same duty and case run one at a time.

    Raises what the driver raises.
    """
    if connection.dialect != "postgresql":
        return
    library = job_tables.library()
    try:
        _app().configure_task(duty, lock=lock_of(duty, about), connection=connection.driver).defer(about=about)
    except library.exceptions.ConnectorException as error:
        raise error.__cause__ or error from None


def lock_of(duty: str, about: str = "") -> str:
    """By which jobs of one kind are kept apart."""
    return f"{duty}:{about}"


@lru_cache(maxsize=1)
def _app() -> Any:
    """The library's way of putting jobs, on whatever connection it is given; it opens none of its own."""
    library = job_tables.library()
    return library.App(connector=library.SyncPsycopgConnector())
