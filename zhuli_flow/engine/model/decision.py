"""What is asked and what comes of it: Command, Refusal, Decision and the orders in it, Option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from zhuli_flow.engine.model.case import Attachment, Case, Json
from zhuli_flow.engine.model.changes import Change
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.engine.model.people import Capacity
from zhuli_flow.engine.model.refusal_codes import RefusalCode


class Command(msgspec.Struct, frozen=True):
    """What an actor asks: an event or operation, with raw field values as typed (text) or JSON-safe.

    ``seen_version`` is the case version the person looked at (None: not checked).
    """

    event: str
    values: Values = msgspec.field(default_factory=dict)
    materials: Mapping[str, tuple[Attachment, ...]] = msgspec.field(default_factory=dict)
    opinion: str = ""
    request_id: str = ""
    seen_version: int | None = None
    decline: bool = False


class Refusal(msgspec.Struct, frozen=True):
    """Why not: the rule's ``code``, reason and next step (Chinese), clause, definition line, who could act."""

    code: RefusalCode
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


class NoticeOrder(msgspec.Struct, frozen=True):
    """A document to issue: kind, number series (None: unnumbered), receiving roles, and the frozen variables.

    Among the variables are ``signed_on`` and, of a numbered one, ``number`` as printed and ``n``.
    """

    notice: str
    series: str | None
    to: tuple[str, ...]
    variables: Values


class CaseOrder(msgspec.Struct, frozen=True):
    """A linked case to open under the number ``id``, by the opening event of a workflow, with its first field values.

    ``id`` is empty when the workflow is not in use.
    """

    workflow: str
    event: str
    values: Values
    id: str = ""


class AdvanceOrder(msgspec.Struct, frozen=True):
    """An act of the system on another ``case`` of ``workflow`` ("": the case that should be linked is not)."""

    case: str
    workflow: str
    event: str
    values: Values


class Message(msgspec.Struct, frozen=True):
    """Something to tell: to the holders of ``role`` on this case, or to one ``person``."""

    text: str
    role: str = ""
    person: str = ""


class Number(msgspec.Struct, frozen=True):
    """One number that an act takes: ``n`` of a series in a year."""

    series: str
    year: int
    n: int


Kind = Literal["move", "sign", "operation", "refused", "deadline", "notice", "delivery"]


class Decision(msgspec.Struct, frozen=True):
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
    changes: tuple[Change, ...]
    notices: tuple[NoticeOrder, ...] = ()
    cases: tuple[CaseOrder, ...] = ()
    messages: tuple[Message, ...] = ()
    warnings: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    missing_signers: tuple[str, ...] = ()
    advances: tuple[AdvanceOrder, ...] = ()
    numbers: tuple[Number, ...] = ()
    """The numbers of its documents and of the cases it opens, in the order taken."""


class Option(msgspec.Struct, frozen=True):
    """One thing an actor might do now: allowed or not and why, and what it would need."""

    event: str
    title: str
    allowed: bool
    because: tuple[Refusal, ...] = ()
    needs: Values = msgspec.field(default_factory=dict)
    target: str = ""
    warnings: tuple[Refusal, ...] = ()

    def json(self) -> Json:
        """The wire form of contract, the same for every face."""
        return {
            "event": self.event,
            "title": self.title,
            "allowed": self.allowed,
            "because": [reason.json() for reason in self.because],
            "needs": dict(self.needs),
            "to": self.target,
            "warnings": [reason.json() for reason in self.warnings],
        }
