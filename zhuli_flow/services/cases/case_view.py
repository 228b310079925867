"""What is shown of a case: its line in a list, its page, a deadline with its light, a task, a message.

Frozen structs whose fields in order are the wire form; a part that is UNSET is left out there. Days are days in
Asia/Shanghai; instants are UTC, ISO 8601 to the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from zhuli_flow.definitions.model.workflow import StateKind
from zhuli_flow.engine.authority.reading import SheetAnswers
from zhuli_flow.engine.deadlines.lights import Light
from zhuli_flow.engine.model.case import Json, Visit
from zhuli_flow.engine.model.deadline import DeadlineState, Reckoning
from zhuli_flow.engine.model.json_values import Attachment
from zhuli_flow.engine.model.people import called
from zhuli_flow.engine.model.signing import Assignment, Signature, SignOffUnderWay


class RegionShown(msgspec.Struct, frozen=True):
    """A region (并行环节) that runs, the state it is in, and since when."""

    region: str
    title: str
    state: str
    state_title: str
    since: str

    @property
    def words(self) -> str:
        """公示（异议核查）; the title alone where the region has one state only."""
        return self.title if self.title == self.state_title else f"{self.title}（{self.state_title}）"


class CaseLine(msgspec.Struct, frozen=True):
    """A case in a list; ``title`` is that of its workflow, ``step`` the number of its state where it has one.

    ``beside``: the regions that run beside its state.
    """

    case: str
    workflow: str
    title: str
    applicant: str
    city: str
    state: str
    state_title: str
    kind: StateKind
    step: int | None
    version: int
    opened_at: str
    light_step: Light
    light_case: Light
    beside: tuple[RegionShown, ...]

    @property
    def standing(self) -> str:
        """Where the case stands in words: 研究审定；并行：公示、候补."""
        beside = "、".join(one.words for one in self.beside)
        return f"{self.state_title}；并行：{beside}" if beside else self.state_title


class Task(msgspec.Struct, frozen=True):
    """Something a person may do now: an event or operation by its name, and its title."""

    event: str
    title: str


class Owed(msgspec.Struct, frozen=True):
    """A deadline that a person owes (应办), with its last day and its own light."""

    deadline: str
    title: str
    due_on: date
    light: Light


class Suspension(msgspec.Struct, frozen=True):
    """A case is suspended (挂起) since that day, by that person."""

    since: date
    by: str


class TodoLine(CaseLine, frozen=True):
    """A case in a work list: in which ``part`` of it, what may be done, and what is owed by its day."""

    tasks: tuple[Task, ...]
    part: Literal["owed", "may", "entrusted"]
    owes: tuple[Owed, ...]
    suspended: Suspension | UnsetType = UNSET

    @property
    def standing(self) -> str:
        """Where the case stands in words, and since when it is suspended."""
        held = f"（{self.suspended.since} 起挂起，{called(self.suspended.by)}办理）" if self.suspended else ""
        return f"{super().standing}{held}"


class SpanShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Days that are ``counted`` or not; ``days``: natural days from its beginning to its end, an open one to today."""

    since: date = msgspec.field(name="from")
    counted: bool
    to: date | None = None
    days: int


class DeadlineShown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deadline as ``engine.model.deadline`` has it, with its title, its light while it lives, and its end.

    ``due_at`` is the instant at which its last day ends; ``whole_case``: it is about the case, not about the step.
    While suspended it has no last day: ``due_before`` is the one it had, ``rest`` what remains, in words.
    """

    name: str
    title: str
    whole_case: bool
    version: int
    state: DeadlineState
    due_on: date | None
    set_on: date
    provisional: bool
    started_on: date
    spans: tuple[SpanShown, ...]
    why: tuple[str, ...] = ()
    calendar: str = ""
    reckoning: Reckoning | None = None
    closes_at: str = ""
    remaining: int | None = None
    suspended_on: date | None = None
    extended: str = ""
    held: bool = False
    used: int = 0
    due_at: str | None
    light: Light | UnsetType = UNSET
    due_before: date | UnsetType = UNSET
    rest: str | UnsetType = UNSET


class DueLine(msgspec.Struct, frozen=True):
    """An open deadline in a list, with its case and whose that is."""

    case: str
    applicant: str
    deadline: DeadlineShown

    @property
    def word(self) -> str:
        """Its light's word."""
        return self.deadline.light.word if self.deadline.light else Light().word

    def json(self) -> Json:
        """The wire form: all in one object."""
        return {"case": self.case, "applicant": self.applicant, **msgspec.to_builtins(self.deadline)}


class Pinned(msgspec.Struct, frozen=True):
    """The definition that a case is run by."""

    name: str
    version: str
    digest: str


class FieldShown(msgspec.Struct, frozen=True, kw_only=True):
    """A field that was filled in; ``columns``: the titles of a table's columns by name."""

    name: str
    title: str
    type: str
    unit: str
    columns: Mapping[str, str] | UnsetType = UNSET
    value: Json


class MaterialShown(msgspec.Struct, frozen=True):
    """A material that was handed in, with its ``files``."""

    name: str
    title: str
    files: tuple[Attachment, ...]


class SignatureShown(msgspec.Struct, frozen=True):
    """A signature given: who, in which role, for whom; ``agree`` None, and another ``opinion``, where under seal."""

    person: str
    organisation: str
    role: str
    role_title: str
    on_behalf_of: str
    agree: bool | None
    opinion: str
    at: str


class SigningShown(msgspec.Struct, frozen=True):
    """A sign-off under way: what was handed in and will stand, the signatures, and who is waited for, in words."""

    event: str
    title: str
    fields: tuple[FieldShown, ...]
    materials: tuple[MaterialShown, ...]
    signatures: tuple[SignatureShown, ...]
    missing: tuple[str, ...]


class PaperLine(msgspec.Struct, frozen=True):
    """A document of a case in short."""

    id: int
    kind: str
    number: str | None
    state: str
    sha256: str | None


class StaleShown(msgspec.Struct, frozen=True):
    """Evidence that must be given again (须重办): what, why, by whom, and the next step."""

    evidence: str
    title: str
    because: str
    who: tuple[str, ...]
    fix: str


class CasePage(CaseLine, frozen=True, kw_only=True):
    """Everything about one case as it stands; ``entries`` and ``head`` say how long its history is, and its end."""

    definition: Pinned
    clause: str
    fields: tuple[FieldShown, ...]
    materials: tuple[MaterialShown, ...]
    sheets: tuple[SheetAnswers, ...]
    signoffs: Mapping[str, SignOffUnderWay]
    signing: tuple[SigningShown, ...]
    signed: Mapping[str, tuple[Signature, ...]]
    stale: tuple[StaleShown, ...]
    assignments: Mapping[str, Assignment]
    deadlines: tuple[DeadlineShown, ...]
    suspended: Json
    path: tuple[Visit, ...]
    links: Mapping[str, str]
    notices: tuple[PaperLine, ...]
    entries: int
    head: str


class MessageShown(msgspec.Struct, frozen=True):
    """A message in somebody's box; ``read_at`` says when he read it (None: not yet), where that was asked."""

    id: int
    case: str | None
    text: str
    at: str
    read_at: str | UnsetType | None = UNSET
