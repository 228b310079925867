"""Deadlines as rows, so that a sweep finds what is due without opening a case; the truth stays in the case itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from zhuli_flow.engine.authority.reach import EVERYTHING, Reach
from zhuli_flow.errors import InvalidInput
from zhuli_flow.store.case_filter import within
from zhuli_flow.store.sql.statements import Connection, Row, Statement, array, first, instant, rows, run, run_many

LIVE = ("running", "suspended")
"""The states of an open deadline, in the order of a list."""
_PAGES = {"running": "deadlines.running", "suspended": "deadlines.suspended"}
_COUNTS = {"running": "deadlines.count_running", "suspended": "deadlines.count_suspended"}


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


class Place(NamedTuple):
    """Where a deadline stands among the open ones: those that run by their last day, then the suspended ones."""

    state: str
    due_on: str
    case_id: str
    name: str

    def __str__(self) -> str:
        return "~".join(self)

    @classmethod
    def read(cls, text: str) -> Place:
        """The place that ``str`` wrote. Raises InvalidInput for anything else."""
        parts = text.split("~")
        if len(parts) != len(cls._fields) or parts[0] not in LIVE:
            raise InvalidInput(f"“{text}”不是一页的起点", fix="请照上一页末尾给出的“下一页”填写")
        return cls(*parts)


@dataclass(frozen=True, slots=True)
class Open:
    """Which open deadlines are asked for: those of a case (empty: any), those that run and end by a day (None: any).

    ``reach``: only of cases in somebody's reach.
    """

    case_id: str = ""
    until: date | None = None
    reach: Reach = EVERYTHING


def page(connection: Connection, wanted: Open, limit: int, after: Place | None = None) -> list[StoredDeadline]:
    """Open deadlines: those that run, the soonest last day first, then the suspended ones; those behind a place."""
    found = list[StoredDeadline]()
    for state in _open_states(wanted)[LIVE.index(after.state) if after else 0 :]:
        names, values = _narrowed(wanted)
        if after is not None and after.state == state:
            names = (*names, "deadlines.beyond")
            values |= {"due_on": after.due_on, "beyond": after.case_id, "name": after.name}
        if len(found) < limit:
            found += _deadlines(connection, (_PAGES[state], *names), limit=limit - len(found), **values)
    return found


def count(connection: Connection, wanted: Open) -> int:
    """How many open deadlines there are of these."""
    names, values = _narrowed(wanted)
    found = (first(connection, (_COUNTS[state], *names), **values) for state in _open_states(wanted))
    return sum(int(row[0]) for row in found if row)


def past(connection: Connection, by: date, names: Collection[str], reach: Reach = EVERYTHING) -> list[str]:
    """The cases with a running deadline of one of these names whose last day is ``by`` or earlier, by id.

    ``reach``: only those in somebody's reach.
    """
    conditions, whose = within(reach, "deadlines.readable")
    asked = {"by": by.isoformat(), "names": array(sorted(names)), **whose}
    return [row[0] for row in rows(connection, ("deadlines.past", *conditions), **asked)] if names else []


class Past(NamedTuple):
    """A running deadline past its last day: of which case, by which name, under which definition (its digest)."""

    case_id: str
    name: str
    digest: str


def past_at(connection: Connection, by: date, names: Collection[str], addresses: Collection[str]) -> list[Past]:
    """The running deadlines so called whose last day is ``by`` or earlier, of cases that lie at these addresses."""
    if not names:
        return []
    given = {"names": array(sorted(names)), "addresses": array(sorted(addresses))}
    return [Past(*row) for row in rows(connection, "deadlines.past_at", by=by.isoformat(), **given)]


def _open_states(wanted: Open) -> tuple[str, ...]:
    """A suspended deadline ends by no day."""
    return LIVE[:1] if wanted.until else LIVE


def _narrowed(wanted: Open) -> tuple[tuple[str, ...], dict[str, str]]:
    """The conditions by name, and their values."""
    last = wanted.until.isoformat() if wanted.until else ""
    asked = {"deadlines.until": ("until", last), "deadlines.in_case": ("case_id", wanted.case_id)}
    chosen = {name: given for name, given in asked.items() if given[1]}
    names, whose = within(wanted.reach, "deadlines.readable")
    return (*chosen, *names), dict(chosen.values()) | whose


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


def _deadlines(connection: Connection, statement: Statement, **values: str | int) -> list[StoredDeadline]:
    return [_deadline(row) for row in rows(connection, statement, **values)]


def _deadline(row: Row) -> StoredDeadline:
    case_id, name, version, state, due_on, next_on, title, provisional, whole_case = row
    return StoredDeadline(case_id, name, version, state, due_on, next_on, title, bool(provisional), bool(whole_case))
