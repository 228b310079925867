"""What a face tells after an act; read from its entry when the request is repeated, and the very same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from zhuli_flow.engine.history.entry import Driven, OrderedPaper, Reason, read
from zhuli_flow.engine.model.changes import Change
from zhuli_flow.engine.model.deadline import Deadline
from zhuli_flow.engine.model.decision import Decision, Refusal
from zhuli_flow.services.history import entries
from zhuli_flow.services.history.entries import Written


class Place(msgspec.Struct, frozen=True):
    """The place of an entry in its chain, ``seq`` from 1, and its hash in hex."""

    seq: int
    hash: str


class MovedDeadline(msgspec.Struct, frozen=True):
    """A deadline that an act opened, moved, suspended or ended, as it stands after it."""

    name: str
    state: str
    due_on: date | None
    provisional: bool
    version: int


class PlannedPaper(msgspec.Struct, frozen=True):
    """A document that an act would order, by its kind, in which ``series`` of numbers (None: unnumbered)."""

    kind: str
    series: str | None


class PlannedCase(msgspec.Struct, frozen=True):
    """A linked case that an act would open."""

    workflow: str
    event: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to an act, in the wire form of the contract. ``source`` (``from``) and ``to`` are states.

    ``state``: where the case stands now; ``entry``: None for a dry run. ``advanced``: acts that it drove.
    """

    case: str
    event: str
    title: str
    kind: str
    source: str = msgspec.field(name="from")
    to: str
    state: str
    version: int
    entry: Place | None
    deadlines: tuple[MovedDeadline, ...]
    notices: tuple[OrderedPaper | PlannedPaper, ...]
    cases: tuple[str | PlannedCase, ...]
    advanced: tuple[Driven, ...]
    warnings: tuple[Refusal | Reason, ...]
    missing_signers: tuple[str, ...]
    notes: tuple[str, ...]
    dry_run: bool = False

    @property
    def seq(self) -> int | None:
        """The number of the entry in its chain; None for a dry run."""
        return self.entry.seq if self.entry else None

    @property
    def hash(self) -> str:
        """The hash of the entry in hex; "" for a dry run."""
        return self.entry.hash if self.entry else ""


def of_act(decision: Decision, written: Written, warned: Sequence[Refusal] = ()) -> Outcome:
    """The outcome of an act just written: as ``of_entry`` will read it."""
    return Outcome(
        case=decision.after.id,
        event=decision.event,
        title=decision.title,
        kind=decision.kind,
        source=decision.before.state,
        to=decision.after.state,
        state=decision.after.state,
        version=decision.after.version,
        entry=Place(written.seq, written.hash.hex()),
        deadlines=moved_deadlines(decision.changes),
        notices=entries.ordered(decision),
        cases=tuple([order.id for order in decision.cases]),
        advanced=entries.driven(decision),
        warnings=(*decision.warnings, *warned),
        missing_signers=decision.missing_signers,
        notes=decision.notes,
    )


def of_entry(data: bytes, digest: bytes) -> Outcome:
    """The outcome that an entry, given by its stored bytes and its hash, records."""
    entry = read(data)
    return Outcome(
        case=entry.case,
        event=entry.event,
        title=entry.title,
        kind=entry.kind,
        source=entry.source,
        to=entry.to,
        state=entry.to,
        version=entry.version,
        entry=Place(entry.seq, digest.hex()),
        deadlines=moved_deadlines(entry.steps),
        notices=entry.ordered,
        cases=entry.cases,
        advanced=entry.advanced,
        warnings=entry.warnings,
        missing_signers=entry.missing_signers,
        notes=entry.notes,
    )


def planned(decision: Decision) -> Outcome:
    """What would happen: the outcome of a dry run, with nothing written."""
    return Outcome(
        case=decision.before.id,
        event=decision.event,
        title=decision.title,
        kind=decision.kind,
        source=decision.before.state,
        to=decision.after.state,
        state=decision.after.state,
        version=decision.after.version,
        entry=None,
        deadlines=moved_deadlines(decision.changes),
        notices=tuple(PlannedPaper(order.notice, order.series) for order in decision.notices),
        cases=tuple(PlannedCase(order.workflow, order.event) for order in decision.cases),
        advanced=entries.driven(decision),
        warnings=decision.warnings,
        missing_signers=decision.missing_signers,
        notes=decision.notes,
        dry_run=True,
    )


def moved_deadlines(steps: Iterable[Change]) -> tuple[MovedDeadline, ...]:
    """Every deadline that an act opened, moved, suspended or ended, as it stands after it."""
    moved = [(name, new) for _, name, _, new in steps if isinstance(new, Deadline)]
    return tuple([MovedDeadline(name, new.state, new.due_on, new.provisional, new.version) for name, new in moved])
