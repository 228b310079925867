"""What a face tells after an act; read from its entry when the request is repeated, and the very same."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from zhuli_flow.engine.history.entry import read
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.decision import Decision, Refusal
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.services.history import entries
from zhuli_flow.services.history.entries import Written


class Outcome(msgspec.Struct, frozen=True):
    """The answer to an act. ``to`` is the state after it; ``entry`` the place in the chain (None for a dry run)."""

    case: str
    event: str
    title: str
    kind: str
    before: str
    to: str
    version: int
    seq: int | None
    hash: str
    content: str
    deadlines: tuple[Json, ...]
    notices: tuple[Json, ...]
    cases: tuple[Json, ...]
    advanced: tuple[Json, ...]
    warnings: tuple[Json, ...]
    missing_signers: tuple[str, ...]
    notes: tuple[str, ...]

    def json(self) -> dict[str, Json]:
        """The wire form of the contract."""
        entry: Json = None if self.seq is None else {"seq": self.seq, "hash": self.hash}
        return {
            "case": self.case,
            "event": self.event,
            "title": self.title,
            "kind": self.kind,
            "from": self.before,
            "to": self.to,
            "state": self.to,
            "version": self.version,
            "entry": entry,
            "deadlines": list(self.deadlines),
            "notices": list(self.notices),
            "cases": list(self.cases),
            "advanced": list(self.advanced),
            "warnings": list(self.warnings),
            "missing_signers": list(self.missing_signers),
            "notes": list(self.notes),
            "dry_run": self.seq is None,
        }


def of_act(decision: Decision, written: Written, content: str, warned: Sequence[Refusal] = ()) -> Outcome:
    """The outcome of an act just written, ``content`` the fingerprint of its request: as ``of_entry`` will read it."""
    return Outcome(
        case=decision.after.id,
        event=decision.event,
        title=decision.title,
        kind=decision.kind,
        before=decision.before.state,
        to=decision.after.state,
        version=decision.after.version,
        seq=written.seq,
        hash=written.hash.hex(),
        content=content,
        deadlines=tuple(moved_deadlines(decision.changes)),
        notices=tuple(entries.ordered(decision)),
        cases=tuple([order.id for order in decision.cases]),
        advanced=tuple(entries.driven(decision)),
        warnings=tuple([refusal.json() for refusal in (*decision.warnings, *warned)]),
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
        before=entry.source,
        to=entry.to,
        version=entry.version,
        seq=entry.seq,
        hash=digest.hex(),
        content=entry.request.content,
        deadlines=tuple(moved_deadlines(entry.changes)),
        notices=entry.notices,
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
        before=decision.before.state,
        to=decision.after.state,
        version=decision.after.version,
        seq=None,
        hash="",
        content="",
        deadlines=tuple(moved_deadlines(decision.changes)),
        notices=tuple({"kind": order.notice, "series": order.series} for order in decision.notices),
        cases=tuple({"workflow": order.workflow, "event": order.event} for order in decision.cases),
        advanced=tuple({"case": order.case, "event": order.event} for order in decision.advances),
        warnings=tuple(refusal.json() for refusal in decision.warnings),
        missing_signers=decision.missing_signers,
        notes=decision.notes,
    )


def moved_deadlines(steps: Sequence[tuple[str, str, object, object]]) -> list[Json]:
    """Every deadline that an act opened, moved, suspended or ended, as it stands after it."""
    moved = [(key, as_json(new)) for section, key, _, new in steps if section == "deadlines"]
    if not moved:
        return []
    return [
        {"name": key, **{part: new[part] for part in ("state", "due_on", "provisional", "version")}}
        for key, new in moved
        if isinstance(new, dict)
    ]
