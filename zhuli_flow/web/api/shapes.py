"""What answers about the office look like: registers, totals, the record, directory, definitions, numbers, days."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from zhuli_flow.engine.model.case import Json
from zhuli_flow.services.administration.workflows import InUse
from zhuli_flow.services.cases.case_view import MessageShown
from zhuli_flow.services.cases.hand_over import HandedOver
from zhuli_flow.services.history.verify import LawBreach, Verified
from zhuli_flow.services.registers.register_shown import RegisterNamed
from zhuli_flow.services.registers.totals_shown import ComparisonShown, EditionShown, TotalsShown, WholeEditionShown


class Registers(msgspec.Struct):
    """The registers there are."""

    registers: tuple[RegisterNamed, ...]


class TotalOf(TotalsShown, frozen=True, kw_only=True):
    """The total of a register as it stands, and the editions of it that acts kept."""

    register: str
    editions: tuple[EditionShown, ...]


class ComparisonOf(ComparisonShown, frozen=True, kw_only=True):
    """The total of a register beside that of another case."""

    register: str


class EditionOf(WholeEditionShown, frozen=True, kw_only=True):
    """An edition of the total of a register, with its rows as kept."""

    register: str
    case: str


class ChainEntry(msgspec.Struct):
    """An entry of the chain of what concerns no case, with its hash."""

    seq: int
    at: str
    event: str
    title: str
    kind: str
    hash: str


class Chain(msgspec.Struct):
    """A page of that chain, the oldest first; ``next`` is the ``after`` of the next one, null at the end."""

    entries: tuple[ChainEntry, ...]
    next: int | None


class Verification(Verified, frozen=True, kw_only=True):
    """Whether every chain and the log hold; ``laws``, where asked: acts that a law of their definition forbade."""

    laws: tuple[LawBreach, ...] | UnsetType = UNSET


class SignedCheckpoint(msgspec.Struct):
    """A checkpoint signed now: name, number of entries, root, public key, and the signed note."""

    origin: str
    size: int
    root: str
    key: str
    note: str


class Definitions(msgspec.Struct):
    """The definitions taken into use."""

    workflows: tuple[InUse, ...]


class LastDay(msgspec.Struct):
    """The last day of a period, whether it is provisional (暂定), and why it is that one."""

    due: str
    provisional: bool
    why: tuple[str, ...]


class Numbers(msgspec.Struct):
    """Numbers of documents by series and year; not ``ok`` where one is missing or stands twice."""

    ok: bool
    series: tuple[Json, ...]
    total: int
    next: str


class Messages(msgspec.Struct):
    """A page of messages, the newest first; ``next`` is the ``after`` of the next one, null at the end."""

    person: str
    messages: tuple[MessageShown, ...]
    next: int | None


class Handed(msgspec.Struct):
    """What became of each case that lay with somebody."""

    cases: tuple[HandedOver, ...]


class CopyTold(msgspec.Struct):
    """What a file is: genuine, altered, scan or unknown; the record it was found by, and what differs."""

    file: str
    sha256: str
    size: int
    verdict: str
    found_by: str | None
    record: Json
    picture: bool
    checkpoint: Json | UnsetType = UNSET
    differences: Json | UnsetType = UNSET
    pages: Json | UnsetType = UNSET


class Filled(msgspec.Struct):
    """What an act with a filled-in form brought about, what the form said, and blanks where the case has a value."""

    case: str
    event: str
    version: int
    values: Json
    unchanged: tuple[str, ...]


class VoidTold(msgspec.Struct):
    """A document that was declared void, and why."""

    id: int
    case: str
    kind: str
    title: str
    number: str | None
    state: str
    reason: str
