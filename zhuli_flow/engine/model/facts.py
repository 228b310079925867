"""What a decision may know besides its case: the moment, the calendar, quotas, people, registers."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime

import msgspec

from zhuli_flow.calendar import BusinessHours, Calendar
from zhuli_flow.clock import to_the_second
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.people import Actor, Organisation


class QuotaUse(msgspec.Struct, frozen=True):
    """``used`` cases count against the quota; ``ahead`` wait in the queue before this one.

    ``limit`` is the office's at this moment; None: as the case's own definition says.
    """

    used: int
    ahead: int = 0
    limit: int | None = None


class Numbers(msgspec.Struct, frozen=True):
    """What is known of number series: the ``last`` number given out by (series, year), and where a series begins.

    ``prefixes`` of the cases that this act may open, by workflow; one that is not in use is not among them.
    """

    last: Mapping[tuple[str, int], int] = msgspec.field(default_factory=dict)
    first: Mapping[str, int] = msgspec.field(default_factory=dict)
    prefixes: Mapping[str, str] = msgspec.field(default_factory=dict)


class Facts(msgspec.Struct, frozen=True):
    """What a decision may know besides the case: ``now`` (UTC), calendar, quotas, people and organisations named.

    ``registers`` holds the cases each register asked about may take in, with the definitions they run on;
    ``books`` the definitions in use, by name, of which a blank form is asked.
    """

    now: datetime
    calendar: Calendar
    quotas: Mapping[str, QuotaUse] = msgspec.field(default_factory=dict)
    people: Mapping[str, Actor] = msgspec.field(default_factory=dict)
    organisations: Mapping[str, Organisation] = msgspec.field(default_factory=dict)
    open_elsewhere: str = ""
    """The id of another open case of the same applicant, when there is one."""
    hours: BusinessHours = msgspec.field(default_factory=BusinessHours)
    registers: Mapping[str, tuple[tuple[Workflow, Case], ...]] = msgspec.field(default_factory=dict)
    books: Mapping[str, Workflow] = msgspec.field(default_factory=dict)
    numbers: Numbers = msgspec.field(default_factory=Numbers)
    at: str = ""
    """``now`` as history keeps it: UTC, ISO 8601 to the second. It follows ``now`` and is not given."""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "at", to_the_second(self.now))

    held: Container[str] | None = None
    """The addresses (``authority.duties``) at which somebody of the directory can be found today; None: not asked."""
