"""Deadlines as rows, so that a sweep finds what is due without opening a case; the truth stays in the case itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from zhuli_flow.store.sql.statements import Row, instant, one_of, rows, run, run_many

_COLUMNS = "case_id, name, version, state, due_on, next_on, title, provisional, whole_case"


class StoredDeadline(NamedTuple):
    """One deadline of one case, a row of the table.

    ``due_on`` is the last day, ``next_on`` the next day something is due (None: nothing). ``state`` is running,
    suspended, met, cancelled or fired; ``version`` grows whenever the day moves.
    """

    case_id: str
    name: str
    version: int
    state: str
    due_on: str | None
    next_on: str | None
    title: str = ""
    provisional: bool = False
    whole_case: bool = False


def mirror(connection: Connection, deadlines: Iterable[StoredDeadline]) -> None:
    """Write the rows of deadlines as their case has them now, over what was there."""
    run_many(
        connection,
        f"INSERT INTO deadline ({_COLUMNS}) VALUES (:case_id, :name, :version, :state, :due_on, :next_on, :title,"  # noqa: S608 - ours
        " :provisional, :whole_case) ON CONFLICT (case_id, name) DO UPDATE SET version = excluded.version,"
        " title = excluded.title, state = excluded.state, due_on = excluded.due_on, next_on = excluded.next_on,"
        " provisional = excluded.provisional, whole_case = excluded.whole_case",
        list(deadlines),
    )


def due(
    connection: Connection, by: date, limit: int = 100, after: StoredDeadline | None = None
) -> list[StoredDeadline]:
    """Running deadlines on which something is due on ``by`` or earlier, the oldest first, those behind ``after``."""
    next_on, case_id, name = (after.next_on or "", after.case_id, after.name) if after else ("", "", "")
    return _deadlines(
        connection,
        "state = 'running' AND next_on <= :by AND (next_on, case_id, name) > (:next_on, :case_id, :name)"
        " ORDER BY next_on, case_id, name LIMIT :limit",
        by=by.isoformat(),
        limit=limit,
        next_on=next_on,
        case_id=case_id,
        name=name,
    )


def next_due(connection: Connection, after: date, until: date) -> date | None:
    """The first day after ``after``, ``until`` at the latest, on which something of a running deadline is due."""
    found = rows(
        connection,
        "SELECT MIN(next_on) FROM deadline WHERE state = 'running' AND next_on > :after AND next_on <= :until",
        after=after.isoformat(),
        until=until.isoformat(),
    )
    return date.fromisoformat(found[0][0]) if found[0][0] else None


def running(connection: Connection, until: date | None = None, limit: int = 1000) -> list[StoredDeadline]:
    """Running deadlines whose last day is ``until`` or earlier (None: all), the most urgent first."""
    return _deadlines(
        connection,
        "state = 'running' AND due_on <= :until ORDER BY due_on, case_id, name LIMIT :limit",
        until=until.isoformat() if until else "9999-12-31",
        limit=limit,
    )


def live_cases(connection: Connection, after: str = "", limit: int = 100) -> list[str]:
    """The next ids after ``after`` of cases with a running or suspended deadline, in their order."""
    found = rows(
        connection,
        "SELECT DISTINCT case_id FROM deadline WHERE state IN ('running', 'suspended') AND case_id > :after"
        " ORDER BY case_id LIMIT :limit",
        after=after,
        limit=limit,
    )
    return [row[0] for row in found]


def of_case(connection: Connection, case_id: str) -> list[StoredDeadline]:
    """Every deadline of a case, by name."""
    return _deadlines(connection, "case_id = :case_id ORDER BY name", case_id=case_id)


def mark(connection: Connection, deadline: StoredDeadline, *, state: str, next_on: date | None) -> bool:
    """Note that a sweep has dealt with ``deadline``; False when the deadline has moved in the meantime."""
    changed = run(
        connection,
        "UPDATE deadline SET state = :state, next_on = :next_on WHERE case_id = :case_id AND name = :name"
        " AND version = :version AND state = :was",
        {
            "case_id": deadline.case_id,
            "name": deadline.name,
            "version": deadline.version,
            "was": deadline.state,
            "state": state,
            "next_on": next_on.isoformat() if next_on else None,
        },
    )
    return changed.rowcount == 1


def mark_many(connection: Connection, looks: Sequence[tuple[StoredDeadline, date | None]]) -> None:
    """``mark`` for running deadlines that stay so: each with the next day on which something is due."""
    run_many(
        connection,
        "UPDATE deadline SET next_on = :next_on WHERE case_id = :case_id AND name = :name"
        " AND version = :version AND state = 'running'",
        [
            (next_on.isoformat() if next_on else None, deadline.case_id, deadline.name, deadline.version)
            for deadline, next_on in looks
        ],
    )


_REMINDER = (
    "INSERT INTO reminder_sent (case_id, name, version, remind, sent_at, merged)"
    " VALUES (:case_id, :name, :version, :remind, :at, :merged)"
    " ON CONFLICT (case_id, name, version, remind) DO NOTHING"
)


def record_reminder(
    connection: Connection, deadline: StoredDeadline, remind: str, at: datetime, *, merged: bool = False
) -> bool:
    """Note a reminder (``-3wd``) as sent, or as merged into a later one; False when it already was: don't repeat it."""
    sent = {
        "case_id": deadline.case_id,
        "name": deadline.name,
        "version": deadline.version,
        "remind": remind,
        "at": instant(at),
        "merged": int(merged),
    }
    return run(connection, _REMINDER, sent).rowcount == 1


def record_reminders(connection: Connection, made: Sequence[tuple[StoredDeadline, str, bool]], at: datetime) -> None:
    """``record_reminder`` for many: each a deadline, the reminder, and whether it was merged."""
    now = instant(at)
    run_many(
        connection,
        _REMINDER,
        [(one.case_id, one.name, one.version, remind, now, int(merged)) for one, remind, merged in made],
    )


def reminders_sent(connection: Connection, deadline: StoredDeadline) -> set[str]:
    """The reminders of this deadline, at its present day, that need not be sent any more."""
    found = rows(
        connection,
        "SELECT remind FROM reminder_sent WHERE case_id = :case_id AND name = :name AND version = :version",
        case_id=deadline.case_id,
        name=deadline.name,
        version=deadline.version,
    )
    return {row[0] for row in found}


def sent_in(connection: Connection, case_ids: Sequence[str]) -> dict[tuple[str, str, int], set[str]]:
    """``reminders_sent`` of every deadline of these cases, by (case id, name, version); none sent: no key."""
    if not case_ids:
        return {}
    places, values = one_of(case_ids)
    query = f"SELECT case_id, name, version, remind FROM reminder_sent WHERE case_id IN ({places})"  # noqa: S608 - ours
    found: dict[tuple[str, str, int], set[str]] = {}
    for case_id, name, version, remind in rows(connection, query, **values):
        found.setdefault((case_id, name, version), set()).add(remind)
    return found


def _deadlines(connection: Connection, condition: str, **values: str | int) -> list[StoredDeadline]:
    query = f"SELECT {_COLUMNS} FROM deadline WHERE {condition}"  # noqa: S608 - ours
    return [_deadline(row) for row in rows(connection, query, **values)]


def _deadline(row: Row) -> StoredDeadline:
    case_id, name, version, state, due_on, next_on, title, provisional, whole_case = row
    return StoredDeadline(case_id, name, version, state, due_on, next_on, title, bool(provisional), bool(whole_case))
