"""The deadlines that a person owes as an iCalendar feed (RFC 5545): all-day events that move when the deadline moves.

A feed is for looking; programs fetch it when they like, so it replaces no reminder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date

from zhuli_flow.services.cases import view, worklist
from zhuli_flow.services.cases.case_view import CasePage, DeadlineShown
from zhuli_flow.services.office import Office
from zhuli_flow.support.all_day_events import AllDayEvent, calendar_text

PRODUCT = "-//zhuli_flow//deadlines//ZH"


def feed(office: Office, person: str) -> str:
    """The running deadlines that ``person`` owes now, himself or for who is away, as the text of an ``.ics`` file.

    What others owe on the same case is not his, though he may act on it. One event per deadline: UID stays for its
    life, SEQUENCE is its version, so a moved day replaces the old one. A suspended deadline has no day and is left out.
    Raises NotFound for an unknown person.
    """
    title = f"{'演练 ' if office.rehearsal else ''}助力流程期限（{person}）"
    return calendar_text(PRODUCT, title, _events(office, person))


def _events(office: Office, person: str) -> Iterator[AllDayEvent]:
    found = [(line.case, {one.deadline for one in line.owes}) for line in worklist.every(office, person) if line.owes]
    for case_id, owed in found:
        case = view.show(office, case_id, person)
        for deadline in case.deadlines:
            if deadline.name in owed and deadline.state == "running" and deadline.due_on:
                yield _event(office, case, deadline, deadline.due_on)


def _event(office: Office, case: CasePage, deadline: DeadlineShown, day: date) -> AllDayEvent:
    return AllDayEvent(
        uid=_uid(case, deadline.name),
        sequence=deadline.version,
        stamp=office.clock.now(),
        day=day,
        summary=f"{'（暂定）' if deadline.provisional else ''}{deadline.title}：{case.applicant}",
        description="\n".join([f"{case.case} {case.state_title}", *deadline.why]),
        provisional=deadline.provisional,
    )


def _uid(case: CasePage, name: str) -> str:
    """Stable for the life of the deadline, and another's in another office whose cases bear the same numbers."""
    whose = hashlib.sha256(f"{case.case} {case.applicant} {case.opened_at}".encode()).hexdigest()[:12]
    return f"{case.case}.{name}.{whose}@zhuli-flow"
