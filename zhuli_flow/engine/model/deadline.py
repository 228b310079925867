"""A deadline as it stands, and when its last day ends: at 24:00, or when business stops (民法典 第二百零三条)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal

import msgspec

from zhuli_flow.clock import SHANGHAI, start_of_day

DeadlineState = Literal["running", "suspended", "met", "cancelled", "fired"]
LIVE = ("running", "suspended")


class Span(msgspec.Struct, frozen=True, omit_defaults=True):
    """Days that are ``counted`` or not, from ``since`` (``from`` in JSON) up to ``to``; None: it goes on."""

    since: date = msgspec.field(name="from")
    counted: bool
    to: date | None = None

    def json(self) -> dict[str, Any]:
        """As a case keeps it."""
        told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return told


class Reckoning(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a last day came about: ``by`` one period after another from the day ``start`` (``from`` in JSON).

    ``added``: what an extension added to the rest of a suspended deadline, in its unit; None without one.
    """

    start: date = msgspec.field(name="from")
    by: tuple[str, ...]
    added: int | None = None


class Deadline(msgspec.Struct, frozen=True, omit_defaults=True):
    """A deadline as it stands in its case. Days are days in Asia/Shanghai.

    ``version`` grows whenever the day moves; ``due_on`` is the last day, until 24:00 or until ``closes_at`` (an
    instant, UTC, ISO 8601; empty: 24:00). ``set_on``: when that day became known; ``provisional``: it may still move.
    ``why``: the reasons, Chinese lines. ``remaining`` (in the unit of the deadline) and ``suspended_on`` stand while it
    is suspended, ``held`` while that is by 挂起 of the whole case. ``extended``: the one extension granted, as a period
    ("": none). ``used``: the highest version an act that was withdrawn had given out. ``calendar``: the version it was
    computed with ("": from before that was kept), as is ``reckoning`` (None). A recurring one begins anew under the
    same name.
    """

    version: int
    state: DeadlineState
    due_on: date
    set_on: date
    provisional: bool
    started_on: date
    spans: tuple[Span, ...] = ()
    why: tuple[str, ...] = ()
    calendar: str = ""
    reckoning: Reckoning | None = None
    closes_at: str = ""
    remaining: int | None = None
    suspended_on: date | None = None
    extended: str = ""
    held: bool = False
    used: int = 0

    @property
    def live(self) -> bool:
        """Whether it still runs, or will."""
        return self.state in LIVE

    @property
    def reckoned(self) -> Reckoning:
        """How the day came about; one that does not say stands as a date named once."""
        return self.reckoning or Reckoning(self.due_on, ("0d",))

    @property
    def next_version(self) -> int:
        """The number that the next day gets: none is ever given out twice."""
        return max(self.version, self.used) + 1

    def but(self, **parts: Any) -> Deadline:
        """This deadline with other parts."""
        return msgspec.structs.replace(self, **parts)

    def json(self) -> dict[str, Any]:
        """The wire form, as it stands in the case: parts that are absent are left out."""
        told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return told


def ends_at(deadline: Deadline) -> datetime:
    """The UTC instant at which a deadline's last day ends: the hour told when it was set, else 24:00 in Shanghai."""
    if deadline.closes_at:
        return datetime.fromisoformat(deadline.closes_at)
    due_on = min(deadline.due_on, date.max - timedelta(days=1))  # no day comes after 9999
    return start_of_day(due_on + timedelta(days=1))


def is_over(deadline: Deadline, now: datetime) -> bool:
    """Whether ``now`` is too late; at the very second of closing it is not, at 00:00 of the next day it is."""
    end = ends_at(deadline)
    return now > end if deadline.closes_at else now >= end


def spelled(deadline: Deadline) -> str:
    """Until when, as a letter says it: ``2018年6月26日17:00前``."""
    day = deadline.due_on
    hour = f"{ends_at(deadline).astimezone(SHANGHAI):%H:%M}" if deadline.closes_at else "24:00"
    return f"{day.year}年{day.month}月{day.day}日{hour}前"
