"""Jobs for the workers: put in the transaction of the act that makes the work, seen by them when it is committed.

Only on PostgreSQL, where several machines work for one office; an office in a file is looked through by its own
process. What is to be done stands in the rows, a job says that it is there: one too many finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from zhuli_flow.store.sql import job_tables
from zhuli_flow.store.sql.statements import Connection, array, first, rows

ISSUE, DELIVER = "issue", "deliver"
"""The duties that an act makes work for: papers of a case to be printed, letters to be sent."""
SILENT = timedelta(seconds=30)
"""A worker gives a sign of life every ten seconds; so long without one is its death."""


class Standing(NamedTuple):
    """How many jobs ``waiting`` for a worker, and how many workers are ``alive`` by the server's clock."""

    waiting: int
    alive: int


def put(connection: Connection, duty: str, about: str = "") -> None:
    """A job of ``duty``, about one case where one is named; those of the same duty and case run one at a time.

    Raises what the driver raises.
    """
    if connection.dialect != "postgresql":
        return
    procrastinate = job_tables.procrastinate()
    try:
        _app().configure_task(duty, lock=lock_of(duty, about), connection=connection.driver).defer(about=about)
    except procrastinate.exceptions.ConnectorException as error:
        raise error.__cause__ or error from None


def standing(connection: Connection, duties: Iterable[str]) -> Standing | None:
    """The jobs of these duties, and who is there to do them; None of an office in a file, which has none."""
    if connection.dialect != "postgresql":
        return None
    found = first(connection, "jobs.waiting", duties=array(list(duties)))
    signs = rows(connection, "jobs.signs")
    return Standing(int(found[0]) if found else 0, sum(now - sign <= SILENT for sign, now in signs))


def lock_of(duty: str, about: str = "") -> str:
    """By which jobs of one kind are kept apart."""
    return f"{duty}:{about}"


@lru_cache(maxsize=1)
def _app() -> Any:
    """The library's way of putting jobs, on whatever connection it is given; it opens none of its own."""
    procrastinate = job_tables.procrastinate()
    return procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
