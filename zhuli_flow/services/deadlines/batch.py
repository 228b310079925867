"""What the system tells about many cases, gathered first and written down together in the caller's transaction.

A batch knows the cases it is about, with the ends of their chains as they will be, and the reminders already sent;
nothing reaches the database before ``flush``: history, boxes, letters, reminders and marks, each by one statement.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from zhuli_flow.engine.authority.duties import letter_address
from zhuli_flow.engine.authority.signoffs import Seat
from zhuli_flow.engine.deadlines.due_plan import DueDeadline, Notification, Plan
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.errors import IntegrityBroken
from zhuli_flow.services import lookup
from zhuli_flow.services.deadlines import entry_template
from zhuli_flow.services.delivery import deliver
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, cases, inbox, outbox
from zhuli_flow.store import deadlines as rows
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection, instant


class Planned(NamedTuple):
    """A row of the sweep, its case, the deadline it speaks for, and what the law says that it needs."""

    row: rows.StoredDeadline
    stored: Stored
    found: DueDeadline
    plan: Plan


@dataclass(slots=True)
class Batch:
    """One batch: what is known of its cases, and what is to be written about them."""

    connection: Connection
    office: Office
    now: datetime
    at: str
    facts: Facts
    """What the law may know of this moment."""
    stored: dict[str, Stored | None]
    sent: dict[tuple[str, str, int], set[str]]
    ends: dict[str, int] = field(default_factory=dict)
    """The last number of each chain that grows, as the database has it."""
    history: list[audit.Entry] = field(default_factory=list)
    messages: list[inbox.NewMessage] = field(default_factory=list)
    letters: list[outbox.NewLetter] = field(default_factory=list)
    reminders: list[tuple[rows.StoredDeadline, str, bool]] = field(default_factory=list)
    marks: list[tuple[rows.StoredDeadline, date | None]] = field(default_factory=list)
    templates: dict[Hashable, entry_template.EntryTemplate] = field(default_factory=dict)
    """Of the entries made since the last ``flush``: what one says is mostly true of the next."""

    @classmethod
    def about(cls, connection: Connection, office: Office, due: Sequence[rows.StoredDeadline]) -> Batch:
        """A batch about these deadlines, their cases read in one go; a damaged one is met when it is asked for."""
        ids = list(dict.fromkeys(row.case_id for row in due))
        try:
            known: dict[str, Stored | None] = {**cases.by_ids(connection, ids)}
        except IntegrityBroken:
            known = {}
        now = office.clock.now()
        facts = Facts(now, office.calendar, hours=office.hours, held=lookup.held(connection, office))
        return cls(connection, office, now, instant(now), facts, known, rows.sent_in(connection, ids))

    def case(self, case_id: str) -> Stored | None:
        """The case as it stands, with what this batch adds to its chain. Raises IntegrityBroken for a damaged one."""
        if case_id not in self.stored:
            self.stored[case_id] = cases.load(self.connection, case_id)
        return self.stored[case_id]

    def sent_of(self, row: rows.StoredDeadline) -> set[str]:
        """The reminders of a deadline that need not be sent any more."""
        return self.sent.setdefault((row.case_id, row.name, row.version), set())

    def remind(self, row: rows.StoredDeadline, made: Sequence[tuple[str, bool]]) -> None:
        """Note reminders as sent, or (True) as merged into a later one."""
        self.sent_of(row).update(remind for remind, _ in made)
        self.reminders += [(row, remind, merged) for remind, merged in made]

    def tell(self, stored: Stored, notice: Notification) -> Stored:
        """Add an entry to the history of the case and a message to the box of every seat; returns the case after."""
        case = stored.case
        entry = self._template(case, notice).entry(case.id, stored.seq, stored.head, notice.text)
        self.ends.setdefault(case.id, stored.seq)
        self.history.append(entry)
        after = self.stored[case.id] = Stored(case, entry.seq, entry.hash, stored.kind)
        for seat in notice.seats:
            self._message(case, entry, seat, notice)
        return after

    def _template(self, case: Case, notice: Notification) -> entry_template.EntryTemplate:
        same: Hashable = (case.digest, case.state, case.version, notice.event, notice.title, notice.told)
        found = self.templates.get(same)
        if found is None:
            entry = entries.of_system(self.office, case, "deadline", notice.event, notice.title, notice.told)
            found = self.templates[same] = entry_template.EntryTemplate(entry)
        return found

    def _message(self, case: Case, entry: audit.Entry, seat: Seat, notice: Notification) -> None:
        """Into the box; what is urgent also leaves the house, once for a contact that holds several of the seats."""
        person, role = seat.person or None, None if seat.person else seat.role
        key = f"{case.id}/{entry.seq}/{seat.key}"
        workflow = lookup.definition(self.connection, self.office, case.digest)
        address = f"@{person}" if person else letter_address(workflow, case, seat.role)
        self.messages.append(inbox.NewMessage(key, person, role, case.id, notice.text, self.at, address))
        if notice.urgent:
            same = f"{case.id}/{entry.seq}"
            to = {"person": person, "role": role, "case_id": case.id}
            self.letters.append(deliver.message(key, notice.title, notice.text, self.now, same=same, **to))

    def flush(self) -> None:
        """Write down everything gathered so far; what is known of the cases stays."""
        connection, ends = self.connection, self.ends
        audit.append_many(connection, self.history)
        grown = ((case_id, was, self.stored[case_id]) for case_id, was in ends.items())
        cases.extend_chains(connection, [(case_id, was, one.seq, one.head) for case_id, was, one in grown if one])
        inbox.put_many(connection, self.messages)
        outbox.put_many(connection, self.letters)
        rows.record_reminders(connection, self.reminders, self.now)
        rows.mark_many(connection, self.marks)
        for gathered in (self.history, self.messages, self.letters, self.reminders, self.marks, ends, self.templates):
            gathered.clear()

    def forget(self) -> None:
        """An act may have changed any case: read each anew when it is next asked for. Only after ``flush``."""
        self.stored.clear()
