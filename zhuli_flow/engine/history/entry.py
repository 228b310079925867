"""An entry of history as it is read: who did what, when, for whom, and what it changed. Written by services/history."""

from __future__ import annotations

import msgspec

from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.changes import Change
from zhuli_flow.engine.model.json_values import Json


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


class Entry(msgspec.Struct, frozen=True):
    """One entry. ``at``: UTC, ISO 8601 to the second; ``seq`` from 1; ``version`` of the case after it.

    ``source`` (``from`` in JSON) and ``to`` are the states before and after; what an entry of its kind does not say is
    empty. ``reversible``: 撤回 may undo it. ``steps`` are its changes, typed.
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
    cases: tuple[Json, ...] = ()
    advanced: tuple[Json, ...] = ()
    warnings: tuple[Json, ...] = ()
    missing_signers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Change, ...]:
        """What it changed; sections that the engine types are typed. Raises ValueError for what is no change."""
        return changes.from_json(self.changes)


read = msgspec.json.Decoder(Entry).decode
"""The entry that stored bytes hold. Raises msgspec's DecodeError, a ValueError, for bytes that are none."""
