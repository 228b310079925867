"""The one byte form of what history keeps; docs/history-format.md specifies it, with vectors for any language.

Only what has one form is written: text, whole numbers, true, false, null, arrays, objects. Whatever else Python or
msgspec would write in some way of their own (a float, NaN, a date, bytes, an Enum, a key that is no text) is refused,
with the place where it stands. msgspec writes the bytes; the walk before it is what makes them safe to hash.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec
from msgspec.structs import astuple

SMALLEST, LARGEST = -(2**63), 2**63 - 1
"""Whole numbers of the form: what 64 bits hold, so that every language can read them."""
DEEPEST = 64
"""How many arrays and objects may lie in each other."""

NOT_CANONICAL = msgspec.UNSET
"""In place of what bytes say that are not the form; no bytes of the form say this."""

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder().decode


class NotCanonical(ValueError):
    """A value that has no canonical form: ``place`` is the path to it (``changes.0.3``), ``what`` says what it is."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"Out of range of the canonical form: {what} at {place or 'the top'}")
        self.place, self.what = place, what


def canonical(value: object) -> bytes:
    """The bytes of a value made of text, whole numbers, bools, None, lists, tuples, dicts, and Structs of such.

    A Struct is written as an object, without the parts that are UNSET. Raises NotCanonical.
    """
    if not _fit((value,), DEEPEST):
        raise next(_misfits(value, "", DEEPEST))
    try:
        return _encode(value)
    except (UnicodeEncodeError, TypeError):  # half a surrogate pair, a key that is no text
        raise next(_misfits(value, "", DEEPEST)) from None


def known_canonical(value: object) -> bytes:
    """The bytes of a value of which each part passes ``canonical`` too: what a case held, what an act changes in it."""
    return _encode(value)


def is_canonical(body: bytes) -> bool:
    """Whether these bytes are the form itself; false for another order, white space, a repeated key, a float."""
    return said_by(body) is not NOT_CANONICAL


def said_by(body: bytes) -> object:
    """What these bytes say if they are the form itself (``is_canonical``), else NOT_CANONICAL."""
    try:
        found = _decode(body)
        return found if canonical(found) == body else NOT_CANONICAL
    except (ValueError, RecursionError):  # what msgspec cannot read is a ValueError as well
        return NOT_CANONICAL


def _fit(parts: Collection[object], room: int) -> bool:
    """Whether all but keys and the characters of texts is of the form: msgspec itself refuses those two.

    ``room``: how many arrays and objects may still lie in each other.
    """
    for part in parts:
        if type(part) in _WORDS:
            continue
        if type(part) is dict:
            inner: Collection[object] = part.values()
        elif type(part) is list or type(part) is tuple:
            inner = part
        elif type(part) is int and SMALLEST <= part <= LARGEST:
            continue
        elif isinstance(part, msgspec.Struct):  # msgspec leaves out what is UNSET
            inner = [held for held in astuple(part) if held is not msgspec.UNSET]
        else:
            return False
        if not room or (inner and not _fit(inner, room - 1)):
            return False
    return True


_WORDS = frozenset({str, bool, type(None)})


def _misfits(value: object, place: str, room: int) -> Iterator[NotCanonical]:
    """What is not of the form, each with its place: the slow walk, for whoever has to put it right."""
    if type(value) is str:
        if any("\ud800" <= char <= "\udfff" for char in value):
            yield NotCanonical(place, "half a surrogate pair")
    elif type(value) is dict or type(value) is list or type(value) is tuple:
        yield from _misfits_within(value, place, room)
    elif isinstance(value, msgspec.Struct):
        held: dict[object, object] = dict(zip(value.__struct_encode_fields__, astuple(value), strict=True))
        told = {name: part for name, part in held.items() if part is not msgspec.UNSET}
        yield from _misfits_within(told, place, room)
    elif not _fit((value,), room):
        yield NotCanonical(place, f"{type(value).__name__} {value!r:.40}")


def _misfits_within(
    value: dict[object, object] | list[object] | tuple[object, ...], place: str, room: int
) -> Iterator[NotCanonical]:
    if not room:
        yield NotCanonical(place, f"more than {DEEPEST} levels")
        return
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(value, dict):
            yield from _misfits(key, place, 0) if type(key) is str else [NotCanonical(place, f"the key {key!r:.40}")]
        yield from _misfits(part, f"{place}.{key}" if place else str(key), room - 1)
