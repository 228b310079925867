"""The nouns of a decision: Case, Actor, Command, Facts, Decision, Refusal, Option. Frozen; no behaviour but lookup.

Values inside a Case are JSON-safe (dates ``YYYY-MM-DD``, decimals as text), so that a case, its history and its wire
form are one thing; ``engine.values`` types them when a condition asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from zhuli_flow.calendar import BusinessHours, Calendar
from zhuli_flow.definitions.model import Workflow

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Nothing: Mapping[str, Json] = MappingProxyType({})
"""An empty section or an act that gives no values."""

NO_RIGHT = frozenset(
    {"no_role", "not_own", "transferred_away", "delegated", "conflict_of_interest", "only_hand_back", "personal_duty"}
)
"""Refusal codes that are about the person, not the case: a face answers them with exit code 4."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation: ``level`` province/city/county; ``city`` and ``county`` name the areas it belongs to."""

    id: str
    name: str
    level: str = ""
    city: str = ""
    county: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The right to act for ``person`` (委托), good for the date of the command."""

    person: str
    organisation: Organisation
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person, the organisation, the roles held today, and for whom else this person may act today."""

    person: str
    organisation: Organisation
    roles: frozenset[str]
    acts_for: tuple[Standing, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file already stored by its SHA-256; ``size`` in bytes; ``type`` found from the content, e.g. ``pdf``."""

    filename: str
    sha256: str
    size: int
    type: str

    def json(self) -> dict[str, Json]:
        return {"filename": self.filename, "sha256": self.sha256, "size": self.size, "type": self.type}


@dataclass(frozen=True, slots=True)
class Command:
    """What an actor asks: an event or operation, with raw field values as typed (text) or JSON-safe.

    ``seen_version`` is the case version the person looked at (None: not checked).
    """

    event: str
    values: Mapping[str, Json] = field(default_factory=dict)
    materials: Mapping[str, tuple[Attachment, ...]] = field(default_factory=dict)
    opinion: str = ""
    request_id: str = ""
    seen_version: int | None = None
    decline: bool = False


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """``used`` cases count against the quota; ``ahead`` wait in the queue before this one."""

    used: int
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision may know besides the case: ``now`` (UTC), calendar, quotas, people and organisations named.

    ``registers`` holds the cases each register asked about may take in, with the definitions they run on;
    ``books`` the definitions in use, by name, of which a blank form is asked.
    """

    now: datetime
    calendar: Calendar
    quotas: Mapping[str, QuotaUse] = field(default_factory=dict)
    people: Mapping[str, Actor] = field(default_factory=dict)
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    open_elsewhere: str = ""
    """The id of another open case of the same applicant, when there is one."""
    hours: BusinessHours = field(default_factory=BusinessHours)
    registers: Mapping[str, tuple[tuple[Workflow, Case], ...]] = field(default_factory=dict)
    books: Mapping[str, Workflow] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay in a state: when it began (UTC), and by which event it was entered."""

    state: str
    since: str
    event: str

    def json(self) -> dict[str, Json]:
        return {"state": self.state, "since": self.since, "event": self.event}


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a workflow.

    ``version`` counts the accepted acts (compare-and-set); ``body`` holds everything else that an act may change, in
    named sections: ``fields``, ``materials``, ``sheets``, ``signoffs``, ``assignments``, ``deadlines``, ``counts``,
    ``marks`` and the ``path`` of visits by number. Sections are JSON-safe mappings; ``record.changes`` compares them.
    """

    id: str
    workflow: str
    definition_version: str
    digest: str
    applicant: Organisation
    state: str
    version: int
    opened_at: str
    body: Mapping[str, Mapping[str, Json]]

    def section(self, name: str) -> Mapping[str, Json]:
        """A section of the body; empty when nothing was ever written there."""
        return self.body.get(name, Nothing)

    @property
    def fields(self) -> Mapping[str, Json]:
        return self.section("fields")

    @property
    def materials(self) -> Mapping[str, Json]:
        return self.section("materials")

    def mark(self, name: str) -> Json:
        """A mark of the engine: ``suspended``, ``straight_to``, ``urged_on``, ``last`` (who did what last and when)."""
        return self.section("marks").get(name)

    @property
    def path(self) -> tuple[Json, ...]:
        """The visits walked so far, oldest first."""
        visits = self.section("path")
        return tuple(visits[number] for number in sorted(visits))

    def having(
        self,
        *,
        body: Mapping[str, Mapping[str, Json]] | None = None,
        state: str | None = None,
        version: int | None = None,
    ) -> Case:
        """This case with another body, state or version. Every act makes several; ``replace`` takes far longer."""
        return Case(
            self.id,
            self.workflow,
            self.definition_version,
            self.digest,
            self.applicant,
            self.state if state is None else state,
            self.version if version is None else version,
            self.opened_at,
            self.body if body is None else body,
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: the rule's ``code``, reason and next step (Chinese), clause, definition line, who could act."""

    code: str
    because: str
    fix: str = ""
    clause: str = ""
    line: int = 0
    who: tuple[str, ...] = ()

    def json(self) -> dict[str, Json]:
        """The wire form of contract: code, message, fix, and where they are known clause, line, who."""
        full: dict[str, Json] = {"code": self.code, "message": self.because, "fix": self.fix}
        if self.clause:
            full["clause"] = self.clause
        if self.line:
            full["line"] = self.line
        if self.who:
            full["who"] = list(self.who)
        return full


@dataclass(frozen=True, slots=True)
class NoticeOrder:
    """A document to issue: kind, number series (None: unnumbered), receiving roles, and the frozen variables."""

    notice: str
    series: str | None
    to: tuple[str, ...]
    variables: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class CaseOrder:
    """A linked case to open, by the opening event of a workflow, with its first field values."""

    workflow: str
    event: str
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class AdvanceOrder:
    """An act of the system on another ``case`` of ``workflow`` ("": the case that should be linked is not)."""

    case: str
    workflow: str
    event: str
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Message:
    """Something to tell: to the holders of ``role`` on this case, or to one ``person``."""

    text: str
    role: str = ""
    person: str = ""


Kind = Literal["move", "sign", "operation", "refused", "deadline", "notice", "delivery"]


@dataclass(frozen=True, slots=True)
class Decision:
    """An accepted act: the case after it, what changed, who acted in which capacity, and what must follow.

    ``changes`` is a list of ``[section, key, old, new]``; ``kind`` says whether the case moved, a signature was added,
    or an operation was done. ``warnings`` are conditions that only warn.
    """

    before: Case
    after: Case
    event: str
    title: str
    kind: Kind
    capacity: Capacity
    changes: tuple[tuple[str, str, Json, Json], ...]
    notices: tuple[NoticeOrder, ...] = ()
    cases: tuple[CaseOrder, ...] = ()
    messages: tuple[Message, ...] = ()
    warnings: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    missing_signers: tuple[str, ...] = ()
    advances: tuple[AdvanceOrder, ...] = ()


@dataclass(frozen=True, slots=True)
class Capacity:
    """In which role somebody acts, and on whose behalf (委托 or 转办; empty: in one's own right)."""

    role: str
    on_behalf_of: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing an actor might do now: allowed or not and why, and what it would need."""

    event: str
    title: str
    allowed: bool
    because: tuple[Refusal, ...] = ()
    needs: Mapping[str, Json] = field(default_factory=dict)
    target: str = ""
    warnings: tuple[Refusal, ...] = ()
