"""Who has signed and who holds what: a signature, a sign-off under way, and work handed to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from zhuli_flow.engine.model.json_values import Attachment, Values


class Signature(msgspec.Struct, frozen=True, omit_defaults=True):
    """One signature: its ``seat`` (``role`` or ``role/person``), who gave it for whom ("": in one's own right).

    ``organisation`` is the name it had then; ``agree`` false: declined (退签), with the ``opinion`` why; ``at``: the
    instant, UTC, ISO 8601 to the second. ``digest``: of what was signed, as in Evidence ("": given before it was kept).
    """

    seat: str
    role: str
    person: str
    organisation: str
    on_behalf_of: str
    agree: bool
    opinion: str
    at: str
    digest: str = ""


class SignOffUnderWay(msgspec.Struct, frozen=True, omit_defaults=True):
    """An open sign-off: ``values`` and ``materials`` as first handed in (what is signed is what will happen).

    ``added`` are people who sign beside those that the definition asks for (加签), ``dropped`` seats that need not
    (减签).
    """

    values: Values
    materials: Mapping[str, tuple[Attachment, ...]]
    signatures: tuple[Signature, ...]
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


class Assignment(msgspec.Struct, frozen=True):
    """What somebody of a role has handed ``to`` another person: 转办 or 委派; ``at`` as in Signature."""

    to: str
    kind: Literal["transfer", "delegate"]
    at: str
