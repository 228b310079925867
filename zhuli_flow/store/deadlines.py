"""Deadlines as rows, so that a sweep finds what is due without opening a case; the truth stays in the case itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from zhuli_flow.store.sql.statements import Connection, Row, array, instant, rows, run, run_many


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
        "deadlines.mirror",
        [
            (
                one.case_id,
                one.name,
                one.version,
                one.title,
                one.state,
                one.due_on,
                one.next_on,
                one.provisional,
                one.whole_case,
            )
            for one in deadlines
        ],
    )


def due(
    connection: Connection, by: date, limit: int = 100, after: StoredDeadline | None = None
) -> list[StoredDeadline]:
    """Running deadlines on which something is due on ``by`` or earlier, the oldest first, those behind ``after``."""
    next_on, case_id, name = (after.next_on or "", after.case_id, after.name) if after else ("", "", "")
    where = {"next_on": next_on, "case_id": case_id, "name": name}
    return _deadlines(connection, "deadlines.due", by=by.isoformat(), limit=limit, **where)


def next_due(connection: Connection, after: date, until: date) -> date | None:
    """The first day after ``after``, ``until`` at the latest, on which something of a running deadline is due."""
    found = rows(connection, "deadlines.next_due", after=after.isoformat(), until=until.isoformat())
    return date.fromisoformat(found[0][0]) if found[0][0] else None


def running(connection: Connection, until: date | None = None, limit: int = 1000) -> list[StoredDeadline]:
    """Running deadlines whose last day is ``until`` or earlier (None: all), the most urgent first."""
    last = until.isoformat() if until else "9999-12-31"
    return _deadlines(connection, "deadlines.running", until=last, limit=limit)


def live_cases(connection: Connection, after: str = "", limit: int = 100) -> list[str]:
    """The next ids after ``after`` of cases with a running or suspended deadline, in their order."""
    return [row[0] for row in rows(connection, "deadlines.live_cases", after=after, limit=limit)]


def of_case(connection: Connection, case_id: str) -> list[StoredDeadline]:
    """Every deadline of a case, by name."""
    return _deadlines(connection, "deadlines.of_case", case_id=case_id)


def mark(connection: Connection, deadline: StoredDeadline, *, state: str, next_on: date | None) -> bool:
    """Note that a sweep has dealt with ``deadline``; False when the deadline has moved in the meantime."""
    changed = run(
        connection,
        "deadlines.mark",
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
        "deadlines.mark_running",
        [
            (next_on.isoformat() if next_on else None, deadline.case_id, deadline.name, deadline.version)
            for deadline, next_on in looks
        ],
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
        "sent_at": instant(at),
        "merged": int(merged),
    }
    return run(connection, "deadlines.record_reminder", sent).rowcount == 1


def record_reminders(connection: Connection, made: Sequence[tuple[StoredDeadline, str, bool]], at: datetime) -> None:
    """``record_reminder`` for many: each a deadline, the reminder, and whether it was merged."""
    now = instant(at)
    run_many(
        connection,
        "deadlines.record_reminder",
        [(one.case_id, one.name, one.version, remind, now, int(merged)) for one, remind, merged in made],
    )


def reminders_sent(connection: Connection, deadline: StoredDeadline) -> set[str]:
    """The reminders of this deadline, at its present day, that need not be sent any more."""
    found = rows(
        connection,
        "deadlines.reminders_sent",
        case_id=deadline.case_id,
        name=deadline.name,
        version=deadline.version,
    )
    return {row[0] for row in found}


def sent_in(connection: Connection, case_ids: Sequence[str]) -> dict[tuple[str, str, int], set[str]]:
    """``reminders_sent`` of every deadline of these cases, by (case id, name, version); none sent: no key."""
    if not case_ids:
        return {}
    found: dict[tuple[str, str, int], set[str]] = {}
    for case_id, name, version, remind in rows(connection, "deadlines.sent_in", case_ids=array(case_ids)):
        found.setdefault((case_id, name, version), set()).add(remind)
    return found


def _deadlines(connection: Connection, statement: str, **values: str | int) -> list[StoredDeadline]:
    return [_deadline(row) for row in rows(connection, statement, **values)]


def _deadline(row: Row) -> StoredDeadline:
    case_id, name, version, state, due_on, next_on, title, provisional, whole_case = row
    return StoredDeadline(case_id, name, version, state, due_on, next_on, title, bool(provisional), bool(whole_case))
