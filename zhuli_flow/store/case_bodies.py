"""Which sections of the body of a case are read: half of it is evidence, which no list asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Literal, TypedDict

import msgspec

from zhuli_flow.engine.model.case import Body, Json, Visit
from zhuli_flow.engine.model.deadline import Deadline

Sections = Literal["whole", "fields", "row", "line"]
"""All; the fields with those in whose name people stand there, which most conditions and sums ask; these with the
deadlines, for a row of a register; deadlines and regions, for a line of a list."""


class _Fields(TypedDict, total=False):
    fields: Mapping[str, Json]
    hands: Mapping[str, str]


class _Row(_Fields, total=False):
    deadlines: Mapping[str, Deadline]


class _Line(TypedDict, total=False):
    deadlines: Mapping[str, Deadline]
    regions: Mapping[str, str]
    region_path: Mapping[str, Visit]


DECODED: Mapping[Sections, Callable[[str], Body]] = {
    "whole": msgspec.json.Decoder(Body).decode,
    "fields": msgspec.json.Decoder[Body](_Fields).decode,
    "row": msgspec.json.Decoder[Body](_Row).decode,
    "line": msgspec.json.Decoder[Body](_Line).decode,
}
"""From text to a body that has these sections: each may be absent of any."""

REMEMBERED = 512
"""So many bodies are kept as read: a desk, a list and a case are looked at again and again as they stand."""


def _remembered(decode: Callable[[str], Body]) -> Callable[[str], Body]:
    """Nobody writes into a body: whatever changes it makes another."""
    return lru_cache(REMEMBERED)(decode)


KEPT: Mapping[Sections, Callable[[str], Body]] = {name: _remembered(decode) for name, decode in DECODED.items()}
"""The same for who looks at few cases, and at the same ones again."""
