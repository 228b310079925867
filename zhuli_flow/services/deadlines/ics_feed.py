"""A person's open deadlines as an iCalendar feed (RFC 5545): all-day events that move when the deadline moves.

A feed is for looking; programs fetch it when they like, so it replaces no reminder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from zhuli_flow.engine.model.case import Json
from zhuli_flow.services.cases import view, worklist
from zhuli_flow.services.office import Office

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//zhuli_flow//deadlines//ZH"

Told = Mapping[str, Json]


def feed(office: Office, person: str) -> str:
    """The running deadlines of every case on which ``person`` may act now, as the text of an ``.ics`` file.

    One event per deadline: UID stays for its life, SEQUENCE is its version, so a moved day replaces the old one. A
    suspended deadline has no day and is left out. Raises NotFound for an unknown person.
    """
    from icalendar import Calendar

    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", f"{'演练 ' if office.rehearsal else ''}助力流程期限（{person}）")
    for line in worklist.todo(office, person):
        case = view.show(office, str(line["case"]), person)
        for deadline in cast(list[dict[str, Json]], case["deadlines"]):
            if deadline["state"] == "running":
                found.add_component(_event(office, case, deadline))
    text: bytes = found.to_ical()
    return text.decode()


def _event(office: Office, case: Told, deadline: Told) -> Event:
    from icalendar import Event

    due_on = date.fromisoformat(str(deadline["due_on"]))
    provisional = bool(deadline.get("provisional"))
    event = Event()
    event.add("uid", _uid(case, str(deadline["name"])))
    event.add("sequence", int(str(deadline["version"])))
    event.add("dtstamp", office.clock.now())
    event.add("dtstart", due_on)
    event.add("dtend", due_on + timedelta(days=1))  # exclusive: the event is that one day
    event.add("summary", f"{'（暂定）' if provisional else ''}{deadline['title']}：{case['applicant']}")
    event.add("description", "\n".join([f"{case['case']} {case['state_title']}", *_why(deadline)]))
    event.add("status", "TENTATIVE" if provisional else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _uid(case: Told, name: str) -> str:
    """Stable for the life of the deadline, and another's in another office whose cases bear the same numbers."""
    whose = hashlib.sha256(f"{case['case']} {case['applicant']} {case['opened_at']}".encode()).hexdigest()[:12]
    return f"{case['case']}.{name}.{whose}@zhuli-flow"


def _why(deadline: Told) -> list[str]:
    return [str(reason) for reason in cast(list[Json], deadline.get("why") or [])]
