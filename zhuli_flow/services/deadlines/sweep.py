"""What is due today: reminders, overdue notices, what the system itself must do. Rows remember, the clock ticks.

What is due is dealt with in batches, oldest first, each batch in one transaction: being killed undoes a batch as a
whole, and the next sweep finds it due again; a reminder is keyed by (case, deadline, version, offset). A case that is
damaged costs only itself. Where the clock runs by itself and has made a leap, reminders still go, but what the system
would do that can't be undone waits until a person has confirmed the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from zhuli_flow.definitions.model.workflow import SYSTEM
from zhuli_flow.engine.deadlines import due_plan
from zhuli_flow.engine.deadlines.due_plan import Alike
from zhuli_flow.engine.history.new_entry import Noted
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.errors import RulesRefused, ZhuliError
from zhuli_flow.services import lookup
from zhuli_flow.services.cases.advance import advance_within
from zhuli_flow.services.deadlines.batch import Batch, Planned
from zhuli_flow.services.deadlines.calendar import refresh
from zhuli_flow.services.deadlines.due_plan import plan
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, meta
from zhuli_flow.store import deadlines as rows

BATCH = 200
"""Deadlines in one transaction: others who write wait for no longer than that."""

LAST = "last_sweep"
"""The fact in the database: when a sweep last ran on a clock that was not in doubt (UTC, ISO text)."""


class SweepLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a sweep did or could not do: about a ``deadline``, or an ``event`` that the system tried.

    ``kind``: remind, overdue, held, broken (damaged), fired, refused, stuck (something it needs is missing).
    """

    case: str
    kind: str
    deadline: str | UnsetType = UNSET
    event: str | UnsetType = UNSET
    text: str


@dataclass(slots=True)
class Report:
    """What one sweep did; ``items`` one line each, oldest first."""

    reminders: int = 0
    overdue: int = 0
    fired: int = 0
    items: list[SweepLine] = field(default_factory=list)

    @property
    def trouble(self) -> str:
        """What could not be dealt with because it is damaged, the first of them in words; empty when all is well."""
        return next((item.text for item in self.items if item.kind == "broken"), "")


Key = tuple[str, str, int]


def sweep(office: Office) -> Report:
    """Deal with everything due by today, oldest first, until nothing is left but what waits for the next sweep."""
    refresh(office)
    report, doubt = Report(), _doubt(office)
    waiting: set[Key] = set()
    while _once_through(office, report, doubt, waiting):
        pass
    if not (doubt or office.rehearsal):
        with office.database.write() as connection:
            meta.put(connection, LAST, _now(office))
    return report


def confirm_clock(office: Office, person: str) -> None:
    """``person`` answers for the clock as it stands now; recorded, and the next sweep does what was held back.

    Raises NotFound for somebody who is not in the directory.
    """
    with office.database.write() as connection:
        lookup.actor(connection, office, person)
        noted = Noted(changes=[["clock", "last_sweep", meta.get(connection, LAST), _now(office)]])
        meta.put(connection, LAST, _now(office))
        entries.write_office(connection, office, "confirm_clock", "确认时钟无误", person=person, content=noted)


def _doubt(office: Office) -> str:
    """What is odd about the clock, in words, by the last sweep (or, before any, the newest entry); empty: nothing."""
    if office.rehearsal:
        return ""
    with office.database.read() as connection:
        swept = meta.get(connection, LAST)
        known = swept or audit.latest_instant(connection)
    if known is None:
        return ""
    doubt = due_plan.doubt(datetime.fromisoformat(known), office.clock.now())
    if doubt and swept is None:  # what this sweep writes down must not vouch for its own clock at the next one
        with office.database.write() as connection:
            meta.put(connection, LAST, known)
    return doubt


def _now(office: Office) -> str:
    return office.clock.now().isoformat()


def _once_through(office: Office, report: Report, doubt: str, waiting: set[Key]) -> bool:
    """Every due deadline once, batch by batch; True when the system has acted, which may have made more due."""
    fired = report.fired
    with office.database.read() as connection:  # a sweep that finds nothing keeps no writer waiting
        due = rows.due(connection, office.today, 1)
    if not due:
        return False
    last = _batch(office, None, report, doubt, waiting)
    while last is not None:
        last = _batch(office, last, report, doubt, waiting)
    return report.fired > fired


def _batch(
    office: Office, last: rows.StoredDeadline | None, report: Report, doubt: str, waiting: set[Key]
) -> rows.StoredDeadline | None:
    """The next due deadlines after ``last``, in one transaction; returns the last of them, None when that was all.

    What is held, stuck or damaged joins ``waiting``: it stays due for the next sweep, and is met once in this one.
    """
    with office.database.write() as connection:
        due = rows.due(connection, office.today, BATCH, last)
        batch, alike = Batch.about(connection, office, due), Alike()
        for row in due:
            if key(row) not in waiting and not _one(batch, row, alike, report, doubt):
                waiting.add(key(row))
        batch.flush()
    return due[-1] if len(due) == BATCH else None


def key(row: rows.StoredDeadline) -> Key:
    """By which a deadline, at its present day, is known."""
    return row.case_id, row.name, row.version


def _one(batch: Batch, row: rows.StoredDeadline, alike: Alike, report: Report, doubt: str) -> bool:
    """Remind, tell and act on one deadline; False: held, stuck or damaged, so that it stays due."""
    try:
        planned = plan(batch, row, alike, doubt)
    except ZhuliError as error:
        report.items.append(_line(row, "broken", error.message))
        return False
    if planned is None:
        rows.mark(batch.connection, row, state="cancelled", next_on=None)
        return True
    _tell(batch, planned, report)
    needed = planned.plan
    if needed.held or (needed.event and not _fire(batch, planned, report)):
        return False
    batch.marks.append((row, None if needed.event else needed.next_on))  # refused: it is a person's now
    return True


def _tell(batch: Batch, planned: Planned, report: Report) -> None:
    """Put what is to be said into the batch and the report."""
    needed, stored = planned.plan, planned.stored
    batch.remind(planned.row, needed.reminders)
    for notice in needed.notifications:
        stored = batch.tell(stored, notice)
        if notice.event != due_plan.HOLD:
            report.reminders += notice.event == "remind"
            report.overdue += notice.event == due_plan.OVERDUE
            report.items.append(_line(planned.row, notice.event, notice.text))
    if needed.held:
        report.items.append(_line(planned.row, "held", needed.held))


def _line(row: rows.StoredDeadline, kind: str, text: str) -> SweepLine:
    return SweepLine(case=row.case_id, kind=kind, deadline=row.name, text=text)


def _fire(batch: Batch, planned: Planned, report: Report) -> bool:
    """The system acts: same path as a person. A refusal is recorded like anyone's and left to a person.

    False when something the act needs is missing (a linked workflow not in use): the next sweep tries again.
    """
    row, event = planned.row, planned.plan.event
    batch.flush()
    command = Command(event, request_id=f"due:{row.case_id}:{row.name}:{row.version}")
    because = due_plan.effect(planned.found)
    answer = advance_within(batch.connection, batch.office, row.case_id, SYSTEM, command, because=because)
    batch.forget()
    done = not isinstance(answer, ZhuliError)
    kind = "fired" if done else "refused" if isinstance(answer, RulesRefused) else "stuck"
    text = str(answer) if isinstance(answer, ZhuliError) else answer.title
    report.fired += done
    report.items.append(SweepLine(case=row.case_id, kind=kind, event=event, text=text))
    return kind != "stuck"
