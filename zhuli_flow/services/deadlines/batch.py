"""What the system tells about many cases, gathered first and written down together in the caller's transaction.

A batch knows the cases it is about, with the ends of their chains as they will be, and the reminders already sent;
nothing reaches the database before ``flush``: history, boxes, letters, reminders and marks, each by one statement.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, cast

from zhuli_flow.clock import local_date
from zhuli_flow.engine.authority.signoffs import Seat
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.errors import IntegrityBroken
from zhuli_flow.services.deadlines import entry_template
from zhuli_flow.services.delivery import deliver
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, cases, inbox, outbox
from zhuli_flow.store import deadlines as rows
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection, instant


class Telling(NamedTuple):
    """One message of the system about a deadline, to several seats, and the entry that goes with it.

    ``told`` is what the entry says beside the text, alike for many deadlines of one day; its values can be hashed.
    ``urgent``: it leaves the house at once; else it goes out with the day's digest.
    """

    event: str
    title: str
    text: str
    seats: Sequence[Seat]
    told: Mapping[str, object]
    urgent: bool = False


@dataclass(slots=True)
class Tidings:
    """One batch: what is known of its cases, and what is to be written about them."""

    connection: Connection
    office: Office
    now: datetime
    at: str
    today: date
    stored: dict[str, Stored | None]
    sent: dict[tuple[str, str, int], set[str]]
    ends: dict[str, int] = field(default_factory=dict)
    """The last number of each chain that grows, as the database has it."""
    history: list[audit.Entry] = field(default_factory=list)
    messages: list[inbox.NewMessage] = field(default_factory=list)
    letters: list[outbox.NewLetter] = field(default_factory=list)
    reminders: list[tuple[rows.StoredDeadline, str, bool]] = field(default_factory=list)
    looks: list[tuple[rows.StoredDeadline, date | None]] = field(default_factory=list)
    moulds: dict[Hashable, entry_template.Mould] = field(default_factory=dict)
    """Of the entries made since the last ``flush``: what one says is mostly true of the next."""

    @classmethod
    def about(cls, connection: Connection, office: Office, due: Sequence[rows.StoredDeadline]) -> Tidings:
        """A batch about these deadlines, their cases read in one go; a damaged one is met when it is asked for."""
        ids = list(dict.fromkeys(clock.case_id for clock in due))
        try:
            known: dict[str, Stored | None] = {**cases.by_ids(connection, ids)}
        except IntegrityBroken:
            known = {}
        now = office.clock.now()
        return cls(connection, office, now, instant(now), local_date(now), known, rows.sent_in(connection, ids))

    def case(self, case_id: str) -> Stored | None:
        """The case as it stands, with what this batch adds to its chain. Raises IntegrityBroken for a damaged one."""
        if case_id not in self.stored:
            self.stored[case_id] = cases.load(self.connection, case_id)
        return self.stored[case_id]

    def sent_of(self, clock: rows.StoredDeadline) -> set[str]:
        """The reminders of a deadline that need not be sent any more."""
        return self.sent.setdefault((clock.case_id, clock.name, clock.version), set())

    def remind(self, clock: rows.StoredDeadline, made: Sequence[tuple[str, bool]]) -> None:
        """Note reminders as sent, or (True) as merged into a later one."""
        self.sent_of(clock).update(remind for remind, _ in made)
        self.reminders += [(clock, remind, merged) for remind, merged in made]

    def tell(self, stored: Stored, telling: Telling) -> Stored:
        """Add an entry to the history of the case and a message to the box of every seat; returns the case after."""
        case = stored.case
        entry = self._mould(case, telling).entry(case.id, stored.seq, stored.head, telling.text)
        self.ends.setdefault(case.id, stored.seq)
        self.history.append(entry)
        after = self.stored[case.id] = Stored(case, entry.seq, entry.hash, stored.kind)
        for seat in telling.seats:
            self._message(case, entry, seat, telling)
        return after

    def _mould(self, case: Case, telling: Telling) -> entry_template.Mould:
        same: Hashable = (case.digest, case.state, case.version, telling.event, telling.title, *telling.told.values())
        found = self.moulds.get(same)
        if found is None:
            told = cast(Mapping[str, Json], telling.told)
            body = entries.of_system(self.office, case, "deadline", telling.event, telling.title, told)
            found = self.moulds[same] = entry_template.Mould(body)
        return found

    def _message(self, case: Case, entry: audit.Entry, seat: Seat, telling: Telling) -> None:
        """Into the box; what is urgent also leaves the house, once for a contact that holds several of the seats."""
        person, role = seat.person or None, None if seat.person else seat.role
        key = f"{case.id}/{entry.seq}/{seat.key}"
        self.messages.append(inbox.NewMessage(key, person, role, case.id, telling.text, self.at))
        if telling.urgent:
            same = f"{case.id}/{entry.seq}"
            to = {"person": person, "role": role, "case_id": case.id}
            self.letters.append(deliver.message(key, telling.title, telling.text, self.now, same=same, **to))

    def flush(self) -> None:
        """Write down everything gathered so far; what is known of the cases stays."""
        connection, ends = self.connection, self.ends
        audit.append_many(connection, self.history)
        grown = ((case_id, was, self.stored[case_id]) for case_id, was in ends.items())
        cases.extend_chains(connection, [(case_id, was, one.seq, one.head) for case_id, was, one in grown if one])
        inbox.put_many(connection, self.messages)
        outbox.put_many(connection, self.letters)
        rows.record_reminders(connection, self.reminders, self.now)
        rows.mark_many(connection, self.looks)
        for gathered in (self.history, self.messages, self.letters, self.reminders, self.looks, ends, self.moulds):
            gathered.clear()

    def forget(self) -> None:
        """An act may have changed any case: read each anew when it is next asked for. Only after ``flush``."""
        self.stored.clear()
