"""What a face tells after an act; made from the entry itself, so that a repeated request gets the very same answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.model import changes as record
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.decision import Decision
from zhuli_flow.services.history.entries import body_of


@dataclass(frozen=True, slots=True)
class Outcome:
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


def of_entry(data: bytes, digest: bytes) -> Outcome:
    """The outcome that an entry records."""
    return of_body(body_of(data), digest)


def of_body(body: Mapping[str, Json], digest: bytes) -> Outcome:
    """The outcome that the body of an entry records."""
    request = cast(Mapping[str, Json], body.get("request") or {})
    return Outcome(
        case=str(body["case"]),
        event=str(body["event"]),
        title=str(body["title"]),
        kind=str(body["kind"]),
        before=str(body["from"]),
        to=str(body["to"]),
        version=int(str(body["version"])),
        seq=int(str(body["seq"])),
        hash=digest.hex(),
        content=str(request.get("content", "")),
        deadlines=tuple(moved_deadlines(cast(list[Json], body["changes"]))),
        notices=tuple(cast(list[Json], body.get("notices", []))),
        cases=tuple(cast(list[Json], body.get("cases", []))),
        advanced=tuple(cast(list[Json], body.get("advanced", []))),
        warnings=tuple(cast(list[Json], body.get("warnings", []))),
        missing_signers=tuple(cast(list[str], body.get("missing_signers", []))),
        notes=tuple(cast(list[str], body.get("notes", []))),
    )


def planned(workflow: Workflow, decision: Decision) -> Outcome:
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
        deadlines=tuple(moved_deadlines(record.json(decision.changes))),
        notices=tuple({"kind": order.notice, "series": order.series} for order in decision.notices),
        cases=tuple({"workflow": order.workflow, "event": order.event} for order in decision.cases),
        advanced=tuple({"case": order.case, "event": order.event} for order in decision.advances),
        warnings=tuple(refusal.json() for refusal in decision.warnings),
        missing_signers=decision.missing_signers,
        notes=decision.notes,
    )


def moved_deadlines(changes: Sequence[Any]) -> list[Json]:
    """Every deadline that an act opened, moved, suspended or ended, as it stands after it."""
    return [
        {"name": key, **{part: new[part] for part in ("state", "due_on", "provisional", "version")}}
        for section, key, _, new in changes
        if section == "deadlines" and isinstance(new, dict)
    ]
