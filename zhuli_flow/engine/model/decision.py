"""What is asked and what comes of it: Command, Refusal, Decision and the orders in it, Option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

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


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why not: the rule's ``code``, reason and next step (Chinese), clause, definition line, who could act.

    In JSON ``because`` is called ``message``; clause, line and who stand there where they are known.
    """

    code: RefusalCode
    because: str = msgspec.field(name="message")
    fix: str
    clause: str = ""
    line: int = 0
    who: tuple[str, ...] = ()


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


class NeededField(msgspec.Struct, frozen=True, omit_defaults=True):
    """A field that an act asks for. ``present``: it has a value that may stay; ``may_be``: 不适用 is an answer too.

    ``known``: what is known of it already; ``before``: what stood there in the round before.
    """

    name: str
    title: str
    type: str
    unit: str
    choices: tuple[str, ...]
    required: bool
    present: bool
    may_be: str | None = None
    known: Json = None
    before: Json = None


class NeededMaterial(msgspec.Struct, frozen=True):
    """A material that an act asks for: types of files it takes, and the size of one in MB at most."""

    name: str
    title: str
    accept: tuple[str, ...]
    max_mb: int
    required: bool
    present: bool


class Needs(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an act needs besides who does it: fields and materials of an event, ``arguments`` of an operation."""

    fields: tuple[NeededField, ...] | UnsetType = UNSET
    materials: tuple[NeededMaterial, ...] | UnsetType = UNSET
    arguments: tuple[str, ...] | UnsetType = UNSET
    opinion: bool | UnsetType = UNSET


class Option(msgspec.Struct, frozen=True):
    """One thing an actor might do now, in the wire form: allowed or not and why, what it would need, where it leads."""

    event: str
    title: str
    allowed: bool
    because: tuple[Refusal, ...] = ()
    needs: Needs = Needs()
    target: str = msgspec.field(name="to", default="")
    warnings: tuple[Refusal, ...] = ()
