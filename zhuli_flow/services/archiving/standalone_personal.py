"""The part of the checking program about personal data: texts held against the commitments that entries bind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

PERSONAL = "personal.json"
_BOUND = re.compile(rb'"\$personal/[^/"]*/([0-9a-f]{64})"')


def bound(body: bytes) -> list[str]:
    """The commitments in the bytes of an entry."""
    return [digest.decode() for digest in _BOUND.findall(body)]


def personal_faults(values: Any, named: Mapping[str, str], erased: set[str]) -> Iterator[str]:
    """What does not hold of the texts given: ``named`` are the commitments of the entries, each with its place."""
    there = set()
    for one in values:
        digest = sha256(bytes.fromhex(one["salt"]) + one["text"].encode("utf-8")).hexdigest()
        there.add(one["commitment"])
        if digest != one["commitment"] or digest not in named:
            yield f"{PERSONAL}: 有一处个人信息与留痕中的承诺值不符，被改动过"
    for digest in sorted(there & erased):
        yield f"{named.get(digest, PERSONAL)}: 已依法清除的个人信息仍在包中"
    for digest in sorted(named.keys() - there - erased):
        yield f"{named[digest]}: 所记的个人信息不在包中，也没有依法清除的记载"
