"""A checked definition as the engine reads it: frozen, normalised, every short form written out, conditions parsed.

Periods may name a parameter (``$intake_limit``); ``Workflow.period`` resolves it. Nothing here knows a case or a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from zhuli_flow.calendar import Period, parse_period
from zhuli_flow.definitions.model.compound import Compound
from zhuli_flow.definitions.model.expressions import Choice, Condition
from zhuli_flow.definitions.model.form_lines import Line
from zhuli_flow.definitions.model.known_answers import Comparison, Known
from zhuli_flow.definitions.model.law import Law
from zhuli_flow.definitions.model.operation_names import OPERATIONS as OPERATIONS  # noqa: PLC0414  (known here to all)
from zhuli_flow.definitions.model.quota import Quota
from zhuli_flow.definitions.model.region import Region
from zhuli_flow.definitions.model.register import Register

START = "start"
SAME = "same"
SYSTEM = "system"
HOLDER = "holder"

FieldType = Literal[
    "text", "int", "decimal", "date", "yes_no", "choice", "names", "rows",
    "file", "files", "organisation", "organisations", "people", "case"]  # fmt: skip
ColumnType = Literal["text", "int", "decimal", "date", "yes_no"]
PutTogether = Literal["sum", "repeats", "union", "list", "tally"]
"""How the answers of several units to a question become one (``agg``)."""
StateKind = Literal["initial", "open", "in_force", "final"]
Change = Literal["suspend", "resume", "restart", "cancel", "extend"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value with its source: text, number, yes/no, a tuple of these, or a mapping; ``choices``: what it may be."""

    name: str
    value: object
    source: str
    title: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """A role and whose it must be: ``of`` names the case's organisation, ``named_in`` a field that names the people."""

    name: str
    title: str
    of: str | None = None
    named_in: str | None = None
    not_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a rows field."""

    name: str
    title: str
    type: ColumnType = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A typed field; ``max_mb`` in mebibytes, ``minimum``/``maximum`` in the field's unit.

    ``may_be`` ``not_applicable``: 不适用 is an answer too; ``only`` those of whom it holds are asked.
    ``agg``: how many units' returns are put together; ``counts``: the names that a number is the number of.
    ``known``: what the system holds of it; ``kinds``: of organisations, () any; ``personal``: ground for personal data.
    """

    name: str
    title: str
    type: FieldType = "text"
    unit: str = ""
    choices: tuple[str, ...] = ()
    at_least: int = 0
    minimum: float | None = None
    maximum: float | None = None
    columns: tuple[Column, ...] = ()
    accept: tuple[str, ...] = ("pdf",)
    max_mb: int = 20
    role: str | None = None
    clause: str = ""
    may_be: str | None = None
    only: Condition | None = None
    agg: PutTogether | None = None
    counts: str | None = None
    known: Known | None = None
    kinds: tuple[str, ...] = ()
    personal: str = ""


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition and the words for when it does not hold; ``line`` is the definition line (1-based).

    ``warn``: True tells and lets pass, ``explained`` lets pass only with an opinion given.
    """

    text: str
    condition: Condition
    say: str
    fix: str = ""
    clause: str = ""
    warn: bool | str = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing an event asks for: a field or a material; ``anew`` refuses what an earlier step gave."""

    name: str
    required: bool = True
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """Fields filled together; ``lines`` is how they stand on paper, none when one below the other."""

    name: str
    title: str
    fields: tuple[Ask, ...]
    checks: tuple[Guard, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """A document handed in; ``max_mb`` in mebibytes."""

    name: str
    title: str
    accept: tuple[str, ...] = ("pdf",)
    max_mb: int = 20
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form each named person fills alone; sealed until an event has been done."""

    name: str
    title: str
    by: str
    form: str
    total: tuple[str, ...]
    valid: tuple[Condition, ...]
    sealed_until: str


@dataclass(frozen=True, slots=True)
class Signer:
    """A role that signs, or owes, when its condition holds (always, without one)."""

    role: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """A limit that runs while the case is in ``states``; exactly one of ``within``, ``until``, ``every`` is set.

    ``every`` names a calendar period; ``closes`` says when the last day ends: ``midnight`` or ``business`` (下班).
    ``owes`` are the debtors (责任人), () who may do what meets it; ``tell`` the roles that hear its reminders too.
    Once it is over they are pressed (督办) every ``again``, ``at_most`` so many times.
    """

    name: str
    title: str
    states: frozenset[str]
    suspended_in: frozenset[str] = frozenset()
    start: Choice | None = None
    within: str | None = None
    until: tuple[Choice, ...] = ()
    roll: str = "none"
    remind: tuple[str, ...] = ()
    then: str | None = None
    confirm: str | None = None
    met_by: frozenset[str] = frozenset()
    overdue_tell: tuple[str, ...] = ()
    urgent_from: str | None = None
    urgent_tell: tuple[str, ...] = ()
    whole_case: bool = False
    clause: str = ""
    every: str | None = None
    closes: str = "midnight"
    owes: tuple[Signer, ...] = ()
    tell: tuple[str, ...] = ()
    again: str | None = None
    at_most: str | int = 0

    @property
    def renewing(self) -> frozenset[str]:
        """The events that end the present period of a recurring deadline and begin the next."""
        return (self.met_by | {self.then or "", self.confirm or ""}) - {""} if self.every else frozenset()


@dataclass(frozen=True, slots=True)
class State:
    """A step (环节)."""

    name: str
    title: str
    kind: StateKind = "open"
    step: int | None = None
    clause: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SignOff:
    """会签 all_of, 或签 any_of, 票签 ratio (``share`` of the votes, as numerator and denominator).

    ``same_hand``: one person may fill several of the seats.
    """

    mode: Literal["all_of", "any_of", "ratio"]
    signers: tuple[Signer, ...]
    ordered: bool = False
    share: tuple[int, int] = (1, 1)
    same_hand: bool = False


@dataclass(frozen=True, slots=True)
class IssueNotice:
    """Issue a document of kind ``notice``, numbered in ``series``, ``variables`` filled in, when ``when`` holds."""

    notice: str
    series: str | None = None
    to: tuple[str, ...] = ()
    variables: Mapping[str, Choice] = field(default_factory=dict)
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Open a linked case of ``workflow`` by its opening event; ``each``: one for every organisation of that field."""

    workflow: str
    event: str
    values: Mapping[str, Choice] = field(default_factory=dict)
    each: str | None = None


@dataclass(frozen=True, slots=True)
class AdvanceCase:
    """Do ``event`` on the case that field ``case`` names, or on every one of register ``each``, when ``when`` holds."""

    workflow: str
    event: str
    case: str | None = None
    each: str | None = None
    values: Mapping[str, Choice] = field(default_factory=dict)
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class SetField:
    """Fill a field from the first alternative that applies."""

    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ChangeClock:
    """Suspend, resume, restart, cancel or extend a deadline; ``period`` only for extend."""

    change: Change
    deadline: str
    period: str = ""


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the holders of a role."""

    role: str


@dataclass(frozen=True, slots=True)
class AddNote:
    """Write a line into the history."""

    text: str


Effect = IssueNotice | OpenCase | AdvanceCase | SetField | ChangeClock | Tell | AddNote


@dataclass(frozen=True, slots=True)
class Event:
    """What an actor may ask for. ``sources`` holds states, of regions too (or START); ``target`` a state or SAME.

    ``rests_on``: what makes it stale by changing, () all that was seen; ``keeps``: events that stay good, with why.
    ``history``: the compound it leads back into, to the state the case was in last; ``target`` when in none yet.
    ``proof``: events whose documents are proof-read in this act already, as a draft.
    ``begins`` and ``ends``: the regions that begin and end with it.
    """

    name: str
    title: str
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...] = ()
    sign: SignOff | None = None
    fill: tuple[Ask, ...] = ()
    attach: tuple[Ask, ...] = ()
    opinion_required: bool = False
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    sheet: str | None = None
    at_most: str | int | None = None
    can_be_withdrawn: bool = True
    clause: str = ""
    line: int = 0
    compared: tuple[Comparison, ...] = ()
    rests_on: tuple[str, ...] = ()
    keeps: Mapping[str, str] = field(default_factory=dict)
    history: str = ""
    proof: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One of the operations every office knows, as allowed here; ``sources`` empty means any unfinished step."""

    name: str
    by: tuple[str, ...]
    sources: tuple[str, ...] = ()
    opinion_required: bool = False
    targets: tuple[str, ...] = ()
    walk: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """One checked definition; ``digest``: SHA-256 of its ``text``; ``reading``: who may read which part of a case."""

    name: str
    version: str
    title: str
    prefix: str
    basis: str
    applicant_kinds: tuple[str, ...]
    one_open_case: bool
    parameters: Mapping[str, Parameter]
    roles: Mapping[str, Role]
    fields: Mapping[str, Field]
    forms: Mapping[str, Form]
    materials: Mapping[str, Material]
    sheets: Mapping[str, Sheet]
    quotas: Mapping[str, Quota]
    states: Mapping[str, State]
    deadlines: Mapping[str, DeadlineRule]
    events: Mapping[str, Event]
    operations: Mapping[str, Operation]
    laws: tuple[Law, ...]
    yellow_step: str
    yellow_case: str
    text: str
    digest: str
    registers: Mapping[str, Register] = field(default_factory=dict)
    compounds: Mapping[str, Compound] = field(default_factory=dict)
    regions: Mapping[str, Region] = field(default_factory=dict)
    reading: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    yellow_part: tuple[int, int] = (1, 1)

    def value(self, text: str | int) -> object:
        """``$name`` → the parameter's value; anything else as it stands."""
        return self.parameters[text[1:]].value if isinstance(text, str) and text.startswith("$") else text

    def period(self, text: str) -> Period:
        """``5wd`` or ``$name`` → Period."""
        return parse_period(str(self.value(text)))

    @property
    def initial(self) -> str:
        """The state in which a new case starts."""
        return next(name for name, state in self.states.items() if state.kind == "initial")

    def opening_events(self) -> tuple[Event, ...]:
        """The events that open a case, in the order written."""
        return tuple(event for event in self.events.values() if START in event.sources)
