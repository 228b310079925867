"""An entry before it is written: who, when and what, and what an entry of its kind says besides, each a class.

The attributes of these classes are the keys of the entry (docs/history-format.md); what is UNSET is not written. How
an entry is read again is a matter of ``entry``, which knows every kind that there ever was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import astuple

from zhuli_flow.engine.history.entry import Doer, Driven, HandedIn, OrderedPaper, Request
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.people import Organisation


class Concerned(msgspec.Struct, frozen=True):
    """The ``person`` whom an entry on the office's chain concerns, or who did it ("": nobody is named)."""

    person: str


class Content(msgspec.Struct, frozen=True):
    """What entries say beside their frame; each kind of content has its own class."""


class Frame(Content, frozen=True):
    """What every entry says. ``at``: UTC, ISO 8601 to the second; ``clock``: ``rehearsal`` or ``system``."""

    kind: str
    event: str
    title: str
    at: str
    os_user: str
    clock: str
    actor: Doer | Concerned


class NewEntry(msgspec.Struct, frozen=True):
    """An entry that has no place in a chain yet. What later ``contents`` say goes before what earlier ones said."""

    frame: Frame
    contents: tuple[Content, ...] = ()

    def keys(self) -> Mapping[str, object]:
        """What it says, by the keys of the stored form; parts that are classes stay so."""
        told: dict[str, object] = {}
        for content in (self.frame, *self.contents):
            told.update(zip(content.__struct_encode_fields__, astuple(content), strict=True))
        return {key: value for key, value in told.items() if value is not UNSET}

    def also(self, *contents: Content) -> NewEntry:
        """This entry, saying more."""
        return NewEntry(self.frame, (*self.contents, *contents))


# ── what acts say ─────────────────────────────────────────────────────────────────────────────────────────────────────


class FilledIn(msgspec.Struct, frozen=True):
    """What the row of an order keeps beside its number: to whom it goes, its series, and a sum over its content.

    ``n`` of the series (None: unnumbered); ``content``: 64 hex digits.
    """

    recipients: tuple[str, ...]
    series: str | None
    n: int | None
    content: str


class Standing(Content, frozen=True):
    """Where the case stands: states before and after, ``version`` after, the digest of its ``definition``."""

    source: str = msgspec.field(name="from")
    to: str
    version: int
    definition: str


class Act(Standing, frozen=True, kw_only=True):
    """An accepted act; ``applicant`` only of the act that opens a case, ``papers`` only where some are ordered."""

    opinion: str
    changes: Sequence[Json]
    materials: tuple[HandedIn, ...]
    request: Request
    warnings: tuple[Refusal, ...]
    notes: tuple[str, ...]
    reversible: bool
    notices: tuple[OrderedPaper, ...]
    papers: tuple[FilledIn, ...] | UnsetType
    cases: tuple[str, ...]
    advanced: tuple[Driven, ...]
    missing_signers: tuple[str, ...]
    applicant: Organisation | UnsetType


class Attempt(Standing, frozen=True, kw_only=True):
    """A refused attempt, which changes nothing."""

    opinion: str
    materials: tuple[HandedIn, ...]
    refusals: tuple[Refusal, ...]


class Driver(msgspec.Struct, frozen=True):
    """The act on another ``case`` because of which the system acts."""

    case: str
    event: str
    title: str


class DrivenBy(Content, frozen=True):
    """Of an act of the system: what drove it."""

    driven_by: Driver


# ── what the system says of deadlines ─────────────────────────────────────────────────────────────────────────────────


class OfDeadline(Content, frozen=True):
    """Which deadline an entry is about; ``due_on`` as ``YYYY-MM-DD``."""

    deadline: str
    due_on: str
    provisional: bool


class TookEffect(OfDeadline, frozen=True):
    """When the law says that an act took effect, beside when the system got round to it; UTC, ISO 8601."""

    effective_at: str
    applied_at: str


class Told(OfDeadline, frozen=True):
    """To whom the system said something of a deadline, roles and people.

    Of a reminder also its ``offset`` and the day for which it was ``planned``, ``YYYY-MM-DD``.
    """

    told: tuple[str, ...]
    offset: str | UnsetType = UNSET
    planned: str | UnsetType = UNSET


# ── what is noted of papers and of the office ─────────────────────────────────────────────────────────────────────────


class Noted(Content, frozen=True, kw_only=True):
    """What the office or the system notes: ``changes`` made, each ``[section, key, old, new]``, and words about it."""

    changes: Sequence[Json] | UnsetType = UNSET
    notes: tuple[str, ...] | UnsetType = UNSET
    opinion: str | UnsetType = UNSET
    refusals: tuple[Refusal, ...] | UnsetType = UNSET
