"""What a field may hold: JSON values, and files already stored."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
else:
    Json = Any  # msgspec reads the annotations of what it decodes, and knows no type that holds itself

Values = Mapping[str, Json]
"""Values by name, of fields or of a document's variables: which there are and what each holds, a definition says."""
Nothing: Values = MappingProxyType({})
"""An empty section or an act that gives no values."""


def as_json(value: object) -> Json:
    """A typed value in JSON's own types, as a case keeps it: dates are text, tuples lists, absent parts left out."""
    if value is None or isinstance(value, str | int):
        return value
    told: Json = _decode(_encode(value))
    return told


def to_json(value: object) -> Json:
    """A typed value in JSON's own types, quicker than ``as_json``: tuples stay, which JSON writes as lists."""
    told: Json = msgspec.to_builtins(value)
    return told


_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder().decode


class Attachment(msgspec.Struct, frozen=True):
    """A file already stored by its SHA-256; ``size`` in bytes; ``type`` found from the content, e.g. ``pdf``."""

    filename: str
    sha256: str
    size: int
    type: str

    def json(self) -> Json:
        """As a field keeps it that holds a file."""
        return to_json(self)
