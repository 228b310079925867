"""Bringing live deadlines along when the calendar has changed: in the case, its history, its rows, and to people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never, get_args

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from zhuli_flow.calendar import Calendar
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.duties import letter_address
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.deadlines import recompute, reminders
from zhuli_flow.engine.deadlines.debtor import debtors
from zhuli_flow.engine.deadlines.recompute import Kind, Recomputed
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.history.new_entry import Content
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.deadline import Deadline
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import IntegrityBroken
from zhuli_flow.services import lookup
from zhuli_flow.services.cases import case_rows
from zhuli_flow.services.cases.deadline_rows import mirrored
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases, inbox
from zhuli_flow.store import deadlines as rows
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection

KINDS: tuple[Kind, ...] = get_args(Kind)
BATCH = 100
"""Cases in one transaction: others who write wait for no longer than that."""


class Side(msgspec.Struct, frozen=True):
    """A deadline before or after: its day, whether that may still move, and what remains while it is suspended."""

    due_on: date
    provisional: bool
    version: int
    calendar: str | None
    remaining: int | None


class ChangedDeadline(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline that a calendar changes, old → new, with the words for it, and the reasons that are new or gone.

    In a list with its ``case`` and whose that is; in the case's own history without.
    """

    case: str | UnsetType = UNSET
    applicant: str | UnsetType = UNSET
    deadline: str
    title: str
    kind: Kind
    old: Side
    new: Side
    text: str
    why: tuple[str, ...]
    why_before: tuple[str, ...]


class RecomputedEntry(Content, frozen=True):
    """What the entry of a case says: the changes, ``recomputed`` as list of ChangedDeadline, and who was told."""

    changes: Sequence[Json]
    recomputed: Json
    calendar: str
    told: tuple[str, ...]


class Recomputing(msgspec.Struct, frozen=True):
    """What computing anew came to: by kind of change, under the calendar of that version."""

    calendar: str
    cases: int
    deadlines: int
    moved: tuple[ChangedDeadline, ...]
    rest: tuple[ChangedDeadline, ...]
    certain: tuple[ChangedDeadline, ...]
    provisional: tuple[ChangedDeadline, ...]
    dry_run: bool


class Counts(msgspec.Struct, frozen=True):
    """How many deadlines a calendar changes, by kind of change."""

    moved: int
    rest: int
    certain: int
    provisional: int


@dataclass(slots=True)
class Report:
    """What computing anew found, deadline by deadline, under one calendar."""

    calendar: Calendar
    cases: int = 0
    deadlines: int = 0
    items: list[ChangedDeadline] = field(default_factory=list)

    def take(self, case: Case, workflow: Workflow, found: tuple[Recomputed, ...]) -> None:
        """Count a case that was looked at, and what changed in it."""
        self.cases += 1
        self.deadlines += sum(one.live for one in case.deadlines.values())
        changed = (_changed(workflow, one) for one in found)
        self.items += [replace(one, case=case.id, applicant=case.applicant.name) for one in changed]

    def of(self, kind: Kind) -> tuple[ChangedDeadline, ...]:
        """Those of one kind."""
        return tuple(one for one in self.items if one.kind == kind)

    def counts(self) -> Counts:
        """How many of each kind."""
        return Counts(*(len(self.of(kind)) for kind in KINDS))

    def summed(self, *, dry_run: bool) -> Recomputing:
        """The whole of it."""
        return Recomputing(
            calendar=self.calendar.version,
            cases=self.cases,
            deadlines=self.deadlines,
            moved=self.of("moved"),
            rest=self.of("rest"),
            certain=self.of("certain"),
            provisional=self.of("provisional"),
            dry_run=dry_run,
        )


def look(office: Office, calendar: Calendar) -> Report:
    """What would change under ``calendar``, whether it is the office's or not yet; nothing is written."""
    report = Report(calendar)
    for ids in _batches(office):
        with office.database.read() as connection:
            for stored in cases.by_ids(connection, ids).values():
                workflow = lookup.definition(connection, office, stored.case.digest)
                scope = CaseScope(workflow, stored.case, Facts(office.clock.now(), calendar, hours=office.hours))
                report.take(stored.case, workflow, recompute.recomputed(scope)[1])
    return report


def bring_along(office: Office) -> Report:
    """Compute every live deadline anew under the office's calendar; record and tell what changed, case by case.

    Interrupted, it leaves whole cases done and the others as they were; done twice, it changes nothing more.
    """
    report = Report(office.calendar)
    for ids in _batches(office):
        with office.database.write() as connection:
            for case_id in ids:
                _bring_along(connection, office, case_id, report)
    return report


def _batches(office: Office) -> Iterator[list[str]]:
    last = ""
    while True:
        with office.database.read() as connection:
            ids = rows.live_cases(connection, last, BATCH)
        if not ids:
            return
        yield ids
        last = ids[-1]


def _bring_along(connection: Connection, office: Office, case_id: str, report: Report) -> None:
    """One case, in the caller's transaction: its body, its history, its rows, and the people concerned."""
    stored = cases.by_ids(connection, [case_id])[case_id]
    workflow = lookup.definition(connection, office, stored.case.digest)
    now = Facts(office.clock.now(), office.calendar, hours=office.hours, held=lookup.held(connection, office))
    after, found = recompute.recomputed(CaseScope(workflow, stored.case, now))
    report.take(stored.case, workflow, found)
    if found:
        after = after.having(version=stored.case.version + 1)
        _record(connection, office, Question(workflow, after, SYSTEM_ACTOR, now), stored, found)
    _plan_again(connection, office, workflow, after)
    case_rows.bring_along(connection, office, workflow, stored.case, after)


def _record(
    connection: Connection, office: Office, question: Question, stored: Stored, found: tuple[Recomputed, ...]
) -> None:
    """The entry, the case it leads to, and a message for every deadline to who owes it."""
    case, changed = question.case, [_changed(question.workflow, one) for one in found]
    seats = {one.name: debtors(question, one.name) for one in found}
    told = dict.fromkeys(seat.person or seat.role for owing in seats.values() for seat in owing)
    steps = changes.json(changes.changes(stored.case, case))
    content = RecomputedEntry(steps, as_json(changed), office.calendar.version, (*told,))
    entry = entries.of_system(office, case, "deadline", "recompute", "按新日历重算期限", content)
    written = entries.write(connection, case.id, stored.seq, stored.head, entry)
    new = Stored(case, written.seq, written.hash, stored.kind)
    if not cases.update(connection, new, stored.case.version, office.clock.now()):
        raise IntegrityBroken(f"事项 {case.id} 在重算期限时被改动", fix="请运行 zhuli db check，再重新运行")
    for number, one in enumerate(changed):
        for seat in seats[one.deadline]:
            inbox.put(
                connection,
                key=f"{case.id}/{written.seq}/{number}/{seat.key}",
                text=f"{case.applicant.name}：{one.text}",
                at=office.clock.now(),
                person=seat.person or None,
                role=None if seat.person else seat.role,
                case_id=case.id,
                address=letter_address(question.workflow, case, seat.role),
            )


def _plan_again(connection: Connection, office: Office, workflow: Workflow, case: Case) -> None:
    """Mirror the deadlines as they are now; a new calendar also moves the reminders of days that stay."""
    known = {row.name: row for row in rows.of_case(connection, case.id)}
    new = []
    for name, deadline in case.deadlines.items():
        if deadline.live:
            row, was = mirrored(office, workflow, case.id, name, deadline), known.get(name)
            if was and was.version == row.version:
                row = row._replace(next_on=_next_look(connection, office, workflow, was, deadline))
            if row != was:
                new.append(row)
    rows.mirror(connection, new)


def _next_look(
    connection: Connection, office: Office, workflow: Workflow, row: rows.StoredDeadline, deadline: Deadline
) -> str | None:
    """The first day with something not done yet; what waits for the next sweep, or is over, is left as it is."""
    if row.next_on is None or row.next_on <= office.today.isoformat():
        return row.next_on
    done = rows.reminders_sent(connection, row)
    planned = reminders.reminders(workflow, row.name, deadline, office.calendar)
    days = [one.day for one in planned if one.offset not in done]
    if "overdue" not in done:
        days.append(reminders.day_after(deadline.due_on))
    return min(days).isoformat() if days else None


def _changed(workflow: Workflow, one: Recomputed) -> ChangedDeadline:
    old_why, new_why = one.old.why, one.new.why
    return ChangedDeadline(
        deadline=one.name,
        title=workflow.deadlines[one.name].title,
        kind=one.kind,
        old=_side(one.old),
        new=_side(one.new),
        text=_text(workflow, one),
        why=tuple(line for line in new_why if line not in old_why),
        why_before=tuple(line for line in old_why if line not in new_why),
    )


def _side(one: Deadline) -> Side:
    return Side(one.due_on, one.provisional, one.version, one.calendar or None, one.remaining)


def _text(workflow: Workflow, one: Recomputed) -> str:
    title, old, new = workflow.deadlines[one.name].title, one.old, one.new
    match one.kind:
        case "moved":
            return f"{title}因放假安排变化，由 {_day(old)} 改为 {_day(new)}"
        case "rest":
            return f"{title}已中止，因放假安排变化，剩余由 {old.remaining} 改为 {new.remaining}"
        case "certain":
            return f"{title} {new.due_on} 不再是暂定：放假安排已公布，日期不变"
        case "provisional":
            return f"{title} {new.due_on} 改标暂定：有关年份的放假安排未收录"
        case _:
            assert_never(one.kind)


def _day(one: Deadline) -> str:
    return f"{one.due_on}{'（暂定）' if one.provisional else ''}"
