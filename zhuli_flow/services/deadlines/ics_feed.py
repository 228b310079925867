"""A person's open deadlines as an iCalendar feed (RFC 5545): all-day events that move when the deadline moves.

A feed is for looking; programs fetch it when they like, so it replaces no reminder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

from zhuli_flow.engine.model.case import Json
from zhuli_flow.services.cases import view, worklist
from zhuli_flow.services.office import Office
from zhuli_flow.support.all_day_events import AllDayEvent, calendar_text

PRODUCT = "-//zhuli_flow//deadlines//ZH"

Told = Mapping[str, Json]


def feed(office: Office, person: str) -> str:
    """The running deadlines of every case on which ``person`` may act now, as the text of an ``.ics`` file.

    One event per deadline: UID stays for its life, SEQUENCE is its version, so a moved day replaces the old one. A
    suspended deadline has no day and is left out. Raises NotFound for an unknown person.
    """
    title = f"{'演练 ' if office.rehearsal else ''}助力流程期限（{person}）"
    return calendar_text(PRODUCT, title, _events(office, person))


def _events(office: Office, person: str) -> Iterator[AllDayEvent]:
    for line in worklist.todo(office, person):
        case = view.show(office, str(line["case"]), person)
        for deadline in cast(list[dict[str, Json]], case["deadlines"]):
            if deadline["state"] == "running":
                yield _event(office, case, deadline)


def _event(office: Office, case: Told, deadline: Told) -> AllDayEvent:
    provisional = bool(deadline.get("provisional"))
    return AllDayEvent(
        uid=_uid(case, str(deadline["name"])),
        sequence=int(str(deadline["version"])),
        stamp=office.clock.now(),
        day=date.fromisoformat(str(deadline["due_on"])),
        summary=f"{'（暂定）' if provisional else ''}{deadline['title']}：{case['applicant']}",
        description="\n".join([f"{case['case']} {case['state_title']}", *_why(deadline)]),
        provisional=provisional,
    )


def _uid(case: Told, name: str) -> str:
    """Stable for the life of the deadline, and another's in another office whose cases bear the same numbers."""
    whose = hashlib.sha256(f"{case['case']} {case['applicant']} {case['opened_at']}".encode()).hexdigest()[:12]
    return f"{case['case']}.{name}.{whose}@zhuli-flow"


def _why(deadline: Told) -> list[str]:
    return [str(reason) for reason in cast(list[Json], deadline.get("why") or [])]
