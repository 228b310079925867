"""An entry of history as it is read: who did what, when, for whom, and what it changed. Written by services/history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import UNSET, UnsetType

from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.changes import Change
from zhuli_flow.engine.model.json_values import Attachment, Json


class Doer(msgspec.Struct, frozen=True):
    """Who acted: the person, the post and organisation of then, in which role, for whom and ``how`` (委托、转办)."""

    person: str = ""
    title: str = ""
    organisation: str = ""
    role: str = ""
    on_behalf_of: str = ""
    how: str = ""


class Request(msgspec.Struct, frozen=True):
    """The request that an act answered: its ``id`` ("": none), and a fingerprint of what it asked, 64 hex digits."""

    id: str = ""
    content: str = ""


class HandedIn(Attachment, frozen=True):
    """A file that came with an act, as the ``material`` of that name."""

    material: str


class Reason(msgspec.Struct, frozen=True):
    """Why an act was refused, or what it was done in spite of, as it was told then: a ``Refusal`` of that day.

    ``code`` may be one that is no more; ``because`` (Chinese) is ``message`` in JSON.
    """

    code: str
    because: str = msgspec.field(name="message")
    fix: str = ""
    clause: str | UnsetType = UNSET
    line: int | UnsetType = UNSET
    who: tuple[str, ...] | UnsetType = UNSET


class OrderedPaper(msgspec.Struct, frozen=True):
    """A document that an act orders: its ``number`` as printed (None: unnumbered), ``signed_on`` as ``YYYY-MM-DD``."""

    kind: str
    number: str | None = None
    signed_on: str | None = None
    state: str = "ordered"


class Driven(msgspec.Struct, frozen=True):
    """An act on another ``case`` that an act brought about."""

    case: str
    event: str


class NamedPaper(msgspec.Struct, frozen=True):
    """A document that an entry names: its ``id`` in the store (None: only ordered then), and what was told of it.

    ``size`` in bytes; ``checkpoint`` is the line that ties it to the history, ``template`` the digest of what it was
    printed with ("": from before either was kept). ``traces``: what of it the original bears, ``line`` and ``code``;
    papers from before that was kept bear the line.
    """

    id: int | None = None
    kind: str = ""
    number: str | None = None
    title: str | None = None
    sha256: str | None = None
    size: int | None = None
    checkpoint: str = ""
    template: str = ""
    traces: tuple[str, ...] = ("line",)


class Entry(msgspec.Struct, frozen=True):
    """One entry. ``at``: UTC, ISO 8601 to the second; ``seq`` from 1; ``version`` of the case after it.

    ``source`` (``from`` in JSON) and ``to`` are the states before and after; what an entry of its kind does not say is
    empty. ``warnings``: in spite of what it was done. ``reversible``: 撤回 may undo it. ``steps`` are its changes,
    ``papers`` its documents, typed. ``text`` is what a message of the system said, ``told`` to whom: roles and people;
    ``clock``: ``rehearsal`` or ``system``; ``effective_at``: when an act of the system took effect by law (UTC, ISO
    8601).
    """

    kind: str
    event: str
    title: str
    at: str
    case: str = ""
    seq: int = 0
    actor: Doer = Doer()
    source: str = msgspec.field(name="from", default="")
    to: str = ""
    version: int = 0
    opinion: str = ""
    changes: tuple[tuple[str, str, Json, Json], ...] = ()
    definition: str = ""
    request: Request = Request()
    reversible: bool = False
    notices: tuple[Json, ...] = ()
    cases: tuple[str, ...] = ()
    advanced: tuple[Driven, ...] = ()
    warnings: tuple[Reason, ...] = ()
    missing_signers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    materials: tuple[HandedIn, ...] = ()
    refusals: tuple[Reason, ...] = ()
    text: str = ""
    told: tuple[str, ...] = ()
    deadline: str = ""
    due_on: str = ""
    provisional: bool = False
    effective_at: str = ""
    clock: str = ""
    migrated: Mapping[str, str] = {}

    @property
    def migrated_from(self) -> str:
        """The digest of the definition that the case ran on before this entry moved it to another ("": it did not)."""
        return self.migrated.get("from", "")

    @property
    def steps(self) -> tuple[Change, ...]:
        """What it changed; sections that the engine types are typed. Raises ValueError for what is no change."""
        return changes.from_json(self.changes)

    @property
    def papers(self) -> tuple[NamedPaper, ...]:
        """The documents it names. Raises msgspec's ValidationError, a ValueError, for what is none."""
        return msgspec.convert(self.notices, tuple[NamedPaper, ...])

    @property
    def ordered(self) -> tuple[OrderedPaper, ...]:
        """Of an act: the documents that it ordered, as they stood then."""
        return msgspec.convert(self.notices, tuple[OrderedPaper, ...])

    def files(self) -> Iterator[tuple[str, Attachment]]:
        """Every file that it names, by material or field: handed in with the act, or in a value that it changed."""
        for one in self.materials:
            yield one.material, one
        for _, key, old, new in self.changes:
            yield from _files(key, old)
            yield from _files(key, new)


def _files(name: str, value: Json) -> Iterator[tuple[str, Attachment]]:
    if isinstance(value, dict) and {"filename", "sha256", "type"} <= value.keys():
        yield name, msgspec.convert({"size": 0, **value}, Attachment)
        return
    for key, part in value.items() if isinstance(value, dict) else ():
        yield from _files(key, part)
    for part in value if isinstance(value, list) else ():
        yield from _files(name, part)


read = msgspec.json.Decoder(Entry).decode
"""The entry that stored bytes hold. Raises msgspec's DecodeError, a ValueError, for bytes that are none."""
