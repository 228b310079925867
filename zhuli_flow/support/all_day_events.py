"""Days as an iCalendar file (RFC 5545): one all-day event each, which a calendar program shows and moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event


@dataclass(frozen=True, slots=True)
class AllDayEvent:
    """``uid`` stays when the event moves; ``sequence`` then grows (None: it never moves). ``stamp`` is aware.

    A ``provisional`` day may still move: it is TENTATIVE.
    """

    uid: str
    stamp: datetime
    day: date
    summary: str
    description: str
    provisional: bool
    sequence: int | None = None


def calendar_text(product: str, title: str, events: Iterable[AllDayEvent]) -> str:
    """The file's text; ``product`` names who wrote it (PRODID), ``title`` is what calendar programs show."""
    from icalendar import Calendar

    made = Calendar()
    for name, value in {"prodid": product, "version": "2.0", "method": "PUBLISH", "x-wr-calname": title}.items():
        made.add(name, value)
    head, end, rest = made.to_ical().partition(b"END:VCALENDAR")
    parts: list[bytes] = [head, *(_component(event).to_ical() for event in events), end, rest]
    return b"".join(parts).decode()


def _component(event: AllDayEvent) -> Event:
    from icalendar import Event

    made = Event()
    made.add("uid", event.uid)
    if event.sequence is not None:
        made.add("sequence", event.sequence)
    made.add("dtstamp", event.stamp)
    made.add("dtstart", event.day)
    made.add("dtend", event.day + timedelta(days=1))  # exclusive: the event is that one day
    made.add("summary", event.summary)
    made.add("description", event.description)
    made.add("status", "TENTATIVE" if event.provisional else "CONFIRMED")
    made.add("transp", "TRANSPARENT")
    return made
